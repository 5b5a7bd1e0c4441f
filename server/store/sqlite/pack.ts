const CAPITAL_HEX = /^[0-9A-F]{32}$/

/**
 * The shortest form in which SQLite keeps a text: bytes, where it is exactly the base64url of 32 bytes (our digests) or
 * 32 capital hexadecimal digits (handles of a provider), else the text itself. No two texts share a form.
 */
export function pack(text: string): string | Buffer {
  if (text.length === 43) {
    const bytes = Buffer.from(text, 'base64url')
    if (bytes.length === 32 && bytes.toString('base64url') === text) return bytes
  }
  return CAPITAL_HEX.test(text) ? Buffer.from(text, 'hex') : text
}

/** The text that `pack` made this of. */
export function unpack(packed: string | Buffer): string {
  if (typeof packed === 'string') return packed
  return packed.length === 32 ? packed.toString('base64url') : packed.toString('hex').toUpperCase()
}
