import { randomBytes } from 'node:crypto'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { PATHS, type Channel } from '../../contract/index.js'
import { NUMBER, PUBLIC_URL, TestServer } from '../test/harness.js'
import { jwtIssuer } from './issuer.js'
import { JWKS_MAX_AGE, publishedAt, rotate, stateAt } from './key-lifecycle.js'
import type { PrivateJwk } from './key-set.js'
import {
  changingKeys,
  generateSigningJwk,
  importKeys,
  signingKeys,
  type SigningKeys,
  type WorkingKey,
} from './keys.js'
import { createVerifier, type Verifier } from './verify.js'

/** Hours of the turned clock, and tokens a second of it. `npm run soak` asks for more. */
const HOURS = 3
const RATE = process.env['SOAK'] === '1' ? 50 : 1

const VERIFIED = {
  ...{ subject: 's'.repeat(22), channel: 'sms' as Channel, country: 'US', origin: 'https://shop.example' },
}

let server: TestServer
let keys: WorkingKey[]
beforeEach(async () => {
  keys = await importKeys([await generateSigningJwk(randomBytes)])
  const current = changingKeys(
    () => keys,
    () => server.time,
  )
  server = await TestServer.start({ deps: { signingKeys: current } })
  vi.useFakeTimers({ now: server.time, toFake: ['Date'] })
})
afterEach(async () => {
  vi.useRealTimers()
  await server.stop()
})

function issue(signer: SigningKeys): Promise<{ token: string }> {
  const site = { audience: 'shop', offline: true }
  return jwtIssuer(PUBLIC_URL, signer, randomBytes).issue(
    site,
    { ...VERIFIED, verifiedAt: server.time },
    NUMBER,
    server.time,
  )
}

/** Half of the verifiers ask the server; the others are behind a cache that keeps the keys as long as it may. */
function verifierBehind(cached: boolean): Verifier {
  let kept: { until: number; text: string } | undefined
  return createVerifier({
    issuer: PUBLIC_URL,
    audience: 'shop',
    replayStore: false,
    now: () => server.time,
    async fetch(url) {
      if (!cached || !kept || kept.until <= server.time) {
        const answer = await server.app.request(new URL(url).pathname)
        expect(answer.headers.get('Cache-Control')).toBe(`public, max-age=${JWKS_MAX_AGE}`)
        kept = { until: server.time + JWKS_MAX_AGE * 1000, text: await answer.text() }
      }
      return new Response(kept.text, { headers: { 'Content-Type': 'application/json' } })
    },
  })
}

it('rotation after rotation, no good token is refused and no token of a retired key believed (SR-A21)', async () => {
  const verifiers = Array.from({ length: 8 }, (_, index) => verifierBehind(index % 2 === 1))
  const ripening: { due: number; token: string }[] = []
  const retired: { key: PrivateJwk; from: number }[] = []
  let [verified, refusedForgeries, rotations] = [0, 0, 0]

  for (let second = 0; second < HOURS * 3600; second++) {
    // One after the other, so that their caches grow old at different moments of a rotation.
    const awake = Math.min(8, 1 + Math.floor(second / 37))
    server.advance(1)
    vi.setSystemTime(server.time)
    const jwks = keys.map(({ jwk }) => jwk)
    if (!jwks.some((key) => stateAt(jwks, key, server.time) === 'waiting')) {
      const next = rotate(jwks, await generateSigningJwk(randomBytes), server.time)
      const dropped = jwks.filter((key) => !publishedAt(jwks, server.time).includes(key))
      // Believed by a cache on the way and by a verifier, one after the other, for as long as both may.
      retired.push(...dropped.map((key) => ({ key, from: key.exp! + 2 * JWKS_MAX_AGE })))
      keys = await importKeys(next)
      rotations++
    }
    for (let n = 0; n < RATE; n++) {
      const { token } = await issue(server.deps.signingKeys)
      await verifiers[second % awake]!.verify(token, { nonce: false })
      ripening.push({ due: server.time + 299_000, token })
      verified++
    }
    while (ripening.length > 0 && ripening[0]!.due <= server.time) {
      await verifiers[(second + 3) % awake]!.verify(ripening.shift()!.token, { nonce: false })
    }
    for (const { key } of retired.filter(({ from }) => from * 1000 <= server.time).splice(0)) {
      const { exp: _, ...stolen } = key
      const { token } = await issue(await signingKeys([stolen], () => server.time))
      for (const verifier of verifiers) {
        await expect(verifier.verify(token, { nonce: false })).rejects.toMatchObject({ code: 'token_forged' })
        refusedForgeries++
      }
      retired.splice(
        retired.findIndex((one) => one.key === key),
        1,
      )
    }
  }
  expect(verified).toBe(HOURS * 3600 * RATE)
  expect(rotations).toBeGreaterThanOrEqual(4 * HOURS - 1)
  expect(refusedForgeries).toBeGreaterThanOrEqual(8 * (2 * HOURS))
  expect(await (await server.app.request(PATHS.jwks)).json()).toEqual(server.deps.signingKeys.published())
}, 600_000)
