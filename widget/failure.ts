import type { Failure, FailureCode } from './state.js'

/** Failures after which the call may or may not have been carried out; a proxy's error page counts as one. */
export const OPEN: ReadonlySet<FailureCode> = new Set<FailureCode>([
  'network_error',
  'service_unavailable',
  'internal_error',
])

/** Failures that may pass by themselves, so that the same call may be tried again. */
const RETRYABLE: ReadonlySet<FailureCode> = new Set<FailureCode>([
  ...OPEN,
  'rate_limited',
  'resend_too_soon',
  'check_in_progress',
  'provider_unavailable',
])

/** Refusals for another reason than the number or the code that was typed. */
const NOT_TYPED = /^(origin|resends|unknown|ticket|challenge)_|^invalid_request$/

/** Whether what was typed is to blame, and not something that may pass by itself or that the page lacks. */
export const isMistake = ({ code, retryable }: Failure): boolean => !retryable && !NOT_TYPED.test(code)

/** A call that did not succeed. `code` never changes its meaning; the message is the code and nothing more. */
export class OtpError extends Error implements Failure {
  readonly code: FailureCode
  readonly retryable: boolean
  declare readonly retryAfter?: number
  declare readonly attemptsRemaining?: number
  declare readonly requestId?: string

  constructor(
    code: FailureCode,
    details: Pick<Failure, 'retryAfter' | 'attemptsRemaining' | 'requestId'> = {},
  ) {
    super(code)
    this.name = 'OtpError'
    this.code = code
    this.retryable = RETRYABLE.has(code)
    Object.assign(this, details)
  }
}
