import { VerificationError } from '../refusal/verification-error.js'
import { nameOf } from './error-name.js'
import type { Observe, ServerEvent } from './events.js'

/** Words of ours about a call or a step: never a number, a code, a handle, a token or an address. */
export type Notes = Readonly<Record<string, string | number | undefined>>

/** Follows calls through the server. */
export interface Trace {
  /** Makes a call of the API, of which the steps within are parts. */
  call<T>(name: string, run: () => Promise<T>): Promise<T>
  /** Makes a step of the call under way; where none is, only makes it. @param notesOf what is told of its end */
  step<T>(name: string, run: () => Promise<T>, notesOf: (end: End) => Notes): Promise<T>
  /** Tells more of the call under way. */
  note(notes: Notes): void
}

/** How a step ended. */
export type End = { result: unknown } | { error: unknown }

type Method = (...args: unknown[]) => Promise<unknown>

/** Makes parts of a server tell of their calls as steps, under their own name and the method's; without a trace nothing changes. */
export function following(trace: Trace | undefined) {
  return function follow<T extends object>(name: string, part: T, methods: readonly (keyof T & string)[]): T {
    if (!trace) return part
    const steps = new Map<string | symbol, Method>(
      methods.map((method) => [
        method,
        (...args) => trace.step(`${name} ${method}`, () => (part[method] as Method)(...args), notesOfEnd),
      ]),
    )
    // A part may be of a class, whose methods no copy would have and no other object may call.
    return new Proxy({} as T, {
      get(_, key) {
        const own: unknown = part[key as keyof T]
        return steps.get(key) ?? (typeof own === 'function' ? (own.bind(part) as unknown) : own)
      },
    })
  }
}

/** Steps end in an outcome of our own words, or in an error of which the code is told, or else the class. */
function notesOfEnd(end: End): Notes {
  if ('error' in end) {
    const { error } = end
    return { 'otp.code': error instanceof VerificationError ? error.code : nameOf(error) }
  }
  const { outcome } = (end.result ?? {}) as { outcome?: unknown }
  return typeof outcome === 'string' ? { 'otp.outcome': outcome } : {}
}

/** Tells the call under way what events say of it. */
export function noting(trace: Trace | undefined, observe: Observe): Observe {
  if (!trace) return observe
  return function note(event) {
    observe(event)
    const notes = notesOf(event)
    if (notes) trace.note(notes)
  }
}

function notesOf(event: ServerEvent): Notes | undefined {
  switch (event.event) {
    case 'started':
    case 'sent':
    case 'checked':
    case 'verified':
      return { 'otp.sitekey': event.sitekey, 'otp.country': event.country }
    case 'refused': {
      const { sitekey, country, code, reason, requestId } = event
      return {
        ...{ 'otp.sitekey': sitekey, 'otp.country': country },
        ...{ 'otp.code': code, 'otp.reason': reason, 'otp.request_id': requestId },
      }
    }
    case 'redeemed':
      return { 'otp.sitekey': event.sitekey, 'otp.outcome': event.outcome }
    case 'failure':
      return { 'otp.code': event.error, 'otp.request_id': event.requestId }
    default:
      return undefined
  }
}
