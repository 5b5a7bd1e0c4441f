import { z } from 'zod'
import { HOUR } from '../time.js'
import { toAddress } from './inbox.js'

/** The 18 operations of the simulated API. */
export const OPERATIONS = [
  'listApplications',
  'createApplication',
  'getApplication',
  'updateApplication',
  'listMessages',
  'createMessage',
  'getMessage',
  'updateMessage',
  'createEmailMessage',
  'updateEmailMessage',
  'send',
  'resend',
  'voice',
  'resendVoice',
  'email',
  'resendEmail',
  'verify',
  'verifications',
] as const

/** The name of an operation, as faults use it. */
export type Operation = (typeof OPERATIONS)[number]

const LONGEST_DELAY = HOUR
const LARGEST_BODY = 1_073_741_824

const base = {
  times: z
    .union([z.int().min(0), z.literal('always')])
    .default(1)
    .transform((times) => (times === 'always' ? 0 : times)),
  to: z.string().transform(toAddress).optional(),
}
const operation = { ...base, operation: z.enum(['any', ...OPERATIONS]) }
const transport = { ...operation, after: z.boolean().default(false) }
const status = z.int().min(200).max(599)
const headers = z.record(z.string().regex(/^[A-Za-z0-9-]+$/), z.string().regex(/^[\t\x20-\x7e]*$/))

/**
 * One way to go wrong. Every fault names the `operation` it strikes, how many `times` (default 1; 0 or `always` until
 * disarmed), and may name the only number `to` whose requests it strikes.
 *
 * `after: true` first carries the request out, side effects and all (the message is delivered, the attempt spent), and
 * spoils only the answer; `after: false`, the default, does nothing of the request.
 */
export const faultSchema = z.discriminatedUnion('kind', [
  z.strictObject({ ...transport, kind: z.literal('hang-headers') }),
  z.strictObject({ ...transport, kind: z.literal('hang-body') }),
  z.strictObject({ ...transport, kind: z.literal('reset') }),
  z.strictObject({ ...transport, kind: z.literal('delay'), ms: z.int().min(0).max(LONGEST_DELAY) }),
  z.strictObject({
    ...transport,
    kind: z.literal('status'),
    status: z.int().min(400).max(599),
    envelope: z.enum(['older', 'newer']).default('older'),
    retryAfter: z.union([z.string(), z.int().min(0)]).optional(),
  }),
  z.strictObject({ ...transport, kind: z.literal('html') }),
  z.strictObject({ ...transport, kind: z.literal('xml') }),
  z.strictObject({ ...transport, kind: z.literal('empty') }),
  z.strictObject({ ...transport, kind: z.literal('truncated') }),
  z.strictObject({ ...transport, kind: z.literal('forbidden') }),
  z.strictObject({
    ...transport,
    kind: z.literal('redirect'),
    status: z.literal([301, 302, 303, 307, 308]).default(302),
    location: z.string().regex(/^[\x21-\x7e]+$/),
  }),
  z.strictObject({
    ...transport,
    kind: z.literal('oversized'),
    bytes: z.int().min(1).max(LARGEST_BODY).default(10_485_760),
  }),
  z.strictObject({
    ...transport,
    kind: z.literal('respond'),
    status: status.default(200),
    headers: headers.default({}),
    body: z.string().default(''),
  }),
  z.strictObject({ ...base, kind: z.literal('not-sent'), operation: z.enum(['send', 'resend']) }),
  z.strictObject({
    ...base,
    kind: z.literal('foreign-msisdn'),
    operation: z.literal('verify'),
    msisdn: z.string().default('41793026727'),
  }),
])

/** A fault as it is armed; what may be left out has defaults. */
export type FaultInput = z.input<typeof faultSchema>

/** A fault as it stands armed: `times` is what is left of it, 0 when it strikes until disarmed. */
export type Fault = z.output<typeof faultSchema>

const MOST_FAULTS = 1000

/** The armed faults, at most 1000; the oldest gives way. */
export class Faults {
  #armed: Fault[] = []

  arm(fault: Fault): Fault {
    this.#armed = [...this.#armed, fault].slice(-MOST_FAULTS)
    return fault
  }

  disarm(): void {
    this.#armed = []
  }

  armed(): Fault[] {
    return [...this.#armed]
  }

  /** The first armed fault that strikes this request, one strike of it used up. */
  strike(struck: Operation, to: string | undefined): Fault | undefined {
    const index = this.#armed.findIndex(
      (fault) =>
        (fault.operation === 'any' || fault.operation === struck) &&
        (fault.to === undefined || (to !== undefined && fault.to === toAddress(to))),
    )
    const fault = this.#armed[index]
    if (!fault || fault.times === 0) return fault
    const left = fault.times > 1 ? [{ ...fault, times: fault.times - 1 }] : []
    this.#armed = this.#armed.toSpliced(index, 1, ...left)
    return fault
  }
}
