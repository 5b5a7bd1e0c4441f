import { z } from 'zod'

/** What a pinId looks like. It becomes part of a path, so it is checked on arrival and again before use. */
export const PIN_ID = /^[A-Za-z0-9-]{7,64}$/

/** Answer to a send or a resend. Infobip promises none of its members. */
export const sendAnswer = z.object({
  pinId: z.string().nullish(),
  smsStatus: z.string().nullish(),
  ncStatus: z.string().nullish(),
  callStatus: z.string().nullish(),
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
  requestError: z.object({ serviceException: z.object({ messageId: z.string() }) }),
})
const newEnvelope = z.object({ errorCode: z.string() })

/**
 * Infobip's word for an error, from either of its two envelopes; without one, `status_` and the status.
 *
 * It is for logs and metrics. The same word travels under different statuses, so nothing is decided by it.
 */
export function errorReason(status: number, body: unknown): string {
  const messageId = oldEnvelope.safeParse(body).data?.requestError.serviceException.messageId
  return word(messageId ?? newEnvelope.safeParse(body).data?.errorCode) ?? `status_${status}`
}

/**
 * `text` when it looks like a word of Infobip's (`WRONG_PIN`, `E429`).
 *
 * Anything else stays out of logs. An echoed code, number or pinId has more digits than such a word.
 */
export function word(text: string | null | undefined): string | undefined {
  return text && /^(?=.{1,40}$)[A-Z][A-Z_]*[0-9]{0,3}$/.test(text) ? text : undefined
}
