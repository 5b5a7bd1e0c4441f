import type { ProblemCode } from '../contract/index.js'
import type { Failure, FailureCode } from './state.js'

/** It may pass by itself, so the same call may be tried again. */
const PASSES = 1

/** The call may or may not have been carried out; a proxy's error page counts as one. */
const OPEN = 2

/** What was typed is to blame: not what the page or its visit lacks, and nothing that may pass by itself. */
const MISTAKE = 4

/** It leaves the visitor without a code, however often the same is tried. */
const REFUSAL = 8

/** After it the verification can never succeed. */
const FINAL = 16

/** What each failure means to the caller. */
const MEANINGS: Readonly<Record<FailureCode, number>> = {
  invalid_request: 0,
  unsupported_media_type: MISTAKE,
  payload_too_large: MISTAKE,
  origin_not_allowed: 0,
  unknown_site: 0,
  ticket_invalid: 0,
  invalid_phone_number: MISTAKE,
  phone_type_not_allowed: MISTAKE | REFUSAL,
  country_not_allowed: MISTAKE | REFUSAL,
  challenge_required: REFUSAL,
  challenge_failed: REFUSAL,
  rate_limited: PASSES,
  cannot_send: MISTAKE | REFUSAL,
  resend_too_soon: PASSES,
  resends_exhausted: REFUSAL,
  delivery_failed: MISTAKE | REFUSAL,
  verification_not_found: MISTAKE | FINAL,
  verification_expired: MISTAKE | FINAL,
  invalid_code: MISTAKE,
  code_incorrect: MISTAKE,
  check_in_progress: PASSES,
  attempts_exhausted: MISTAKE | REFUSAL | FINAL,
  already_verified: MISTAKE | FINAL,
  provider_unavailable: PASSES,
  service_unavailable: PASSES | OPEN,
  internal_error: PASSES | OPEN,
  network_error: PASSES | OPEN,
}

const means = (code: FailureCode, what: number): boolean => (MEANINGS[code] & what) !== 0

/** Whether it is a server's: no server reports that it was not reached. */
export const isProblem = (code: unknown): code is ProblemCode =>
  Object.keys(MEANINGS).includes(code as string) && code !== 'network_error'

/** Whether the call may have been carried out all the same. */
export const isOpen = (code: FailureCode): boolean => means(code, OPEN)

/** Whether what was typed is to blame. */
export const isMistake = ({ code }: Failure): boolean => means(code, MISTAKE)

/** Whether the visitor needs another way than a code. */
export const isRefusal = (code: FailureCode): boolean => means(code, REFUSAL)

/** Whether only a new verification can succeed. */
export const isFinal = (code: FailureCode): boolean => means(code, FINAL)

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
    this.retryable = means(code, PASSES)
    Object.assign(this, details)
  }
}
