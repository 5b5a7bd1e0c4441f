import { createPublicKey } from 'node:crypto'
import { exportJWK, generateKeyPair, type JWK } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { PATHS, TOKEN_TYPE } from '../../contract/index.js'
import { json, listen, type Listener } from './test/listener.js'
import {
  assembled,
  crafted,
  GOOD_CLAIMS,
  issued,
  NONCE,
  publicJwk,
  refusalBy,
  testKeys,
  verifierOf,
  type TestKeys,
} from './test/tokens.js'

type Sign = (input: Uint8Array<ArrayBuffer>) => Promise<ArrayBuffer>

let keys: TestKeys
beforeAll(async () => {
  keys = await testKeys()
})

const refusal = (token: string, published = keys.published) =>
  refusalBy(verifierOf(keys, { fetch: async () => Response.json(published) }), token)

const header = (over: object) => ({ alg: 'ES256', typ: TOKEN_TYPE, kid: keys.kid, ...over })

/** Good claims under a header of the forger's; `undefined` leaves a member out. */
const forged = (over: object, sign?: Sign) => assembled(header(over), GOOD_CLAIMS, sign)

const ecdsa =
  (hash: string, key = keys.privateKey): Sign =>
  (input) =>
    crypto.subtle.sign({ name: 'ECDSA', hash }, key, input)

function hmac(secret: string | Uint8Array): Sign {
  return async (input) => {
    const algorithm = { name: 'HMAC', hash: 'SHA-256' }
    const key = await crypto.subtle.importKey('raw', Buffer.from(secret as string), algorithm, false, [
      'sign',
    ])
    return crypto.subtle.sign(algorithm, key, input)
  }
}

async function rsa() {
  const pair = await generateKeyPair('RS256', { modulusLength: 2048, extractable: true })
  const sign: Sign = (input) => crypto.subtle.sign('RSASSA-PKCS1-v1_5', pair.privateKey, input)
  return { sign, jwk: await exportJWK(pair.publicKey) }
}

const unsigned = async () => new ArrayBuffer(0)
const spki = () =>
  createPublicKey({ key: publicJwk(keys) as never, format: 'jwk' }).export({ type: 'spki', format: 'pem' })
const point = () =>
  Buffer.concat([publicJwk(keys).x!, publicJwk(keys).y!].map((part) => Buffer.from(part, 'base64url')))

describe('a header that asks for another algorithm is refused (SR-A01)', () => {
  const cases: [name: string, token: () => Promise<string>, code?: string][] = [
    ['none', () => forged({ alg: 'none' }, unsigned)],
    ['None', () => forged({ alg: 'None' }, unsigned)],
    ['nOnE, with the issuer’s own signature', () => forged({ alg: 'nOnE' }, ecdsa('SHA-256'))],
    ['an empty one', () => forged({ alg: '' }, ecdsa('SHA-256'))],
    ['a list', () => forged({ alg: ['ES256'] }, ecdsa('SHA-256'))],
    ['a missing one', () => forged({ alg: undefined }, ecdsa('SHA-256'))],
    ['HS256 under the PEM of the public key', () => forged({ alg: 'HS256' }, hmac(spki()))],
    [
      'HS256 under the JWK of the public key',
      () => forged({ alg: 'HS256' }, hmac(JSON.stringify(publicJwk(keys)))),
    ],
    ['HS256 under the point of the public key', () => forged({ alg: 'HS256' }, hmac(point()))],
    ['RS256 with the issuer’s ES256 signature', () => forged({ alg: 'RS256' }, ecdsa('SHA-256'))],
    ['RS256 by a stranger of 2048 bits', async () => forged({ alg: 'RS256' }, (await rsa()).sign)],
    ['ES384 by the issuer’s ES256 key', () => forged({ alg: 'ES384' }, ecdsa('SHA-384'))],
    ['ES512 by the issuer’s ES256 key', () => forged({ alg: 'ES512' }, ecdsa('SHA-512'))],
    // An algorithm of ours, and not that of the key.
    ['EdDSA by the issuer’s ES256 key', () => forged({ alg: 'EdDSA' }, ecdsa('SHA-256')), 'token_forged'],
  ]

  it.each(cases)('%s', async (_name, token, code = 'token_malformed') => {
    expect(await refusal(await token())).toBe(code)
  })

  it('even when a key of that kind is among the issuer’s own (SR-A01)', async () => {
    const { sign, jwk } = await rsa()
    const p384 = await generateKeyPair('ES384', { extractable: true })
    const published = {
      keys: [
        { ...jwk, kid: 'rsa' },
        { ...(await exportJWK(p384.publicKey)), kid: 'p384' },
      ],
    }
    for (const token of [
      await forged({ alg: 'RS256', kid: 'rsa' }, sign),
      await forged({ alg: 'ES384', kid: 'p384' }, ecdsa('SHA-384', p384.privateKey)),
    ]) {
      expect(await refusal(token, published)).toBe('token_malformed')
    }
  })
})

