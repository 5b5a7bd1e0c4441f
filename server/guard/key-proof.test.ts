import { randomBytes } from 'node:crypto'
import { SignJWT, type JWK } from 'jose'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { StoreError } from '../store/store.js'
import { PUBLIC_URL, TestServer, testSite } from '../test/harness.js'
import { PageKey, type ProofChanges } from './test/page-key.js'

let server: TestServer
let key: PageKey
beforeEach(async () => {
  // One message: what a refused start had been charged would be missing.
  server = await TestServer.start({ sites: [testSite({ senderConstraint: true, dailyBudget: 1 })] })
  key = await PageKey.make(() => server.time)
})
afterEach(() => server.stop())

const seconds = () => server.time / 1000
const changed = (changes: () => ProofChanges) => () => key.proof('start', changes())

async function otherCurve(): Promise<string> {
  const other = await PageKey.make(() => server.time, 'ES384')
  return other.proof('start')
}

async function secretKey(): Promise<string> {
  const secret = randomBytes(32)
  const jwk = { kty: 'oct', k: secret.toString('base64url') } as JWK
  const claims = { htm: 'POST', htu: `${PUBLIC_URL}/v1/verifications`, iat: seconds(), jti: 'j'.repeat(22) }
  return new SignJWT(claims).setProtectedHeader({ typ: 'dpop+jwt', alg: 'HS256', jwk }).sign(secret)
}

async function stolenName(): Promise<string> {
  const { kty, crv, x, y } = (await PageKey.make(() => server.time)).jwk
  return key.proof('start', { header: { jwk: { kty, crv, x, y } } })
}

async function unsigned(): Promise<string> {
  const [header, claims] = (await key.proof('start')).split('.')
  const none = { ...JSON.parse(Buffer.from(header!, 'base64url').toString()), alg: 'none' }
  return `${Buffer.from(JSON.stringify(none)).toString('base64url')}.${claims}.`
}

const BAD: [name: string, proof: () => Promise<string> | undefined][] = [
  ['no proof', () => undefined],
  ['no JWT', async () => 'proof'],
  ['two proofs', async () => `${await key.proof('start')}, ${await key.proof('start')}`],
  ['another path', () => key.proof('check')],
  ['another server', changed(() => ({ claims: { htu: 'https://evil.example/v1/verifications' } }))],
  ['an address with more', changed(() => ({ claims: { htu: `${PUBLIC_URL}/v1/verifications?` } }))],
  ['no address', changed(() => ({ claims: { htu: undefined } }))],
  ['another method', changed(() => ({ claims: { htm: 'GET' } }))],
  ['no method', changed(() => ({ claims: { htm: undefined } }))],
  ['a time that is past', changed(() => ({ claims: { iat: seconds() - 301 } }))],
  ['a time to come', changed(() => ({ claims: { iat: seconds() + 301 } }))],
  ['an end that is reached', changed(() => ({ claims: { exp: seconds() } }))],
  ['a beginning beyond its time', changed(() => ({ claims: { nbf: seconds() + 301 } }))],
  ['half a second', changed(() => ({ claims: { iat: seconds() + 0.5 } }))],
  ['a time in words', changed(() => ({ claims: { iat: 'now' } }))],
  ['no time', changed(() => ({ claims: { iat: undefined } }))],
  ['a name that is short', changed(() => ({ claims: { jti: 'j'.repeat(15) } }))],
  ['a name that is long', changed(() => ({ claims: { jti: 'j'.repeat(129) } }))],
  ['a name that is a list', changed(() => ({ claims: { jti: Array(16).fill('j') } }))],
  ['no name', changed(() => ({ claims: { jti: undefined } }))],
  ['another type', changed(() => ({ header: { typ: 'JWT' } }))],
  ['no type', changed(() => ({ header: { typ: undefined } }))],
  ['another curve', otherCurve],
  ['a secret key', secretKey],
  ['the private key too', changed(() => ({ header: { jwk: key.jwk } }))],
  ['the key of another page', stolenName],
  ['no key', changed(() => ({ header: { jwk: undefined } }))],
  ['no signature', unsigned],
  ['over 1024 characters', changed(() => ({ claims: { more: 'm'.repeat(600) } }))],
]

describe('a start at a site with a sender constraint', () => {
  it.each(BAD)('buys nothing and is charged nothing with %s (SR-A17)', async (_, make) => {
    const proof = await make()
    const refused = await server.start({}, proof === undefined ? {} : { DPoP: proof })
    expect(refused).toMatchObject({ status: 422, body: { code: 'invalid_request', member: 'DPoP' } })
    expect(server.sandbox.requests()).toHaveLength(0)
    expect((await server.start({}, await key.header('start'))).status).toBe(201)
  })

  it.each<[string, () => ProofChanges]>([
    ['five minutes old', () => ({ claims: { iat: seconds() - 300 } })],
    ['from a clock that is five minutes fast', () => ({ claims: { iat: seconds() + 300 } })],
    ['with a short name', () => ({ claims: { jti: 'j'.repeat(16) } })],
    ['with a long name', () => ({ claims: { jti: 'j'.repeat(128) } })],
    ['that begins in five minutes', () => ({ claims: { nbf: seconds() + 300 } })],
    ['that ends in a second', () => ({ claims: { exp: seconds() + 1 } })],
    ['with more in it', () => ({ claims: { nonce: 'n' } })],
  ])('takes a proof %s (SR-A17)', async (_, changes) => {
    expect((await server.start({}, await key.header('start', changes()))).status).toBe(201)
  })
})

describe('a proof', () => {
  it('is good for one call, of many that are made with it at once and ever after (SR-A17)', async () => {
    const { body } = await server.start({}, await key.header('start'))
    const headers = await key.header('status')
    const all = await Promise.all(
      Array.from({ length: 20 }, () => server.status(body.verificationId, headers)),
    )
    expect(all.filter(({ status }) => status === 200)).toHaveLength(1)
    expect((await server.status(body.verificationId, headers)).status).toBe(404)
  })

  it('is remembered for as long as its time would let it pass (SR-A17)', async () => {
    server.deps.sites.get('shop')!.dailyBudget = 9
    const headers = await key.header('start', { claims: { iat: seconds() + 300 } })
    expect((await server.start({}, headers)).status).toBe(201)
    for (const wait of [1, 298, 1, 300, 1]) {
      server.advance(wait)
      expect((await server.start({}, headers)).body.code).toBe('invalid_request')
    }
    expect(server.sandbox.messages('+12025550123')).toHaveLength(1)
  })

  it('uses up no other page’s name (SR-A17)', async () => {
    server.deps.sites.get('shop')!.dailyBudget = 9
    const changes = { claims: { jti: 'j'.repeat(22) } }
    const other = await PageKey.make(() => server.time)
    expect((await server.start({}, await key.header('start', changes))).status).toBe(201)
    expect((await server.start({}, await other.header('start', changes))).status).toBe(201)
  })

  it('is not believed while the store that remembers it is away (SR-A17, SR-C15)', async () => {
    server.deps.store.claim = () => Promise.reject(new StoreError('away'))
    expect((await server.start({}, await key.header('start'))).body.code).toBe('service_unavailable')
    expect(server.sandbox.requests()).toHaveLength(0)
  })
})
