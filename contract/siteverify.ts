import type { Channel } from './verification.js'

/**
 * Why a token was not redeemed; Cloudflare Turnstile's words, verbatim.
 *
 * @see https://developers.cloudflare.com/turnstile/get-started/server-side-validation/
 */
export const SITEVERIFY_ERRORS = [
  'missing-input-secret',
  'invalid-input-secret',
  'missing-input-response',
  'invalid-input-response',
  'bad-request',
  'timeout-or-duplicate',
  'internal-error',
] as const

export type SiteverifyError = (typeof SITEVERIFY_ERRORS)[number]

/** Body of a redemption, JSON or form, as Turnstile takes it. Only backends make this call: it carries the secret. */
export interface SiteverifyRequest {
  /** The site secret. */
  secret: string
  /** The token, from the form's `otp-verify-response`; one of either type. */
  response: string
  /** The visitor's address; accepted for compatibility and not looked at. */
  remoteip?: string
  /** A UUID; a retry under it gets the first answer again, for PROOF_MEMORY, also when the token's time is over by then. */
  idempotency_key?: string
}

/** Answer to a redemption that succeeded: Turnstile's members, and those that a phone number adds. */
export interface SiteverifySuccess {
  success: true
  /** ISO 8601 UTC; when the code was checked. */
  challenge_ts: string
  /** Host of the page. */
  hostname: string
  'error-codes': []
  /** Empty unless the page named one. */
  action: string
  /** Empty unless the page gave one. */
  cdata: string
  /** E.164, as the provider confirmed it. */
  phone_number: string
  /** ISO 3166-1 alpha-2. */
  country: string
  channel: Channel
  /** Empty unless the page gave one. Compare it with your session. */
  nonce: string
  /** The token's jti. */
  token_id: string
}

/** Answer to any other redemption. */
export interface SiteverifyFailure {
  success: false
  'error-codes': SiteverifyError[]
}

export type SiteverifyAnswer = SiteverifySuccess | SiteverifyFailure
