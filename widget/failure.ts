import type { Failure, FailureCode } from './state.js'

/** Failures that may pass by themselves, so that the same call is worth another try. */
const RETRYABLE: ReadonlySet<FailureCode> = new Set<FailureCode>([
  'network_error',
  'rate_limited',
  'resend_too_soon',
  'check_in_progress',
  'provider_unavailable',
  'service_unavailable',
  'internal_error',
])

/** A call that did not succeed. `code` never changes its meaning; the message is the code and nothing more. */
export class OtpError extends Error implements Failure {
  readonly code: FailureCode
  readonly retryable: boolean
  declare readonly retryAfter?: number
  declare readonly attemptsRemaining?: number

  constructor(code: FailureCode, details: { retryAfter?: number; attemptsRemaining?: number } = {}) {
    super(code)
    this.name = 'OtpError'
    this.code = code
    this.retryable = RETRYABLE.has(code)
    Object.assign(this, details)
  }
}
