import { errorReason } from './answers.js'
import type { Exchange } from './exchange.js'

/** What an exchange means, with what a log may say of it. */
export interface Verdict<Outcome> {
  outcome: Outcome
  reason?: string | undefined
  /** The key, the account or the configuration is refused: only the operator can help. */
  alarm: boolean
}

/** Outcomes that sends and checks share. */
type CommonOutcome =
  { outcome: 'unavailable' } | { outcome: 'unknown' } | { outcome: 'throttled'; retryAfter: number }

/**
 * Reads what means the same for every call: a broken network, refusals, limits, server errors.
 *
 * @param defaultWait seconds to wait after a 429 that does not say how long.
 * @returns the verdict, or the body of a 2xx answer, not yet believed in any way.
 */
export function readCommon(
  exchange: Exchange,
  defaultWait: number,
): { verdict: Verdict<CommonOutcome> } | { body: unknown } {
  if ('failure' in exchange) {
    const outcome = exchange.failure === 'no_answer' ? 'unknown' : 'unavailable'
    return { verdict: { outcome: { outcome }, reason: exchange.reason, alarm: false } }
  }
  const { status, body, retryAfter = defaultWait } = exchange
  if (status >= 200 && status < 300) return { body }
  const reason = errorReason(status, body)
  if (status === 429)
    return { verdict: { outcome: { outcome: 'throttled', retryAfter }, reason, alarm: false } }
  // A redirect was answered instead of the call, and a 4xx refuses it: nothing happened.
  if (status >= 300 && status < 500)
    return { verdict: { outcome: { outcome: 'unavailable' }, reason, alarm: true } }
  return { verdict: { outcome: { outcome: 'unknown' }, reason, alarm: false } }
}
