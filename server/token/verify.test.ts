import { beforeAll, describe, expect, expectTypeOf, it } from 'vitest'
import {
  crafted,
  issued,
  ISSUER,
  NONCE,
  NOW,
  NUMBER,
  refusalBy,
  testKeys,
  verifierOf,
  type TestKeys,
} from './test/tokens.js'
import {
  createVerifier,
  TokenError,
  type Expectations,
  type TokenClaims,
  type VerifierOptions,
} from './verify.js'

const IAT = NOW / 1000

let keys: TestKeys
let good: string
beforeAll(async () => {
  keys = await testKeys()
  good = await issued(keys)
})

const verify = (
  token: unknown,
  expectations: Expectations = { nonce: NONCE },
  options?: Partial<VerifierOptions>,
) => verifierOf(keys, options).verify(token, expectations)

const refusal = (token: unknown, expectations?: Expectations, options?: Partial<VerifierOptions>) =>
  refusalBy(verifierOf(keys, options), token, expectations)

const at = (seconds: number) => ({ now: () => NOW + seconds * 1000 })

describe('a verifier', () => {
  it('believes a good token and tells its claims', async () => {
    const claims = await verify(await issued(keys, { action: 'signup' }), { nonce: NONCE, action: 'signup' })
    expectTypeOf(claims).toEqualTypeOf<TokenClaims>()
    expectTypeOf(claims.phone_number).toEqualTypeOf<string>()
    expectTypeOf(claims.cdata).toEqualTypeOf<string | undefined>()
    expect(claims).toMatchObject({
      phone_number: NUMBER,
      country: 'US',
      amr: ['otp', 'sms'],
      action: 'signup',
    })
  })

  it('believes a token that was signed with EdDSA (SR-A01)', async () => {
    const edwards = await testKeys('EdDSA', 1)
    const claims = await verifierOf(edwards).verify(await issued(edwards), { nonce: NONCE })
    expect(claims.phone_number).toBe(NUMBER)
    expect(await refusal(await issued(edwards))).toBe('token_forged')
  })

  it('refuses what is no token at all', async () => {
    for (const value of [undefined, null, '', 7, {}, []]) expect(await refusal(value)).toBe('token_missing')
    for (const value of ['x', 'a.b', 'a.b.c', 'a.b.c.d.e', '..', '...', 'x'.repeat(3000)]) {
      expect(await refusal(value), value.slice(0, 9)).toBe('token_malformed')
    }
  })

  it('needs to be told the nonce, or told out loud to do without (SR-A09)', async () => {
    // @ts-expect-error A call without expectations does not compile.
    await expect(verifierOf(keys).verify(good)).rejects.toThrow(TypeError)
    // @ts-expect-error Nor does one without a nonce.
    await expect(verify(good, {})).rejects.toThrow(TypeError)
    // @ts-expect-error Nor one with a nonce that was not found.
    await expect(verify(good, { nonce: undefined })).rejects.toThrow(TypeError)
    await expect(verify(good, { nonce: '' })).rejects.toThrow(TypeError)
    expect((await verify(good, { nonce: false })).nonce).toBe(NONCE)
  })

  it('refuses the token of an attacker’s own number in the session of a victim (SR-A09)', async () => {
    const attackers = await issued(keys, { nonce: 'session-nonce-of-the-attacker' })
    expect(await refusal(attackers)).toBe('nonce_mismatch')
    expect(await refusal(await issued(keys, { nonce: undefined }))).toBe('nonce_mismatch')
    expect(await refusal(await issued(keys, { nonce: `${NONCE} ` }))).toBe('nonce_mismatch')
  })

  it('refuses a token for another purpose, and one with a purpose where none is expected (SR-A11)', async () => {
    const signup = await issued(keys, { action: 'signup' })
    expect(await refusal(signup, { nonce: NONCE, action: 'reset' })).toBe('action_mismatch')
    expect(await refusal(signup)).toBe('action_mismatch')
    expect(await refusal(good, { nonce: NONCE, action: 'signup' })).toBe('action_mismatch')
  })

  it('refuses a token that proves another number than the one expected', async () => {
    await verify(good, { nonce: NONCE, expectedPhoneNumber: NUMBER })
    expect(await refusal(good, { nonce: NONCE, expectedPhoneNumber: '+12025550124' })).toBe(
      'phone_number_mismatch',
    )
  })

  it.each([
    ['+525512345678', '+5215512345678'],
    ['+5511987654321', '+551187654321'],
    ['+5491123456789', '+541123456789'],
    ['+546704316900', '+546704316900'],
  ])('knows %s by the spelling %s that a backend may have on file (SR-F05)', async (proven, onFile) => {
    const token = await issued(keys, { number: proven })
    await verify(token, { nonce: NONCE, expectedPhoneNumber: onFile })
    await verify(token, { nonce: NONCE, expectedPhoneNumber: proven })
    const another = onFile.replace(/.$/, '5')
    expect(await refusal(token, { nonce: NONCE, expectedPhoneNumber: another })).toBe('phone_number_mismatch')
  })

  it('takes an expected number that is none for a mistake of the backend, and never quotes it', async () => {
    for (const number of [undefined, '', '12025550123', '+1 202 555 0123', '+012025550123', 12025550123]) {
      const expectations = { nonce: NONCE, expectedPhoneNumber: number } as Expectations
      const error: unknown = await verify(good, expectations).catch((caught: unknown) => caught)
      expect(error, String(number)).toBeInstanceOf(TypeError)
      if (number) expect(String(error)).not.toContain(String(number))
    }
  })

  it('refuses the token of another site or server, near misses included (SR-A05, SR-A06)', async () => {
    expect(await refusal(await issued(keys, { audience: 'other' }))).toBe('audience_mismatch')
    expect(await refusal(await crafted(keys, { aud: ['shop', 'other'] }))).toBe('token_malformed')
    for (const issuer of [
      `${ISSUER}/`,
      `${ISSUER}.`,
      `${ISSUER}:443`,
      'http://otp.example',
      'https://OTP.example',
      'https://otp.example.evil.example',
    ]) {
      expect(await refusal(await issued(keys, { issuer })), issuer).toBe('issuer_mismatch')
    }
  })

  it('refuses a token before and after its time, with five seconds for clocks that differ (SR-A07)', async () => {
    await verify(good, undefined, at(304))
    expect(await refusal(good, undefined, at(305))).toBe('token_expired')
    expect(await refusal(good, undefined, at(306))).toBe('token_expired')
    await verify(good, undefined, at(-5))
    expect(await refusal(good, undefined, at(-6))).toBe('token_not_active')
    for (const claim of ['iat', 'nbf']) {
      await verify(await crafted(keys, { [claim]: IAT + 5 }))
      expect(await refusal(await crafted(keys, { [claim]: IAT + 6 })), claim).toBe('token_not_active')
    }
    expect(await refusal(good, undefined, { now: () => NaN })).toBe('token_not_active')
  })

  it('refuses a token with a life of more than five minutes, or of a proof older than half an hour (SR-A07)', async () => {
    await verify(await crafted(keys, { exp: IAT + 300 }))
    expect(await refusal(await crafted(keys, { exp: IAT + 301 }))).toBe('token_malformed')
    await verify(await crafted(keys, { auth_time: IAT - 1800 }))
    expect(await refusal(await crafted(keys, { auth_time: IAT - 1801 }))).toBe('token_malformed')
  })

  it('takes at most a minute for clocks that differ (SR-A07)', async () => {
    await verify(good, undefined, { ...at(359), clockTolerance: 60 })
    expect(() => verifierOf(keys, { clockTolerance: 61 })).toThrow(TypeError)
    expect(() => verifierOf(keys, { clockTolerance: -1 })).toThrow(TypeError)
    expect(() => verifierOf(keys, { clockTolerance: NaN })).toThrow(TypeError)
  })

  it('refuses claims that are not what they should be, though the signature is good', async () => {
    for (const claims of [
      { phone_number: '12025550123' },
      { phone_number: 7 },
      { phone_number: undefined },
      { phone_number_verified: 'true' },
      { auth_time: 'now' },
      { exp: undefined },
      { exp: 'later' },
      { nbf: undefined },
      { nbf: 'now' },
      { iat: undefined },
      { iss: undefined },
      { sub: undefined },
      { sub: 7 },
      { jti: null },
      { nonce: 7 },
      { cdata: {} },
      { country: ['US'] },
      { amr: 'otp' },
      { amr: [1] },
    ]) {
      expect(await refusal(await crafted(keys, claims)), JSON.stringify(claims)).toBe('token_malformed')
    }
  })

  it('sends backends to the server with a token that only the server may judge (SR-A16)', async () => {
    for (const typ of ['otp-redeem+jwt', 'application/OTP-Redeem+JWT']) {
      const error: unknown = await verify(await crafted(keys, {}, { typ })).catch((caught: unknown) => caught)
      expect(error).toBeInstanceOf(TokenError)
      expect(error).toMatchObject({
        code: 'token_redeem_only',
        message: expect.stringContaining('/v1/siteverify'),
      })
    }
  })

  it('is not made for an issuer without encryption, unless it is this machine', () => {
    const make = (options: object) => createVerifier({ issuer: ISSUER, audience: 'shop', ...options })
    for (const issuer of ['http://otp.example', 'otp.example', '']) {
      expect(() => make({ issuer }), issuer).toThrow(TypeError)
    }
    expect(() => make({ issuer: 'http://localhost:8787' })).not.toThrow()
    expect(() => make({ audience: '' })).toThrow(TypeError)
  })

  it('is not made for an issuer with a slash at its end, by which no server names itself', () => {
    for (const issuer of ['https://otp.example/', 'https://shop.example/api/otp/'])
      expect(() => createVerifier({ issuer, audience: 'shop' }), issuer).toThrow('no slash at its end')
  })
})
