import type { Admission, Kept } from '../guard/guard.js'
import type { SendOutcome } from '../provider/provider.js'
import { VerificationError } from '../refusal/verification-error.js'

/** Seconds to wait before asking again when the provider could not be reached. */
export const PROVIDER_RETRY = 5

/**
 * The refusal for a message that was not sent. The charge is given back when that is certain and cost nothing, but where the
 * number was to blame, or may have been, or a limit of the provider's, its caller has asked all the same. Should the store be
 * gone by now, the visitor is told of the message nevertheless. What the provider has answered for good is kept: under one key
 * it is not asked, or paid, again.
 */
export async function unsent(
  outcome: Exclude<SendOutcome, { outcome: 'sent' }>,
  admission: Admission,
): Promise<VerificationError> {
  if (outcome.outcome === 'unknown') return new VerificationError('provider_unavailable', { done: true })
  if (outcome.outcome === 'undelivered') {
    if (!outcome.paid) await admission.refund('counted').catch(() => {})
    return new VerificationError('delivery_failed', { done: true })
  }
  await admission.refund(keptOf(outcome)).catch(() => {})
  if (outcome.outcome === 'throttled') {
    return new VerificationError('rate_limited', { retryAfter: outcome.retryAfter })
  }
  if (outcome.outcome === 'gone') return new VerificationError('verification_expired', { done: true })
  return new VerificationError('provider_unavailable', { retryAfter: PROVIDER_RETRY })
}

function keptOf(outcome: SendOutcome): Kept | undefined {
  // Its resend is given back too, so it counts for none.
  if (outcome.outcome === 'throttled') return 'asked'
  return outcome.outcome === 'unavailable' && outcome.asked ? 'counted' : undefined
}
