import type { Admission, Kept } from '../guard/guard.js'
import type { SendOutcome } from '../provider/provider.js'
import { VerificationError } from '../refusal/verification-error.js'

/** Seconds to wait before asking again when the provider could not be reached. */
export const PROVIDER_RETRY = 5

/**
 * The refusal for a message that was not sent. Refunds the charge if it is certain that nothing was sent or paid. The charge for
 * asking stays if the number, or a limit of the provider's, was or may have been to blame. A start that was left unanswered is
 * not counted for conversion: nobody has a page to enter its code, and its network is not to blame, as it is for numbers that a
 * lookup finds unreachable. Store failures are ignored here, and definite answers are kept, so that a retry under the same key
 * neither asks nor pays again.
 */
export async function unsent(
  outcome: Exclude<SendOutcome, { outcome: 'sent' }>,
  admission: Admission,
): Promise<VerificationError> {
  if (outcome.outcome === 'unknown') {
    await admission.uncount().catch(() => {})
    return new VerificationError('provider_unavailable', { reason: 'provider', done: true })
  }
  if (outcome.outcome === 'undelivered') {
    if (!outcome.paid) await admission.refund('counted').catch(() => {})
    return new VerificationError('delivery_failed', { done: true })
  }
  await admission.refund(keptOf(outcome)).catch(() => {})
  if (outcome.outcome === 'throttled') {
    return new VerificationError('rate_limited', { retryAfter: outcome.retryAfter, reason: 'provider_limit' })
  }
  if (outcome.outcome === 'gone') return new VerificationError('verification_expired', { done: true })
  return new VerificationError('provider_unavailable', { retryAfter: PROVIDER_RETRY, reason: 'provider' })
}

function keptOf(outcome: SendOutcome): Kept | undefined {
  // The resend is given back too, so it does not count as a message.
  if (outcome.outcome === 'throttled') return 'asked'
  return outcome.outcome === 'unavailable' && outcome.asked ? 'counted' : undefined
}
