import { madeKeys, replaceGenerateKey } from './test/made-keys.js'
import { expect } from '@open-wc/testing'
import {
  answer,
  approved,
  calls,
  callsTo,
  fakeFetch,
  HANDLE,
  pending,
  problem,
  resetServer,
  SERVER,
  site,
  tellTime,
  type Call,
} from './test/fake-server.js'
import { mount, type Harness } from './test/harness.js'
import { createClient, type Client } from './client.js'
import { until } from './test/until.js'

const START = '/v1/verifications'
const NOW = Date.UTC(2026, 0, 1)
const body = { sitekey: 'shop', phoneNumber: '+385912345667' }

type Json = Record<string, unknown>

function proofOf({ init }: Call): string | null {
  return new Headers(init.headers).get('DPoP')
}

function bytes(base64url: string): Uint8Array<ArrayBuffer> {
  const binary = atob(base64url.replaceAll('-', '+').replaceAll('_', '/'))
  return Uint8Array.from(binary, (character) => character.charCodeAt(0))
}

function json(base64url: string): Json {
  return JSON.parse(new TextDecoder().decode(bytes(base64url))) as Json
}

/** The header and the claims of a call's proof, whose signature is good. */
async function opened(call: Call): Promise<{ header: Json; claims: Json }> {
  const [header, claims, signature] = proofOf(call)!.split('.') as [string, string, string]
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }
  const jwk = json(header)['jwk'] as JsonWebKey
  const key = await crypto.subtle.importKey('jwk', jwk, algorithm, false, ['verify'])
  const signed = new TextEncoder().encode(`${header}.${claims}`)
  expect(await crypto.subtle.verify(algorithm, key, bytes(signature), signed)).to.equal(true)
  return { header: json(header), claims: json(claims) }
}

function constrained(): void {
  answer('/v1/sites', { json: site({ senderConstraint: true }) })
}

let client: Client
beforeEach(() => {
  resetServer(NOW)
  client = createClient({ server: SERVER, fetch: fakeFetch, now: () => NOW, sleep: async () => {} })
  madeKeys.length = 0
})

