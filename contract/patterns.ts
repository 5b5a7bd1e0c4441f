// Shapes of the members that pages and hosts choose; all are matched as a whole. They are imported together as `PATTERNS`.

export const sitekey = /^[A-Za-z0-9_-]{1,64}$/

/** Three characters by which the server finds it, then 256 random bits, in base64url. */
export const verificationId = /^[A-Za-z0-9_-]{46}$/

/** Purpose of the verification, as in Cloudflare Turnstile. */
export const action = /^[A-Za-z0-9_-]{1,32}$/

/** The host's own note, copied into the token, as in Cloudflare Turnstile. */
export const cdata = /^[A-Za-z0-9_-]{1,255}$/

/** A value the host's backend bound to its session. */
export const nonce = /^[A-Za-z0-9_-]{16,128}$/

/** A BCP 47 language tag. */
export const language = /^[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,3}$/
