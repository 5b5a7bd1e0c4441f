import { randomBytes } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { decodeJwt, decodeProtectedHeader } from 'jose'
import { beforeAll, describe, expect, it } from 'vitest'
import { newHandle } from '../pepper/digests.js'
import { NUMBER, PUBLIC_URL, TestServer, testSite } from '../test/harness.js'
import { jwtIssuer } from './issuer.js'
import { testKeys, type TestKeys } from './test/tokens.js'

const NOW = Date.UTC(2026, 0, 15, 12)
const OPTIONAL = { action: 'signup', cdata: 'cart-7', nonce: 'n'.repeat(22) }

let keys: TestKeys
beforeAll(async () => {
  keys = await testKeys()
})

function issue(channel: 'sms' | 'voice', more: object = {}) {
  const verified = {
    ...{ subject: 's'.repeat(22), verifiedAt: NOW - 60_500, channel, country: 'US' },
    ...{ origin: 'https://shop.example', id: 'not-a-claim', phoneDigest: 'not-a-claim', ...more },
  }
  const site = { audience: 'api.shop', offline: true }
  return jwtIssuer(PUBLIC_URL, keys.signingKeys, (size) => Buffer.alloc(size, 7)).issue(
    site,
    verified,
    NUMBER,
    NOW,
  )
}

describe('a token', () => {
  it('says exactly what it should, and nothing else (SR-A18, SR-A07)', async () => {
    const { token, expiresAt } = await issue('sms', OPTIONAL)
    const iat = NOW / 1000
    expect(decodeProtectedHeader(token)).toEqual({ alg: 'ES256', typ: 'otp-verified+jwt', kid: keys.kid })
    expect(decodeJwt(token)).toEqual({
      iss: PUBLIC_URL,
      aud: 'api.shop',
      sub: 's'.repeat(22),
      jti: Buffer.alloc(16, 7).toString('base64url'),
      ...{ iat, nbf: iat, exp: iat + 300, auth_time: iat - 61 },
      phone_number: NUMBER,
      phone_number_verified: true,
      country: 'US',
      channel: 'sms',
      amr: ['otp', 'sms'],
      origin: 'https://shop.example',
      ...OPTIONAL,
    })
    expect(expiresAt).toBe(NOW + 300_000)
    expect(token.length).toBeLessThan(2048)
  })

  it('leaves out what the page did not ask for, and tells a call from a message (SR-L01)', async () => {
    const claims = decodeJwt((await issue('voice')).token)
    expect(claims['amr']).toEqual(['otp', 'tel'])
    for (const name of Object.keys(OPTIONAL)) expect(claims).not.toHaveProperty(name)
  })

  it('never holds the provider’s handle, nor the browser’s (SR-A18)', async () => {
    const server = await TestServer.start({ sites: [testSite()] })
    const { body } = await server.start()
    const { pinId } = server.sandbox.messages(NUMBER).at(-1)!
    const approved = await server.check(body.verificationId, server.code())
    const text = approved.body.token
      .split('.')
      .map((part) => Buffer.from(part, 'base64url').toString('latin1'))
      .join()
    for (const canary of [pinId, body.verificationId, body.verificationId.slice(0, 16)]) {
      expect(text).not.toContain(canary)
    }
    await server.stop()
  })
})

describe('what nobody may guess', () => {
  it('does not repeat in a million draws, and each of its bytes is as likely as any other (SR-A08)', () => {
    const DRAWS = 1_000_000
    const seen = new Set<string>()
    const counts = new Uint32Array(16 * 256)
    const drawn = randomBytes(16 * DRAWS)
    for (let at = 0; at < drawn.length; at++) {
      counts[(at % 16) * 256 + drawn[at]!]!++
      if (at % 16 === 0) seen.add(drawn.toString('latin1', at, at + 16))
    }
    expect(seen.size).toBe(DRAWS)
    const expected = DRAWS / 256
    for (let place = 0; place < 16; place++) {
      const squares = counts.subarray(place * 256, (place + 1) * 256).map((count) => (count - expected) ** 2)
      const chiSquare = squares.reduce((sum, square) => sum + square, 0) / expected
      // 255 degrees of freedom: one good source in ten million is beyond this in any of the 16 places.
      expect(chiSquare).toBeLessThan(390)
    }
  })

  it('is drawn with as many bytes as it needs (SR-A08)', async () => {
    const sizes: number[] = []
    const random = (size: number) => {
      sizes.push(size)
      return randomBytes(size)
    }
    newHandle('slot', random)
    expect(sizes).toEqual([32])
    const server = await TestServer.start({ deps: { random } })
    sizes.length = 0
    const { body } = await server.start()
    await server.check(body.verificationId, server.code())
    // The nonces of AES-GCM are 96 bits (SP 800-38D, 5.2.1.1) and no secret.
    expect(sizes.every((size) => size >= 16 || size === 12)).toBe(true)
    expect(sizes.length).toBeGreaterThanOrEqual(2)
    await server.stop()
  })

  it('comes neither from Math.random nor from a UUID, anywhere in what ships (SR-A08)', () => {
    const root = join(import.meta.dirname, '../..')
    for (const half of ['contract', 'widget', 'server']) {
      for (const name of readdirSync(join(root, half), { recursive: true, encoding: 'utf8' })) {
        if (!/\.tsx?$/.test(name) || /\.test\.|(^|\/)test\//.test(name)) continue
        const source = readFileSync(join(root, half, name), 'utf8').replace(/\/\*\*[^]*?\*\//g, '')
        expect(source, `${half}/${name}`).not.toMatch(/Math\.random|randomUUID\(|crypto.{0,3}randomUUID/)
      }
    }
  })
})
