const CAPITAL_HEX = /^[0-9A-F]{32}$/

/** Characters of a digest, characters that an id has before it, and bytes of a digest. */
const DIGEST_LENGTH = 43
const PLACE = /^[\w-]{0,3}$/
const DIGEST_BYTES = 32

/**
 * The shortest form in which SQLite keeps a text: bytes, where it is exactly the base64url of 32 bytes (our digests), the
 * same after up to three letters (our ids), or 32 capital hexadecimal digits (handles of a provider); else the text
 * itself. No two texts share a form.
 */
export function pack(text: string): string | Buffer {
  const place = text.slice(0, -DIGEST_LENGTH)
  if (text.length >= DIGEST_LENGTH && PLACE.test(place)) {
    const digest = text.slice(-DIGEST_LENGTH)
    const bytes = Buffer.from(digest, 'base64url')
    if (bytes.length === DIGEST_BYTES && bytes.toString('base64url') === digest) {
      return Buffer.concat([Buffer.from(place), bytes])
    }
  }
  return CAPITAL_HEX.test(text) ? Buffer.from(text, 'hex') : text
}

/** The text that `pack` made this of. */
export function unpack(packed: string | Buffer): string {
  if (typeof packed === 'string') return packed
  if (packed.length < DIGEST_BYTES) return packed.toString('hex').toUpperCase()
  return (
    packed.toString('ascii', 0, packed.length - DIGEST_BYTES) +
    packed.toString('base64url', packed.length - DIGEST_BYTES)
  )
}
