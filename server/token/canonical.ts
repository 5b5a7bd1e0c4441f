import { base64url } from 'jose'
import { TOKEN_MAX_LENGTH } from '../../contract/index.js'

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/**
 * Reads the header of a token that can be written in no other way. Nothing of it is to be believed yet.
 *
 * Base64 has spare bits, padding and white space that decoders forgive; JSON has white space, escapes and members that
 * come twice, of which parsers pick one or the other. Our issuer writes both in one way only, so what could be written
 * otherwise is not of its making, and no list of used tokens meets the same one spelled anew.
 *
 * @returns `undefined` when the token is not three such segments, the first two of them JSON objects.
 */
export function readHeader(token: string): Partial<Record<string, unknown>> | undefined {
  const segments = token.length > TOKEN_MAX_LENGTH ? [] : token.split('.')
  if (segments.length !== 3) return undefined
  try {
    const [header, payload] = segments.map(canonicalBytes)
    canonicalObject(payload!)
    return canonicalObject(header!)
  } catch {
    return undefined
  }
}

function canonicalBytes(segment: string): Uint8Array {
  const bytes = base64url.decode(segment)
  if (base64url.encode(bytes) !== segment) throw new TypeError('This base64url has another spelling.')
  return bytes
}

function canonicalObject(bytes: Uint8Array): Partial<Record<string, unknown>> {
  const text = utf8.decode(bytes)
  const value: unknown = JSON.parse(text)
  if (typeof value !== 'object' || value === null || Array.isArray(value) || JSON.stringify(value) !== text) {
    throw new TypeError('This JSON is no object, or has another spelling.')
  }
  return value
}
