import { exportJWK, generateKeyPair, SignJWT, UnsecuredJWT, type CryptoKey, type JWK } from 'jose'
import { beforeAll, describe, expect, it, vi } from 'vitest'
import { jwtIssuer } from './issuer.js'
import { testKeys, type TestKeys } from './test/keys.js'
import { createVerifier, TokenError, type Expectations } from './verify.js'

const ISSUER = 'https://otp.example'
const NOW = Date.UTC(2026, 0, 15, 12)
const NONCE = 'session-nonce-0001'

let keys: TestKeys
let fetched = 0
beforeAll(async () => {
  keys = await testKeys(2)
})

function verifier(
  over: { audience?: string; issuer?: string; now?: number; fetch?: () => Promise<Response> } = {},
) {
  const { now = NOW, ...options } = over
  return createVerifier({
    issuer: ISSUER,
    audience: 'shop',
    now: () => now,
    fetch: async () => {
      fetched++
      return Response.json(keys.published)
    },
    ...options,
  })
}

async function token(over: { issuer?: string; audience?: string; action?: string; nonce?: string } = {}) {
  const { issuer = ISSUER, audience = 'shop', action, nonce = NONCE } = over
  const verified = {
    subject: 's'.repeat(22),
    verifiedAt: NOW,
    channel: 'sms',
    country: 'US',
    origin: 'https://shop.example',
  } as const
  const random = (size: number) => Buffer.alloc(size, 7)
  const issued = await jwtIssuer(issuer, keys.signingKeys, random).issue(
    { audience, offline: true },
    { ...verified, action, nonce },
    '+12025550123',
    NOW,
  )
  return issued.token
}

/** A token of our own making: header and claims changed, signed with the issuer's key unless told otherwise. */
async function crafted(claims: object, header: object = {}, key: CryptoKey | Uint8Array = keys.privateKey) {
  const iat = NOW / 1000
  const base = { iss: ISSUER, aud: 'shop', sub: 's', jti: 'j', iat, nbf: iat, exp: iat + 300, auth_time: iat }
  const number = { phone_number: '+12025550123', phone_number_verified: true, nonce: NONCE }
  return new SignJWT({ ...base, ...number, ...claims })
    .setProtectedHeader({ alg: 'ES256', typ: 'otp-verified+jwt', kid: keys.kid, ...header })
    .sign(key)
}

async function refusal(
  value: unknown,
  expectations: Expectations = { nonce: NONCE },
  options = {},
): Promise<string> {
  const error: unknown = await verifier(options)
    .verify(value, expectations)
    .then(
      () => undefined,
      (caught: unknown) => caught,
    )
  if (!(error instanceof TokenError)) throw new Error(`Not refused as a token: ${String(error)}`)
  return error.code
}