describe('the algorithm', () => {
  it('is that of the key, also when the published keys do not say it (SR-A02)', async () => {
    const [edwards] = (await testKeys('EdDSA', 1)).published.keys
    const published = { keys: [...keys.published.keys, edwards!].map(({ alg: _, use: __, ...jwk }) => jwk) }
    const fetch = async () => Response.json(published)
    await verifierOf(keys, { fetch }).verify(await issued(keys), { nonce: NONCE })
    expect(await refusal(await forged({ alg: 'EdDSA' }, ecdsa('SHA-256')), published)).toBe('token_forged')
    expect(await refusal(await forged({ kid: 'edwards' }, ecdsa('SHA-256')), published)).toBe('token_forged')
    expect(await refusal(await forged({ alg: 'ES384' }, ecdsa('SHA-384')), published)).toBe('token_malformed')
  })

  it('of a key that says another is not used with it (SR-A02)', async () => {
    const good = await issued(keys)
    for (const over of [
      { alg: 'ES384' },
      { alg: 'EdDSA' },
      { use: 'enc' },
      { key_ops: ['sign'] },
      { crv: 'P-384' },
    ]) {
      expect(await refusal(good, { keys: [{ ...publicJwk(keys), ...over }] }), JSON.stringify(over)).toBe(
        'token_forged',
      )
    }
  })
})

describe('a token that brings or names a key of its own', () => {
  let issuer: Listener
  let attacker: Listener
  let stranger: Awaited<ReturnType<typeof generateKeyPair>>
  let strangerJwk: JWK

  beforeAll(async () => {
    stranger = await generateKeyPair('ES256', { extractable: true })
    strangerJwk = { ...(await exportJWK(stranger.publicKey)), alg: 'ES256', use: 'sig', kid: 'stranger' }
    issuer = await listen(json(keys.published))
    attacker = await listen(json({ keys: [strangerJwk] }))
  })
  afterAll(() => [issuer, attacker].forEach((listener) => listener.close()))

  it('is refused, and nobody is asked but the issuer (SR-A03)', async () => {
    const iss = issuer.url
    const verifier = verifierOf(keys, { issuer: iss, fetch })
    await verifier.verify(await issued(keys, { issuer: iss }), { nonce: NONCE })
    for (const address of ['jku', 'x5u']) {
      for (const kid of ['stranger', keys.kid]) {
        const pointing = { [address]: `${attacker.url}/keys.json`, kid }
        const token = await crafted(keys, { iss }, pointing, stranger.privateKey)
        expect(await refusalBy(verifier, token), JSON.stringify(pointing)).toBe('token_forged')
      }
    }
    for (const own of [{ jwk: strangerJwk }, { x5c: ['MIIB'] }]) {
      const token = await crafted(keys, { iss }, own, stranger.privateKey)
      expect(await refusalBy(verifier, token), JSON.stringify(own)).toBe('token_forged')
      const nameless = await crafted(keys, { iss }, { ...own, kid: undefined }, stranger.privateKey)
      expect(await refusalBy(verifier, nameless)).toBe('token_malformed')
    }
    // The other key of the issuer, too, is no authority for a token that names the first.
    expect(
      await refusalBy(verifier, await crafted(keys, { iss }, { kid: keys.published.keys[1]!.kid })),
    ).toBe('token_forged')
    expect(issuer.asked).toEqual([PATHS.jwks])
    expect(attacker.asked).toEqual([])
  })

  it('is refused with a header that must be understood and is not (SR-A03)', async () => {
    const sign = ecdsa('SHA-256')
    for (const over of [
      { crit: ['x'], x: 1 },
      { crit: ['exp'], exp: 1 },
      { crit: [] },
      { crit: 'x' },
      { crit: ['b64'], b64: false },
    ]) {
      expect(await refusal(await forged(over, sign)), JSON.stringify(over)).toMatch(
        /^token_(malformed|forged)$/,
      )
    }
  })
})

describe('another kind of JWT', () => {
  it('is refused, though the issuer’s key signed it (SR-A04)', async () => {
    for (const typ of [
      undefined,
      '',
      'JWT',
      'at+jwt',
      'otp-start+jwt',
      'otp-verified',
      'otp-verified+jwt ',
      'otp-verifiedapplication/+jwt',
      ['otp-verified+jwt'],
      7,
    ]) {
      expect(await refusal(await forged({ typ }, ecdsa('SHA-256'))), JSON.stringify(typ)).toBe(
        'token_malformed',
      )
    }
  })

  it('is told apart by its media type, in any case and with or without its first half (SR-A04)', async () => {
    for (const typ of ['otp-verified+jwt', 'OTP-Verified+JWT', 'application/otp-verified+jwt']) {
      await verifierOf(keys).verify(await crafted(keys, {}, { typ }), { nonce: NONCE })
    }
  })
})

describe('a signature', () => {
  it('is refused when it is a stranger’s, cut, empty, zero, or of other claims', async () => {
    const stranger = await generateKeyPair('ES256')
    const [head, payload, signature] = (await issued(keys)).split('.')
    const other = (await issued(keys, { number: '+12025550199' })).split('.')[1]
    for (const token of [
      await forged({}, ecdsa('SHA-256', stranger.privateKey)),
      await forged({}),
      await forged({}, unsigned),
      `${head}.${payload}.${signature!.slice(0, -2)}`,
      `${head}.${other}.${signature}`,
    ]) {
      expect(await refusal(token)).toBe('token_forged')
    }
  })
})
