// The addresses of the public HTTP API, relative to the server's public URL. Handles never appear in them. They are imported
// together as `PATHS`; a bundle keeps only those that it names.

/** GET, followed by `/{sitekey}`: what the element needs to know of its site. */
export const sites = '/v1/sites'

/** GET, behind a site's address and followed by `/{calling code}`: how its numbers are written. */
export const numberingPlans = '/numbering-plans'

export const start = '/v1/verifications'
export const resend = '/v1/verifications/resend'
export const check = '/v1/verifications/check'
export const status = '/v1/verifications/status'
export const token = '/v1/verifications/token'

/** POST: a challenge to solve, where a start was refused with `challenge_required`. */
export const challenges = '/v1/challenges'

export const siteverify = '/v1/siteverify'

/** POST, for the service that sends messages: what became of them. */
export const deliveryReports = '/v1/delivery-reports'

/** GET: the JWK Set (RFC 7517) that verifies every token. */
export const jwks = '/.well-known/jwks.json'

/** GET: the widget as one classic script. */
export const script = '/otp-verify.js'

/** GET, followed by a file's name: the script's sentences in other languages. */
export const locales = '/otp-verify-locales'

/** GET: Subresource Integrity hashes of the script. */
export const integrity = '/v1/integrity.json'

/** GET: this API in OpenAPI 3.1. */
export const openapi = '/openapi.json'
