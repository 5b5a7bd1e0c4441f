import fc from 'fast-check'
import { encode } from './tokens.js'

type Json = Record<string, unknown>

/** What attackers write where an algorithm, a kind, a key or a claim belongs. */
const VALUES: readonly unknown[] = [
  ...['none', 'None', 'nOnE', 'HS256', 'RS256', 'ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519', ''],
  ...['otp-verified+jwt', 'otp-redeem+jwt', 'otp-start+jwt', 'JWT', 'edwards', 'shop', '+12025550199'],
  ...['https://evil.example/keys.json', ['ES256'], ['exp'], ['b64'], {}, [], null, true, false],
  ...[0, -1, 1e308, 2e9, -2e9, 1.5],
]

const HEADER_MEMBERS = [
  'alg',
  'typ',
  'kid',
  'jku',
  'x5u',
  'jwk',
  'x5c',
  'crit',
  'b64',
  'cty',
  'enc',
  'zip',
  'p2c',
]
const CLAIMS = [
  'iss',
  'aud',
  'sub',
  'jti',
  'iat',
  'nbf',
  'exp',
  'auth_time',
  'phone_number',
  'phone_number_verified',
]
const OTHER_CLAIMS = [
  'country',
  'channel',
  'amr',
  'origin',
  'action',
  'cdata',
  'nonce',
  '__proto__',
  'toJSON',
]

/** What base64 decoders and parsers of lists of tokens may forgive. */
const FORGIVEN = [
  '=',
  '==',
  ' ',
  '\t',
  '\n',
  '\r\n',
  '\0',
  '+',
  '/',
  '.',
  '..',
  '%2E',
  '\u00a0',
  '\u200b',
  '\ufeff',
  '"',
]

const decode = (segment: string) => Buffer.from(segment, 'base64url')
const parse = (segment: string) => JSON.parse(decode(segment).toString()) as Json
const split = (token: string) => token.split('.') as [string, string, string]

/** Values that somebody made of good tokens, or instead of one. Most are no longer good; some still are. */
export function mutants(originals: readonly string[]): fc.Arbitrary<unknown> {
  const original = fc.constantFrom(...originals)
  const segment = fc.constantFrom(...originals.flatMap(split))
  const place = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })
  const value = fc.oneof(fc.constantFrom(...VALUES), fc.jsonValue(), segment)
  const header = fc.constantFrom(...HEADER_MEMBERS)
  const claim = fc.constantFrom(...CLAIMS, ...OTHER_CLAIMS)
  const text = fc.oneof(
    fc.constantFrom(...FORGIVEN),
    fc.string({ unit: 'binary', minLength: 1, maxLength: 8 }),
  )

  return fc.oneof(
    // Bits of a character, and of a byte beneath it.
    fc.tuple(original, place, fc.integer({ min: 0, max: 7 })).map(([token, at, bit]) => {
      const index = Math.floor(at * token.length)
      return replaced(token, index, 1, String.fromCharCode(token.charCodeAt(index) ^ (1 << bit)))
    }),
    fc.tuple(original, fc.nat(2), place, fc.integer({ min: 0, max: 7 })).map(([token, part, at, bit]) =>
      withSegment(token, part, (old) => {
        const bytes = decode(old)
        bytes[Math.floor(at * bytes.length)]! ^= 1 << bit
        return encode(bytes)
      }),
    ),
    // Segments of any tokens in any order and number.
    fc.array(segment, { minLength: 3, maxLength: 3 }).map((parts) => parts.join('.')),
    fc.array(fc.oneof(segment, fc.constant('')), { maxLength: 6 }).map((parts) => parts.join('.')),
    // The beginning of one token and the end of another.
    fc.tuple(original, place, original, place).map(([one, end, other, start]) => {
      return one.slice(0, Math.floor(end * one.length)) + other.slice(Math.floor(start * other.length))
    }),
    fc.tuple(original, original, place).map(([one, other, at]) => {
      const index = Math.floor(at * one.length)
      return one.slice(0, index) + other.slice(index)
    }),
    // Cut short at either end.
    fc.tuple(original, place, place).map(([token, start, end]) => {
      return token.slice(Math.floor(start * start * token.length), Math.ceil((1 - end * end) * token.length))
    }),
    // Something put in, or in place of a character.
    fc.tuple(original, place, fc.nat(1), text).map(([token, at, length, put]) => {
      return replaced(token, Math.floor(at * (token.length + 1)), length, put)
    }),
    // Another alphabet, padding, case.
    fc.tuple(original, fc.nat(2)).map(([token, part]) => {
      return withSegment(token, part, (old) => decode(old).toString('base64'))
    }),
    fc
      .tuple(original, fc.nat(2))
      .map(([token, part]) => withSegment(token, part, (old) => old.toUpperCase())),
    // Other members and values, written as the issuer writes, under the old signature.
    fc
      .tuple(original, header, value)
      .map(([token, name, other]) => edited(token, 0, (old) => ({ ...old, [name]: other }))),
    fc
      .tuple(original, claim, value)
      .map(([token, name, other]) => edited(token, 1, (old) => ({ ...old, [name]: other }))),
    fc
      .tuple(original, fc.oneof(header, claim))
      .map(([token, name]) => without(without(token, 0, name), 1, name)),
    fc.tuple(original, fc.nat(1), value).map(([token, part, other]) => {
      return withSegment(token, part, () => encode(JSON.stringify(other)))
    }),
    // The same members spelled otherwise, or twice.
    fc.tuple(original, fc.nat(1), place, text).map(([token, part, at, put]) =>
      withSegment(token, part, (old) => {
        const json = decode(old).toString()
        return encode(replaced(json, Math.floor(at * (json.length + 1)), 0, put))
      }),
    ),
    fc.tuple(original, fc.nat(1), fc.oneof(header, claim), value).map(([token, part, name, other]) =>
      withSegment(token, part, (old) => {
        const twice = `{${JSON.stringify(name)}:${JSON.stringify(other)},`
        return encode(decode(old).toString().replace('{', twice))
      }),
    ),
    // Far too short, far too long, from another world.
    fc.tuple(original, fc.nat(20), fc.nat(2)).map(([token, times, part]) => {
      return withSegment(token, part, (old) => old.repeat(times))
    }),
    fc.tuple(original, fc.nat(8)).map(([token, times]) => token.repeat(times)),
    fc.string({ unit: 'binary', maxLength: 40 }),
    fc.anything(),
    original,
  )
}

function replaced(text: string, index: number, length: number, put: string): string {
  return text.slice(0, index) + put + text.slice(index + length)
}

function withSegment(token: string, part: number, change: (old: string) => string): string {
  return split(token)
    .map((old, n) => (n === part ? change(old) : old))
    .join('.')
}

function edited(token: string, part: number, change: (old: Json) => Json): string {
  return withSegment(token, part, (old) => encode(JSON.stringify(change(parse(old)))))
}

function without(token: string, part: number, name: string): string {
  return edited(token, part, ({ [name]: _, ...rest }) => rest)
}
