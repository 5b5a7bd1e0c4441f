/** Request header under which a retried start, resend or check gets the first answer again. */
export const IDEMPOTENCY_HEADER = 'Idempotency-Key'

/**
 * What an idempotency key may look like; make it with `crypto.randomUUID()`, because anyone who guesses it may read the answer.
 */
export const IDEMPOTENCY_KEY_PATTERN = /^[A-Za-z0-9_-]{16,128}$/
