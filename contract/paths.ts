/** Addresses of the public HTTP API, relative to the server's public URL. Handles never appear in them. */
export const PATHS = {
  /** GET, followed by `/{sitekey}`: what the element needs to know of its site. */
  sites: '/v1/sites',
  /** GET, behind a site's address and followed by `/{calling code}`: how its numbers are written. */
  numberingPlans: '/numbering-plans',
  start: '/v1/verifications',
  resend: '/v1/verifications/resend',
  check: '/v1/verifications/check',
  status: '/v1/verifications/status',
  token: '/v1/verifications/token',
  /** POST: a challenge to solve, where a start was refused with `challenge_required`. */
  challenges: '/v1/challenges',
  siteverify: '/v1/siteverify',
  /** POST, for the service that sends messages: what became of them. */
  deliveryReports: '/v1/delivery-reports',
  /** GET: the JWK Set (RFC 7517) that verifies every token. */
  jwks: '/.well-known/jwks.json',
  /** GET: the widget as one classic script. */
  script: '/otp-verify.js',
  /** GET, followed by a file's name: the script's sentences in other languages. */
  locales: '/otp-verify-locales',
  /** GET: Subresource Integrity hashes of the script. */
  integrity: '/v1/integrity.json',
  /** GET: this API in OpenAPI 3.1. */
  openapi: '/openapi.json',
} as const

/** Request header under which a retried start, resend or check gets the first answer again. */
export const IDEMPOTENCY_HEADER = 'Idempotency-Key'

/** What an idempotency key may look like; make it with `crypto.randomUUID()`, for whoever guesses it may read the answer. */
export const IDEMPOTENCY_KEY_PATTERN = /^[A-Za-z0-9_-]{16,128}$/
