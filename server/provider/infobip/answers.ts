import { z } from 'zod'

/** What a pinId looks like. It becomes part of a path, so it is checked on arrival and again before use. */
export const PIN_ID = /^[A-Za-z0-9-]{7,64}$/

/** Answer to a send or a resend. Infobip guarantees none of its members; those that decide nothing may be anything. */
export const sendAnswer = z.object({
  smsStatus: z.string().nullish(),
  callStatus: z.unknown().optional(),
  ncStatus: z.unknown().optional(),
  pinId: z.unknown().optional(),
})

/** Answer to a check that says no. */
export const refusedCheck = z.object({
  verified: z.literal(false),
  pinId: z.string().optional(),
  attemptsRemaining: z.unknown().optional(),
  pinError: z.string().nullish(),
})

/** Answer to a check that says yes: every member that could contradict it is absent. */
export const approvedCheck = z.object({
  verified: z.literal(true),
  pinId: z.string().optional(),
  pinError: z.null().optional(),
  /** Digits of the number the code was sent to, without `+`. */
  msisdn: z.string().regex(/^[1-9][0-9]{5,14}$/),
})

const oldEnvelope = z.object({
  requestError: z.object({
    serviceException: z.object({
      messageId: z.string(),
      validationErrors: z.record(z.string(), z.unknown()).catch({}),
    }),
  }),
})
const newEnvelope = z.object({
  errorCode: z.string(),
  violations: z.array(z.object({ property: z.string() })).catch([]),
})

/** What Infobip says about an error. */
interface ToldError {
  /** Its word for it. */
  code: string
  /** The members of the request that it finds wrong. */
  fields: string[]
}

/** An error in either of Infobip's two envelopes; `undefined` for an answer from something in between. */
export function toldError(body: unknown): ToldError | undefined {
  const older = oldEnvelope.safeParse(body).data?.requestError.serviceException
  if (older) return { code: older.messageId, fields: Object.keys(older.validationErrors) }
  const newer = newEnvelope.safeParse(body).data
  return newer && { code: newer.errorCode, fields: newer.violations.map(({ property }) => property) }
}

/**
 * Infobip's word for an error; without one, `status_` and the status.
 *
 * It is for logs and metrics. The same word comes with different statuses, so only a limit is recognised by it.
 */
export function errorReason(status: number, body: unknown): string {
  return word(toldError(body)?.code) ?? `status_${status}`
}

/** Every name of an exceeded limit that Infobip's documents have. */
const THROTTLED: ReadonlySet<unknown> = new Set(['TOO_MANY_REQUESTS', 'THROTTLE_EXCEPTION', 'E429'])

/** Whether an error says that a limit was reached: no document says with which status. */
export function saysThrottled(body: unknown): boolean {
  return THROTTLED.has(toldError(body)?.code)
}

/** Whether an error finds nothing wrong but the number that the message was for. */
export function blamesNumber(body: unknown): boolean {
  const fields = toldError(body)?.fields ?? []
  return fields.length > 0 && fields.every((field) => /(?:^|\.)to$/.test(field))
}

/**
 * `text` when it looks like a word of Infobip's (`WRONG_PIN`, `E429`).
 *
 * Anything else stays out of logs. An echoed code, number or pinId has more digits than such a word.
 */
export function word(text: unknown): string | undefined {
  return typeof text === 'string' && /^(?=.{1,40}$)[A-Z][A-Z_]*[0-9]{0,3}$/.test(text) ? text : undefined
}
