import type { Channel } from './verification.js'

/** The `typ` header of a token; no other JWT of ours carries it (RFC 8725, 3.11). */
export const TOKEN_TYPE = 'otp-verified+jwt'

/**
 * The `typ` header of a token that offline verifiers refuse, as its site wants every token redeemed at the server (which takes
 * both types).
 */
export const REDEEM_TOKEN_TYPE = 'otp-redeem+jwt'

/** Longest life of a token, in seconds. */
export const TOKEN_MAX_LIFETIME = 300

/** Seconds after the check for which fresh tokens are issued. */
export const PROOF_LIFETIME = 1800

/** Seconds for which a proof is remembered: until its last token is over, and five minutes for clocks that differ. */
export const PROOF_MEMORY = PROOF_LIFETIME + TOKEN_MAX_LIFETIME + 300

/** Longest token, in characters, as in Cloudflare Turnstile. */
export const TOKEN_MAX_LENGTH = 2048

/**
 * Claims of a token. Times are seconds since 1970 (RFC 7519).
 *
 * `phone_number` and `phone_number_verified` are OpenID Connect Core's, `amr` is RFC 8176's.
 */
export interface TokenClaims {
  /** The server's public URL. */
  iss: string
  /** The site's audience; its sitekey unless the operator chose another. */
  aud: string
  /** The verification, 128 random bits; not its handle. */
  sub: string
  /** This token, 128 random bits. */
  jti: string
  iat: number
  nbf: number
  exp: number
  /** When the code was checked. */
  auth_time: number
  /** E.164, as the provider confirmed it and as it is spelled today, which may differ from what was typed. */
  phone_number: string
  phone_number_verified: true
  /** ISO 3166-1 alpha-2. */
  country: string
  channel: Channel
  /** `['otp', 'sms']` or `['otp', 'tel']`. */
  amr: string[]
  /** The page's origin, as the browser reported it. */
  origin: string
  action?: string
  cdata?: string
  nonce?: string
}
