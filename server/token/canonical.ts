import * as base64url from 'jose/base64url'
import { TOKEN_MAX_LENGTH } from '../../contract/index.js'

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** Unpadded base64url whose unused trailing bits are zero (RFC 4648, 3.5). */
const BASE64URL = /^(?:[\w-]{4})*(?:[\w-][AQgw]|[\w-]{2}[AEIMQUYcgkosw048])?$/

let last: { segment: string; header: Claims } | undefined

/** What a JSON object holds. */
export type Claims = Readonly<Partial<Record<string, unknown>>>

/**
 * Reads the header of a token that is written in its only allowed form. Nothing in it can be believed yet.
 *
 * Base64 has spare bits, padding and white space that decoders forgive; JSON has white space, escapes and members that come
 * twice, of which parsers pick one or the other. Our issuer writes both in one way only, so anything else is not its work, and
 * the same token cannot get past a list of used ones in another spelling.
 *
 * @returns `undefined` when the token is not three such segments, the first of them a JSON object. The second is read by
 * `readObject`, once it is known who signed it.
 */
export function readHeader(token: string): Claims | undefined {
  const segments = token.length > TOKEN_MAX_LENGTH ? [] : token.split('.')
  if (segments.length !== 3 || !segments.every((segment) => BASE64URL.test(segment))) return undefined
  const [segment] = segments as [string]
  // All tokens of one key have the same header.
  if (segment === last?.segment) return last.header
  const header = readObject(base64url.decode(segment))
  if (header) last = { segment, header }
  return header
}

/** Reads a JSON object; `undefined` when it is none, or not written in the one way (see `readHeader`). */
export function readObject(bytes: Uint8Array): Claims | undefined {
  try {
    const text = utf8.decode(bytes)
    const value = JSON.parse(text) as Claims | null
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
    return JSON.stringify(value) === text ? value : undefined
  } catch {
    return undefined
  }
}
