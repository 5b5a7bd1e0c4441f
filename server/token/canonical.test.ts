import { beforeAll, describe, expect, it } from 'vitest'
import { TOKEN_TYPE } from '../../contract/index.js'
import { readHeader, readObject } from './canonical.js'
import {
  assembled,
  encode,
  GOOD_CLAIMS,
  issued,
  NONCE,
  publicJwk,
  refusalBy,
  testKeys,
  verifierOf,
  type TestKeys,
} from './test/tokens.js'

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

let keys: TestKeys
let good: string
let header: object
beforeAll(async () => {
  keys = await testKeys()
  good = await issued(keys)
  header = { alg: 'ES256', typ: TOKEN_TYPE, kid: keys.kid }
})

const refusal = (token: unknown) => refusalBy(verifierOf(keys), token)

/** A token of texts that JSON.stringify would not write, signed with the issuer's key. */
function signed(headerText: string | object, claimsText: string | object): Promise<string> {
  const algorithm = { name: 'ECDSA', hash: 'SHA-256' }
  return assembled(headerText, claimsText, (input) => crypto.subtle.sign(algorithm, keys.privateKey, input))
}

describe('a token has one spelling', () => {
  it('and no other base64 is read, though it stands for the same bytes (SR-A24)', async () => {
    const [head = '', payload = '', signature = ''] = good.split('.')
    const flipped = signature.slice(0, -1) + ALPHABET[ALPHABET.indexOf(signature.at(-1)!) ^ 1]!
    expect(Buffer.from(flipped, 'base64url')).toEqual(Buffer.from(signature, 'base64url'))
    for (const other of [
      `${head}.${payload}.${flipped}`,
      `${good}=`,
      `${good}==`,
      `${good} `,
      ` ${good}`,
      `${good}\n`,
      good.replace('.', '.\n'),
      `${head}.${payload}.${Buffer.from(signature, 'base64url').toString('base64')}`,
      `${head}=.${payload}.${signature}`,
      `${head.slice(0, 5)}\t${head.slice(5)}.${payload}.${signature}`,
      `${good}é`,
    ]) {
      expect(await refusal(other), JSON.stringify(other.slice(-9))).toBe('token_malformed')
    }
  })

  it('and members that come twice are refused in header and claims, whatever signs them (SR-A24)', async () => {
    const headText = JSON.stringify(header)
    const claimsText = JSON.stringify(GOOD_CLAIMS)
    expect(
      (await verifierOf(keys).verify(await signed(header, GOOD_CLAIMS), { nonce: NONCE })).sub,
    ).toBeTruthy()
    for (const [head, claims] of [
      [headText.replace('{', '{"alg":"none",'), claimsText],
      [headText.replace('{', '{"kid":"other",'), claimsText],
      [headText.replace('{', '{"typ":"otp-verified+jwt",'), claimsText],
      [headText, claimsText.replace('{', '{"phone_number":"+12025550199",')],
      [headText, claimsText.replace('}', ',"nonce":"session-nonce-0001"}')],
      [headText, claimsText.replace('{', '{"phone\\u005fnumber":"+12025550199",')],
    ] as const) {
      expect(await refusal(await signed(head, claims)), head + claims).toBe('token_malformed')
    }
  })

  it('and no other JSON is read: white space, escapes, marks, numbers, things that are no object (SR-A24)', async () => {
    const text = JSON.stringify(GOOD_CLAIMS)
    for (const claims of [
      ` ${text}`,
      `${text}\n`,
      `\ufeff${text}`,
      text.replace('"iat":', '"iat": '),
      text.replace('"US"', '"\\u0055S"'),
      text.replace('shop.example', 'shop.example\\/'),
      text.replace(/"iat":(\d+)/, '"iat":$1.0'),
      text.replace(/"exp":\d+/, '"exp":1e999'),
      `[${text}]`,
      '"text"',
      'null',
      '{',
    ]) {
      expect(await refusal(await signed(header, claims)), claims.slice(0, 40)).toBe('token_malformed')
    }
    for (const head of ['[]', 'null', '7', '{"alg":"ES256"', JSON.stringify(header, null, 1)]) {
      expect(await refusal(await signed(head, GOOD_CLAIMS)), head).toBe('token_malformed')
    }
    const invalidUtf8 = Buffer.from('{"cdata":"\xff"}', 'latin1')
    expect(readHeader(good.replace(/^.*?\./, `${encode(invalidUtf8)}.`))).toBeUndefined()
    expect(readObject(invalidUtf8)).toBeUndefined()
  })

  it('and encrypted tokens and the JSON serialisations are none (SR-A03, SR-A24)', async () => {
    const [protectedHeader, payload, signature] = good.split('.')
    const flattened = { protected: protectedHeader, payload, signature }
    const general = { payload, signatures: [{ protected: protectedHeader, signature }] }
    const encrypted = [encode('{"alg":"ECDH-ES","enc":"A256GCM"}'), '', 'AAAA', 'AAAA', 'AAAA'].join('.')
    for (const text of [JSON.stringify(flattened), JSON.stringify(general), encrypted]) {
      expect(await refusal(text), text.slice(0, 20)).toBe('token_malformed')
    }
    for (const value of [flattened, general]) expect(await refusal(value)).toBe('token_missing')
  })

  it('that the issuer keeps to for every claim it can write, up to the longest (SR-A24)', async () => {
    const origins = [
      `https://${'a'.repeat(63)}.${'b'.repeat(63)}.${'c'.repeat(63)}.example:65535`,
      'http://[::1]:80',
    ]
    for (const origin of origins) {
      const longest = { cdata: '-'.repeat(255), nonce: '_'.repeat(128), action: 'z'.repeat(32), origin }
      const token = await issued(keys, longest)
      const claims = await verifierOf(keys).verify(token, { nonce: longest.nonce, action: longest.action })
      expect(claims).toMatchObject(longest)
    }
    // Nothing of this passes the server's door; the rule would hold all the same.
    for (const cdata of ['é😀', '\ud800', '\u2028\u0000\\"/', '__proto__']) {
      expect((await verifierOf(keys).verify(await issued(keys, { cdata }), { nonce: NONCE })).cdata).toBe(
        cdata,
      )
    }
  })

  it('and is refused from 2,049 characters on (SR-A24)', async () => {
    const sized = (length: number, pad: string) =>
      signed({ ...header, pad }, { ...GOOD_CLAIMS, cdata: '-'.repeat(length) })
    const shorter = Math.floor((2040 - (await sized(0, '')).length) * 0.75)
    const steps = Array.from({ length: 9 }, (_, n) => shorter + n)
    const tokens = await Promise.all(
      ['', 'x', 'xx'].flatMap((pad) => steps.map((length) => sized(length, pad))),
    )
    const lengths = tokens.map(({ length }) => length)
    expect(lengths).toContain(2048)
    expect(lengths).toContain(2049)
    for (const token of tokens) {
      if (token.length > 2048) expect(await refusal(token)).toBe('token_malformed')
      else await verifierOf(keys).verify(token, { nonce: NONCE })
    }
  })
})

describe('a header', () => {
  it('names its key with a text, or the token is refused (SR-A22)', async () => {
    const { x } = publicJwk(keys)
    for (const kid of [undefined, null, 7, true, ['a'], { kid: keys.kid }, [keys.kid]]) {
      expect(await refusal(await signed({ ...header, kid }, GOOD_CLAIMS)), JSON.stringify(kid)).toBe(
        'token_malformed',
      )
    }
    for (const kid of ['', ' ', keys.kid.toUpperCase() + 'X', x]) {
      expect(await refusal(await signed({ ...header, kid }, GOOD_CLAIMS)), kid).toBe('token_forged')
    }
  })
})
