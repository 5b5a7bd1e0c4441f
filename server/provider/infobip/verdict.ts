import { errorReason, saysThrottled } from './answers.js'
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
 * Interprets what means the same for every call: a broken network, refusals, limits, server errors.
 *
 * @param defaultWait seconds to wait after an exceeded limit that does not say how long.
 * @returns the verdict, or the body of a 2xx answer, still unchecked.
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
  if (status === 429 || saysThrottled(body))
    return { verdict: { outcome: { outcome: 'throttled', retryAfter }, reason, alarm: false } }
  // These redirects want the call made elsewhere, and a 4xx refuses it: nothing happened. Others may follow a call.
  const isRefused = status === 307 || status === 308 || (status >= 400 && status < 500)
  return {
    verdict: { outcome: { outcome: isRefused ? 'unavailable' : 'unknown' }, reason, alarm: status < 500 },
  }
}
