import { VerificationError } from '../refusal/verification-error.js'
import { nameOf } from './error-name.js'
import type { Observe, ServerEvent } from './events.js'

/** Our own words about a call or a step: never a number, a code, a handle, a token or an address. */
export type Notes = Readonly<Record<string, string | number | undefined>>

/** Follows calls through the server. */
export interface Trace {
  /** Records an API call; steps taken within become its parts. */
  call<T>(name: string, run: () => Promise<T>): Promise<T>
  /** Runs a step and records it in the call under way, if any. @param notesOf what is recorded about its end */
  step<T>(name: string, run: () => Promise<T>, notesOf: (end: End) => Notes): Promise<T>
  /** Adds notes to the call under way. */
  note(notes: Notes): void
}

/** How a step ended. */
type End = { result: unknown } | { error: unknown }

type Method = (...args: unknown[]) => Promise<unknown>

/** Makes parts of a server record their calls as steps, named after the part and the method; without a trace nothing changes. */
export function following(trace: Trace | undefined) {
  return function follow<T extends object>(name: string, part: T, methods: readonly (keyof T & string)[]): T {
    if (!trace) return part
    const steps = new Map<string | symbol, Method>(
      methods.map((method) => [
        method,
        (...args) => trace.step(`${name} ${method}`, () => (part[method] as Method)(...args), notesOfEnd),
      ]),
    )
    // A part may be an instance of a class: a copy would lack its methods, and they must be called on it.
    return new Proxy({} as T, {
      get(_, key) {
        const own: unknown = part[key as keyof T]
        return steps.get(key) ?? (typeof own === 'function' ? (own.bind(part) as unknown) : own)
      },
    })
  }
}

/** Steps end in an outcome in our own words, or in an error, of which the code (or else the class) is recorded. */
function notesOfEnd(end: End): Notes {
  if ('error' in end) {
    const { error } = end
    return { 'otp.code': error instanceof VerificationError ? error.code : nameOf(error) }
  }
  const { outcome } = (end.result ?? {}) as { outcome?: unknown }
  return typeof outcome === 'string' ? { 'otp.outcome': outcome } : {}
}

/** Adds to the call under way what events say about it. */
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
