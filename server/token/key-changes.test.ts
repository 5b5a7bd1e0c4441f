import { randomBytes } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { PATHS, type SiteverifyAnswer } from '../../contract/index.js'
import { TestServer, testSite } from '../test/harness.js'
import { rotate } from './key-lifecycle.js'
import { SigningKeysError, type PrivateJwk } from './key-set.js'
import { changingKeys, generateSigningJwk, importKeys, type WorkingKey } from './keys.js'

const SECRET = `otps_${randomBytes(32).toString('hex')}`

let server: TestServer
let first: PrivateJwk
let keys: WorkingKey[]
beforeEach(async () => {
  first = await generateSigningJwk(randomBytes)
  keys = await importKeys([first])
  server = await TestServer.start({
    sites: [testSite({ secrets: [SECRET] })],
    deps: {
      signingKeys: changingKeys(
        () => keys,
        () => server.time,
      ),
    },
  })
})
afterEach(() => server.stop())

async function token(): Promise<string> {
  const started = await server.start()
  return (await server.check(started.body.verificationId, server.code())).body.token
}

async function redeem(response: string): Promise<SiteverifyAnswer> {
  const body = new URLSearchParams({ secret: SECRET, response })
  return (await (
    await server.app.request(PATHS.siteverify, { method: 'POST', body })
  ).json()) as SiteverifyAnswer
}

async function published(): Promise<string[]> {
  const set = (await (await server.app.request(PATHS.jwks)).json()) as { keys: { kid: string }[] }
  return set.keys.map(({ kid }) => kid)
}

describe('signing keys that change while the server runs', () => {
  it('are published at once, and a revoked key’s tokens are redeemed no more (SR-A22)', async () => {
    expect((await redeem(await token())).success).toBe(true)
    server.advance(60)
    const old = await token()
    const second = await generateSigningJwk(randomBytes)
    keys = await importKeys([second])
    expect(await published()).toEqual([second.kid])
    expect(await redeem(old)).toEqual({ success: false, 'error-codes': ['invalid-input-response'] })
    server.advance(60)
    expect((await redeem(await token())).success).toBe(true)
  })

  it('let every token of a rotation be redeemed (SR-A21)', async () => {
    const before = await token()
    keys = await importKeys(rotate([first], await generateSigningJwk(randomBytes), server.time))
    const during = keys.map(({ jwk }) => jwk.kid)
    expect(await published()).toEqual(during)
    expect((await redeem(before)).success).toBe(true)
    server.advance(15 * 60 - 1)
    const last = await token()
    server.advance(1)
    const next = await token()
    expect((await redeem(last)).success).toBe(true)
    expect((await redeem(next)).success).toBe(true)
    server.advance(20 * 60)
    expect(await published()).toEqual(during.slice(0, 1))
  })

  it('turn visitors away while none may sign, and say nothing of why', async () => {
    const started = await server.start()
    keys = []
    const { status, body } = await server.check(started.body.verificationId, server.code())
    expect([status, body.code]).toEqual([503, 'service_unavailable'])
    expect(JSON.stringify(body)).not.toMatch(/key/i)
    expect(await published()).toEqual([])
  })

  it('are told with headers that let anyone keep them for five minutes', async () => {
    const answer = await server.app.request(PATHS.jwks)
    expect(answer.headers.get('Cache-Control')).toBe('public, max-age=300')
    expect(answer.headers.get('Access-Control-Allow-Origin')).toBe('*')
    expect(answer.headers.get('Content-Type')).toMatch(/^application\/json/)
  })
})

it('a number is told as verified once, also where no key may sign any more when it is proven', async () => {
  const { verificationId } = (await server.start()).body
  const { signer } = server.deps.signingKeys
  let asked = 0
  server.deps.signingKeys.signer = () => {
    if (asked++ === 0) return signer()
    throw new SigningKeysError('No key may sign.')
  }
  const told = () =>
    server.events.map(({ event }) => event).filter((event) => /^(checked|verified)$/.test(event))
  expect((await server.check(verificationId, server.code())).body.code).toBe('service_unavailable')
  expect(told()).toEqual(['checked', 'verified'])
  server.deps.signingKeys.signer = signer
  for (let n = 0; n < 2; n++) expect((await server.post(PATHS.token, { verificationId })).status).toBe(200)
  server.advance(1)
  expect((await server.check(verificationId, server.code())).body.code).toBe('already_verified')
  expect(told()).toEqual(['checked', 'verified'])
})