describe('the client of a site with a sender constraint', () => {
  beforeEach(constrained)

  it('proves with every call, by one key, that it comes from this page (SR-A17)', async () => {
    answer('/v1/verifications/token', { json: approved(NOW) })
    await client.site('shop')
    await client.start(body)
    await client.resend({ verificationId: HANDLE })
    await client.check({ verificationId: HANDLE, code: '123456' })
    await client.status({ verificationId: HANDLE })
    await client.token({ verificationId: HANDLE })
    await client.site('shop')
    const posts = calls.filter(({ init }) => init.method === 'POST')
    for (const call of callsTo('/v1/sites/shop')) expect(proofOf(call)).to.equal(null)
    expect(posts).to.have.length(5)
    const proofs = await Promise.all(posts.map(opened))
    for (const [n, { header, claims }] of proofs.entries()) {
      expect(header).to.include({ typ: 'dpop+jwt', alg: 'ES256' })
      expect(header['jwk']).to.deep.equal(proofs[0]!.header['jwk'])
      expect(Object.keys(header['jwk'] as Json).sort()).to.deep.equal(['crv', 'kty', 'x', 'y'])
      expect(claims).to.include({ htm: 'POST', htu: posts[n]!.url, iat: NOW / 1000 })
      expect(claims['jti']).to.match(/^[0-9a-f]{32}$/)
    }
    expect(new Set(proofs.map(({ claims }) => claims['jti'])).size).to.equal(5)
    expect(madeKeys).to.have.length(1)
  })

  it('makes a key that no script can copy, and none before it is needed (SR-A17)', async () => {
    await client.site('shop')
    expect(madeKeys).to.have.length(0)
    await client.start(body)
    const { privateKey } = madeKeys[0]!
    expect(privateKey.extractable).to.equal(false)
    expect(privateKey.usages).to.deep.equal(['sign'])
    const copied = await crypto.subtle.exportKey('pkcs8', privateKey).then(
      () => true,
      () => false,
    )
    expect(copied).to.equal(false)
  })

  it('proves a repeated call anew, under the same Idempotency-Key (SR-A17)', async () => {
    await client.site('shop')
    answer(START, 'lost', { status: 201, json: pending(NOW) })
    await client.start(body)
    const [first, again] = callsTo(START)
    expect(again!.key).to.equal(first!.key)
    const names = await Promise.all([first!, again!].map(async (call) => (await opened(call)).claims['jti']))
    expect(names[0]).to.not.equal(names[1])
  })

  it('tells the server’s time, also when the first start showed that the visitor’s clock is wrong (SR-A17)', async () => {
    await client.site('shop')
    const right = NOW + 3_600_000
    tellTime(right)
    answer(START, problem(422, 'invalid_request'), { status: 201, json: pending(right) })
    await client.start(body)
    const times = await Promise.all(callsTo(START).map(async (call) => (await opened(call)).claims['iat']))
    expect(times).to.deep.equal([NOW / 1000, right / 1000])
  })

  it('repeats no start that is refused for another reason (SR-A17)', async () => {
    await client.site('shop')
    tellTime(NOW + 3_600_000)
    answer(START, problem(422, 'invalid_request'))
    await client.start(body).catch(() => {})
    expect(callsTo(START)).to.have.length(2)
    await client.start(body).catch(() => {})
    expect(callsTo(START)).to.have.length(3)
  })

  it('makes its key with what it found when it was loaded (SR-A17, SR-H06)', async () => {
    const before = crypto.subtle.generateKey.bind(crypto.subtle)
    let asked = 0
    replaceGenerateKey(async () => void asked++)
    try {
      await client.site('shop')
      await client.start(body)
    } finally {
      replaceGenerateKey(before)
    }
    expect(asked).to.equal(0)
  })
})

it('a client of another site proves nothing and makes no key (SR-A17)', async () => {
  await client.site('shop')
  await client.start(body)
  await client.check({ verificationId: HANDLE, code: '123456' })
  expect(calls.map(proofOf)).to.deep.equal([null, null, null])
  expect(madeKeys).to.have.length(0)
})

describe('<otp-verify> of a site with a sender constraint', () => {
  /** Keys and signatures are made beside the page, which takes its time. */
  async function reaches(page: Harness, state: 'code' | 'verified'): Promise<void> {
    await until(() => page.state(state))
    await page.settle()
  }

  it('leads to a token, and keeps nothing for a reload that could do nothing with it (SR-A17, SR-G13)', async () => {
    const page = await mount('action="signup" token-nonce="nnnnnnnnnnnnnnnn"', { before: constrained })
    await page.start()
    await reaches(page, 'code')
    expect(sessionStorage).to.have.length(0)
    await page.fill('123456')
    await reaches(page, 'verified')
    expect(sessionStorage).to.have.length(0)
    for (const call of [...callsTo(START), ...callsTo(`${START}/check`)]) await opened(call)

    page.element.remove()
    await page.settle()
    const again = await mount('action="signup" token-nonce="nnnnnnnnnnnnnnnn"', { keep: true })
    expect(again.state('phone')).to.equal(true)
    expect(callsTo(`${START}/status`)).to.have.length(0)
  })

  it('replaces its verification by another number with the same key (SR-A17)', async () => {
    const page = await mount('', { before: constrained })
    await page.start()
    await reaches(page, 'code')
    await page.click('Change number')
    await page.start('912345668')
    await reaches(page, 'code')
    const [first, second] = callsTo(START)
    expect(second!.body).to.include({ supersedes: HANDLE })
    expect((await opened(second!)).header['jwk']).to.deep.equal((await opened(first!)).header['jwk'])
  })
})
