/**
 * Every reason a call can fail. The code is stable: hosts and the element branch on it, every language has a sentence for
 * it.
 */
export const PROBLEM_CODES = [
  'invalid_request',
  'unsupported_media_type',
  'payload_too_large',
  'origin_not_allowed',
  'unknown_site',
  'ticket_invalid',
  'invalid_phone_number',
  'phone_type_not_allowed',
  'country_not_allowed',
  'challenge_required',
  'challenge_failed',
  'rate_limited',
  'cannot_send',
  'resend_too_soon',
  'resends_exhausted',
  'delivery_failed',
  'verification_not_found',
  'verification_expired',
  'invalid_code',
  'code_incorrect',
  'check_in_progress',
  'attempts_exhausted',
  'already_verified',
  'provider_unavailable',
  'service_unavailable',
  'internal_error',
] as const

/** A stable name for what went wrong. */
export type ProblemCode = (typeof PROBLEM_CODES)[number]

/** The HTTP status that each travels under. */
export const PROBLEM_STATUS = {
  invalid_request: 422,
  unsupported_media_type: 415,
  payload_too_large: 413,
  origin_not_allowed: 403,
  unknown_site: 404,
  ticket_invalid: 403,
  invalid_phone_number: 422,
  phone_type_not_allowed: 422,
  country_not_allowed: 422,
  challenge_required: 403,
  challenge_failed: 403,
  rate_limited: 429,
  cannot_send: 403,
  resend_too_soon: 429,
  resends_exhausted: 429,
  delivery_failed: 422,
  verification_not_found: 404,
  verification_expired: 410,
  invalid_code: 422,
  code_incorrect: 422,
  check_in_progress: 409,
  attempts_exhausted: 429,
  already_verified: 409,
  provider_unavailable: 503,
  service_unavailable: 503,
  internal_error: 500,
} as const satisfies Record<ProblemCode, number>

/** Media type of every failed answer (RFC 9457). */
export const PROBLEM_MEDIA_TYPE = 'application/problem+json'

/** Body of every failed answer: an RFC 9457 problem, told apart by its `code`. */
export interface Problem {
  /** A URI reference that names the code (`urn:otp-verify:problem:<code>`); compare `code` instead. */
  type: string
  /** One English sentence for developers; visitors see the element's own sentence. */
  title: string
  /** The HTTP status, repeated. */
  status: number
  code: ProblemCode
  /** Names this one answer in the server's log. */
  requestId: string
  /** Whole seconds after which the same call may succeed; also sent as the Retry-After header. */
  retryAfter?: number
  /** Checks this verification has left; sent with every refusal of a check that knows. */
  attemptsRemaining?: number
  /**
   * Beside `invalid_request`: the member of the body, or the header, that is missing, not of its form, unknown, or not one that
   * the site takes; if there are several, the first.
   */
  member?: string
}