describe('a verifier', () => {
  it('believes a good token and tells its claims', async () => {
    const claims = await verifier().verify(await token({ action: 'signup' }), {
      nonce: NONCE,
      action: 'signup',
    })
    expect(claims.phone_number).toBe('+12025550123')
  })

  it('refuses what is no token at all', async () => {
    for (const value of [undefined, null, '', 7, {}, []]) expect(await refusal(value)).toBe('token_missing')
    for (const value of ['x', 'a.b', 'a.b.c', 'a.b.c.d.e', 'x'.repeat(3000)]) {
      expect(await refusal(value), value.slice(0, 9)).toBe('token_malformed')
    }
  })

  it('refuses every other spelling of a good token (SR-A24)', async () => {
    const good = await token()
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
    const flipped = good.slice(0, -1) + alphabet[alphabet.indexOf(good.at(-1)!) ^ 1]!
    for (const other of [
      flipped,
      `${good}=`,
      `${good}==`,
      `${good} `,
      ` ${good}`,
      `${good}\n`,
      good.replace('.', '.\n'),
    ]) {
      expect(await refusal(other), JSON.stringify(other.slice(-9))).toBe('token_malformed')
    }
  })

  it('believes a key for five minutes after it was fetched, so that a revoked one is soon refused (SR-A22)', async () => {
    vi.useFakeTimers({ now: NOW, toFake: ['Date'] })
    try {
      const other = await testKeys()
      let published = keys.published
      const one = createVerifier({
        issuer: ISSUER,
        audience: 'shop',
        fetch: async () => Response.json(published),
      })
      await one.verify(await token(), { nonce: NONCE })
      published = other.published
      vi.setSystemTime(NOW + 299_000)
      await one.verify(await token(), { nonce: NONCE })
      vi.setSystemTime(NOW + 301_000)
      await expect(one.verify(await token(), { nonce: NONCE })).rejects.toMatchObject({
        code: 'token_forged',
      })
    } finally {
      vi.useRealTimers()
    }
  })

  it('needs to be told the nonce, or told out loud to do without (SR-A09)', async () => {
    const good = await token()
    await expect(verifier().verify(good, {} as Expectations)).rejects.toThrow(TypeError)
    await expect(verifier().verify(good, undefined as unknown as Expectations)).rejects.toThrow(TypeError)
    await expect(verifier().verify(good, { nonce: '' })).rejects.toThrow(TypeError)
    expect((await verifier().verify(good, { nonce: false })).nonce).toBe(NONCE)
    expect(await refusal(good, { nonce: 'another-session-01' })).toBe('nonce_mismatch')
  })

  it('refuses a token for another purpose, and one with a purpose where none is expected (SR-A11)', async () => {
    expect(await refusal(await token({ action: 'signup' }), { nonce: NONCE, action: 'reset' })).toBe(
      'action_mismatch',
    )
    expect(await refusal(await token({ action: 'signup' }))).toBe('action_mismatch')
    expect(await refusal(await token(), { nonce: NONCE, action: 'signup' })).toBe('action_mismatch')
  })

  it('refuses the token of another site or server, near misses included (SR-A05, SR-A06)', async () => {
    expect(await refusal(await token({ audience: 'other' }))).toBe('audience_mismatch')
    expect(await refusal(await crafted({ aud: ['shop', 'other'] }))).toBe('token_malformed')
    for (const issuer of [
      'https://otp.example/',
      'http://otp.example',
      'https://OTP.example',
      'https://otp.example.',
    ]) {
      expect(await refusal(await token({ issuer })), issuer).toBe('issuer_mismatch')
    }
  })

  it('refuses a token before and after its time, with five seconds for clocks that differ (SR-A07)', async () => {
    const good = await token()
    const at = (seconds: number) => ({ now: NOW + seconds * 1000 })
    await verifier(at(304)).verify(good, { nonce: NONCE })
    expect(await refusal(good, undefined, at(306))).toBe('token_expired')
    await verifier(at(-4)).verify(good, { nonce: NONCE })
    expect(await refusal(good, undefined, at(-10))).toBe('token_not_active')
    const iat = NOW / 1000
    expect(await refusal(await crafted({ iat: iat + 10 }))).toBe('token_not_active')
    expect(await refusal(await crafted({ exp: iat + 301 }))).toBe('token_malformed')
  })

  it('refuses forgeries: no signature, other keys, other algorithms, other kinds of JWT (SR-A01, SR-A03, SR-A04)', async () => {
    const stranger = await generateKeyPair('ES256', { extractable: true })
    const strangerJwk: JWK = await exportJWK(stranger.publicKey)
    const publicBytes = new TextEncoder().encode(JSON.stringify(keys.published.keys[0]))
    const good = await token()
    const [header, payload, signature] = good.split('.')
    const forgeries = {
      unsigned: new UnsecuredJWT({ phone_number: '+1' }).encode(),
      'none with claims': `${Buffer.from('{"alg":"none","typ":"otp-verified+jwt"}').toString('base64url')}.${payload}.`,
      'HS256 under the public key': await crafted({}, { alg: 'HS256' }, publicBytes),
      'a stranger’s key': await crafted({}, {}, stranger.privateKey),
      'a stranger’s key in the header': await crafted(
        {},
        { jwk: strangerJwk, kid: undefined },
        stranger.privateKey,
      ),
      'an unknown kid': await crafted({}, { kid: 'nobody' }, stranger.privateKey),
      'another kind of JWT': await crafted({}, { typ: 'otp-start+jwt' }),
      'no kid': await crafted({}, { kid: undefined }),
      'no kind': await crafted({}, { typ: undefined }),
      'an unknown critical header': `${Buffer.from('{"alg":"ES256","typ":"otp-verified+jwt","crit":["x"],"x":1}').toString('base64url')}.${payload}.${signature}`,
      'a changed number': `${header}.${Buffer.from('{"phone_number":"+12025550199"}').toString('base64url')}.${signature}`,
      'a cut signature': good.slice(0, -4),
    }
    for (const [name, forgery] of Object.entries(forgeries)) {
      expect(await refusal(forgery), name).toMatch(/^token_(forged|malformed)$/)
    }
  })

  it('refuses claims that are not what they should be, though the signature is good', async () => {
    for (const claims of [
      { phone_number: '12025550123' },
      { phone_number: 7 },
      { phone_number: undefined },
      { phone_number_verified: 'true' },
      { auth_time: 'now' },
      { nonce: 7 },
    ]) {
      expect(await refusal(await crafted(claims)), JSON.stringify(claims)).toBe('token_malformed')
    }
  })

  it('fetches the keys once for many tokens', async () => {
    fetched = 0
    const one = verifier()
    for (let n = 0; n < 50; n++) await one.verify(await token(), { nonce: NONCE })
    expect(fetched).toBe(1)
  })

  it('says when the keys cannot be had: the token may be good', async () => {
    const good = await token()
    const down = { fetch: () => Promise.reject(new TypeError('fetch failed')) }
    expect(await refusal(good, undefined, down)).toBe('keys_unavailable')
    expect(await refusal(good, undefined, { fetch: async () => new Response('<html>') })).toBe(
      'keys_unavailable',
    )
    expect(await refusal(good, undefined, { fetch: async () => new Response('', { status: 500 }) })).toBe(
      'keys_unavailable',
    )
  })

  it('believes tokens of a server under a path', async () => {
    const asked: string[] = []
    const fetch = async (url: string) => {
      asked.push(url)
      return Response.json(keys.published)
    }
    const issuer = 'https://shop.example/api/otp'
    const one = createVerifier({ issuer, audience: 'shop', now: () => NOW, fetch })
    await one.verify(await token({ issuer }), { nonce: NONCE })
    expect(asked).toEqual(['https://shop.example/api/otp/.well-known/jwks.json'])
  })

  it('is not made for an issuer without encryption, unless it is this machine', () => {
    for (const issuer of ['http://otp.example', 'otp.example', '']) {
      expect(() => createVerifier({ issuer, audience: 'shop' }), issuer).toThrow(TypeError)
    }
    expect(() => createVerifier({ issuer: 'http://localhost:8787', audience: 'shop' })).not.toThrow()
    expect(() => createVerifier({ issuer: ISSUER, audience: '' })).toThrow(TypeError)
    expect(() => createVerifier({ issuer: ISSUER, audience: 'shop', clockTolerance: 61 })).toThrow(TypeError)
  })
})
