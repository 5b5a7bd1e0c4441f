import { VerificationError } from '../refusal/verification-error.js'
import type { FlowDeps } from './flow.js'

/** Seconds to wait: an operator who sees that no key may sign will add one. */
const KEY_RETRY = 5

/** Refuses a call on the way to a token while no key may sign it: before a message, or an attempt, is spent for nothing. */
export function needKey({ issuer }: Pick<FlowDeps, 'issuer'>): void {
  if (!issuer.maySign()) {
    throw new VerificationError('service_unavailable', { retryAfter: KEY_RETRY, reason: 'no_key' })
  }
}
