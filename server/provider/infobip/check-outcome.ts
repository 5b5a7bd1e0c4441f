import type { CheckOutcome } from '../provider.js'
import { approvedCheck, errorReason, refusedCheck, saysThrottled, toldError, word } from './answers.js'
import type { Exchange } from './exchange.js'
import { readCommon, type Verdict } from './verdict.js'

/** Infobip's limit of checks is one in three seconds unless the application changes it. */
const DEFAULT_WAIT = 3

/** Statuses of refusals that come before the code is looked at: no valid key, no right to call, too soon. */
const NEVER_LOOKED_AT: ReadonlySet<number> = new Set([401, 403, 429])

/**
 * What Infobip says about a code that was checked under `pinId`.
 *
 * Only a `verified` that is the boolean `true`, with nothing in the answer against it, is an approval. The
 * number has not been compared with the one that was asked for.
 */
export function readCheck(exchange: Exchange, pinId: string): Verdict<CheckOutcome> {
  if ('status' in exchange) {
    const { status, body } = exchange
    const disliked = status >= 400 && status < 500 ? readDisliked(status, body, pinId) : undefined
    if (disliked) return disliked
  }
  const common = readCommon(exchange, DEFAULT_WAIT)
  if ('verdict' in common) return common.verdict
  const { body } = common
  return readApproved(body, pinId) ?? readRefused(body, pinId) ?? unknown('unexpected_body')
}

/**
 * No document says which status carries TTL_EXPIRED, NO_MORE_PIN_ATTEMPTS or even WRONG_PIN. Whichever it is, the attempt may
 * have been counted before the request was refused: if it were given back, guessing would never end.
 */
function readDisliked(status: number, body: unknown, pinId: string): Verdict<CheckOutcome> | undefined {
  const refused = readRefused(body, pinId)
  const neverLookedAt = NEVER_LOOKED_AT.has(status) || saysThrottled(body)
  if (refused && !(neverLookedAt && refused.outcome.outcome === 'unknown')) return refused
  if (neverLookedAt) return undefined
  const reason = errorReason(status, body)
  // Something in front of Infobip may answer 404 too, and knows nothing about a code.
  if (status === 404 && toldError(body)) return { outcome: { outcome: 'expired' }, reason, alarm: false }
  return { outcome: { outcome: 'unknown' }, reason, alarm: status !== 400 }
}

function readApproved(body: unknown, pinId: string): Verdict<CheckOutcome> | undefined {
  const { data } = approvedCheck.safeParse(body)
  if (!data || isOther(data.pinId, pinId)) return undefined
  return { outcome: { outcome: 'approved', phoneNumber: `+${data.msisdn}` }, alarm: false }
}

function readRefused(body: unknown, pinId: string): Verdict<CheckOutcome> | undefined {
  const { data } = refusedCheck.safeParse(body)
  if (!data || isOther(data.pinId, pinId)) return undefined
  const outcome = readRefusal(data.pinError, data.attemptsRemaining)
  return { outcome, reason: word(data.pinError), alarm: false }
}

/** An answer about another code says nothing about this one. */
function isOther(answered: string | undefined, pinId: string): boolean {
  return answered !== undefined && answered !== pinId
}

function readRefusal(pinError: string | null | undefined, attemptsRemaining: unknown): CheckOutcome {
  const counted = typeof attemptsRemaining === 'number' && Number.isInteger(attemptsRemaining)
  switch (pinError) {
    case 'TTL_EXPIRED':
      return { outcome: 'expired' }
    case 'NO_MORE_PIN_ATTEMPTS':
      return { outcome: 'exhausted' }
    case 'WRONG_PIN':
    case undefined:
    case null:
      // A recording of the service lacks the pinError. Without a count of tries, too, it could mean anything.
      if (!counted) return { outcome: pinError ? 'incorrect' : 'unknown' }
      return attemptsRemaining > 0 ? { outcome: 'incorrect', attemptsRemaining } : { outcome: 'exhausted' }
    default:
      return { outcome: 'unknown' }
  }
}

function unknown(reason: string): Verdict<CheckOutcome> {
  return { outcome: { outcome: 'unknown' }, reason, alarm: false }
}
