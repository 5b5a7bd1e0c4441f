import { randomUUID } from 'node:crypto'
import { setImmediate } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { PATHS, type SiteverifyAnswer } from '../../contract/index.js'
import { handleDigest } from '../pepper/digests.js'
import { memoryStore } from '../store/memory.js'
import { StoreError } from '../store/store.js'
import { NUMBER, ORIGIN, TestServer, testSite } from '../test/harness.js'

const SECRET = 'otps_0123456789abcdef0123456789abcdef'
const OLD_SECRET = 'otps_fedcba9876543210fedcba9876543210'
const OTHER_SECRET = 'otps_another-site-another-site-secret-'

let server: TestServer
beforeEach(async () => {
  server = await TestServer.start({
    sites: [
      testSite({ secrets: [SECRET, OLD_SECRET] }),
      testSite({ sitekey: 'other', secrets: [OTHER_SECRET] }, 'https://other.example'),
    ],
  })
})
afterEach(() => server.stop())

async function verified(body: Record<string, unknown> = {}): Promise<{ id: string; token: string }> {
  const started = await server.start(body)
  const checked = await server.check(started.body.verificationId, server.code())
  return { id: started.body.verificationId, token: checked.body.token }
}

async function siteverify(body: unknown, type = 'application/json'): Promise<SiteverifyAnswer> {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  const init = { method: 'POST', headers: { 'Content-Type': type }, body: text }
  const response = await server.app.request(PATHS.siteverify, init)
  expect(response.status).toBe(200)
  expect(response.headers.get('Content-Type')).toBe('application/json; charset=utf-8')
  return (await response.json()) as SiteverifyAnswer
}

const failure = (...codes: string[]) => ({ success: false, 'error-codes': codes })

describe('redeeming a token', () => {
  it('answers as Turnstile does, with the phone number beside it', async () => {
    const nonce = 'n'.repeat(16)
    const { token } = await verified({ action: 'signup', cdata: 'cart-7', nonce })
    expect(await siteverify({ secret: SECRET, response: token, remoteip: '192.0.2.1' })).toEqual({
      success: true,
      challenge_ts: new Date(server.time).toISOString(),
      hostname: new URL(ORIGIN).hostname,
      'error-codes': [],
      action: 'signup',
      cdata: 'cart-7',
      phone_number: NUMBER,
      country: 'US',
      channel: 'sms',
      nonce,
      token_id: expect.stringMatching(/^[A-Za-z0-9_-]{22}$/),
    })
  })

  it('takes a form as well, and either secret while one replaces the other (SR-A14)', async () => {
    const { token } = await verified()
    const form = new URLSearchParams({ secret: OLD_SECRET, response: token }).toString()
    expect((await siteverify(form, 'application/x-www-form-urlencoded')).success).toBe(true)
  })

  it('succeeds once of five hundred times at once (SR-A12)', async () => {
    const { token } = await verified()
    // More than a site may in a second: what is tried here is the redemption alone.
    server.deps.store.consume = async () => ({ charges: [], at: 0 })
    const all = await Promise.all(
      Array.from({ length: 500 }, () => siteverify({ secret: SECRET, response: token })),
    )
    expect(all.filter(({ success }) => success)).toHaveLength(1)
    for (const answer of all.filter(({ success }) => !success))
      expect(answer).toEqual(failure('timeout-or-duplicate'))
  })

  describe('when the store does not say whether it was the first', () => {
    /** Lets the next claim be made without its answer, or not at all. */
    function loseClaim(how: 'unheard' | 'answer lost'): void {
      const { store } = server.deps
      const { claim } = store
      store.claim = async (...args) => {
        store.claim = claim
        if (how === 'answer lost') await claim(...args)
        throw new StoreError('away')
      }
    }

    it.each(['unheard', 'answer lost'] as const)('can be used by the next call, once (%s)', async (how) => {
      const { token } = await verified()
      const redeem = { secret: SECRET, response: token }
      loseClaim(how)
      expect(await siteverify(redeem)).toEqual(failure('internal-error'))
      const all = await Promise.all(Array.from({ length: 10 }, () => siteverify(redeem)))
      expect(all.filter(({ success }) => success)).toHaveLength(1)
      // What the first call took is given back twice.
      for (let turns = 0; turns < 10; turns++) await setImmediate()
      expect(await siteverify(redeem)).toEqual(failure('timeout-or-duplicate'))
    })

    it('stays used by whoever was told of success', async () => {
      const { token } = await verified()
      const redeem = { secret: SECRET, response: token }
      const kept = { ...redeem, idempotency_key: randomUUID() }
      expect((await siteverify(kept)).success).toBe(true)
      for (const again of [kept, redeem]) {
        loseClaim('answer lost')
        expect(await siteverify(again)).toEqual(failure('internal-error'))
        for (let turns = 0; turns < 10; turns++) await setImmediate()
        expect(await siteverify(redeem)).toEqual(failure('timeout-or-duplicate'))
      }
      expect((await siteverify(kept)).success).toBe(true)
    })
  })

  it('gives retries under one idempotency key the first answer, and nobody else (SR-A13)', async () => {
    const { token } = await verified()
    const idempotency_key = randomUUID()
    const all = await Promise.all(
      Array.from({ length: 50 }, () => siteverify({ secret: SECRET, response: token, idempotency_key })),
    )
    expect(new Set(all.map((answer) => JSON.stringify(answer))).size).toBe(1)
    expect(all[0]!.success).toBe(true)
    server.advance(1)
    const another = { secret: SECRET, response: token, idempotency_key: randomUUID() }
    expect(await siteverify(another)).toEqual(failure('timeout-or-duplicate'))
  })

  it('takes no second token of a verification, whatever the idempotency key (SR-A13)', async () => {
    const { id, token } = await verified()
    const { body } = await server.post<{ token: string }>(PATHS.token, { verificationId: id })
    const idempotency_key = randomUUID()
    expect((await siteverify({ secret: SECRET, response: token, idempotency_key })).success).toBe(true)
    expect(await siteverify({ secret: SECRET, response: body.token, idempotency_key })).toEqual(
      failure('timeout-or-duplicate'),
    )
  })

  it('refuses the token of another site and does not use it up (SR-A05)', async () => {
    const { token } = await verified()
    expect(await siteverify({ secret: OTHER_SECRET, response: token })).toEqual(
      failure('invalid-input-response'),
    )
    expect((await siteverify({ secret: SECRET, response: token })).success).toBe(true)
  })

  it('refuses a token whose time is over', async () => {
    const { token } = await verified()
    server.advance(301)
    expect(await siteverify({ secret: SECRET, response: token })).toEqual(failure('timeout-or-duplicate'))
  })

  it('is good though the store’s clock has been set back by up to a minute, and for no longer than its five', async () => {
    const { token } = await verified()
    server.advance(-61)
    expect(await siteverify({ secret: SECRET, response: token })).toEqual(failure('invalid-input-response'))
    server.advance(1)
    expect(await siteverify({ secret: SECRET, response: token })).toMatchObject({ success: true })
    server.advance(60 + 299)
    expect(await siteverify({ secret: SECRET, response: token })).toEqual(failure('timeout-or-duplicate'))
    const other = await verified()
    server.advance(300)
    server.events.length = 0
    expect(await siteverify({ secret: SECRET, response: other.token })).toEqual(
      failure('timeout-or-duplicate'),
    )
    expect(server.events).toMatchObject([{ event: 'redeemed', outcome: 'expired' }])
  })

  it('remembers what was redeemed until no token of the verification is left (SR-A12)', async () => {
    const { id, token } = await verified()
    const renewed = (await server.post<{ token: string }>(PATHS.token, { verificationId: id })).body.token
    expect(await siteverify({ secret: SECRET, response: token })).toMatchObject({ success: true })
    server.advance(299)
    for (const response of [token, renewed]) {
      expect(await siteverify({ secret: SECRET, response })).toEqual(failure('timeout-or-duplicate'))
    }
  })

  it('names each mistake in Turnstile’s words, always with status 200 (SR-A15)', async () => {
    const { token } = await verified()
    const secret = SECRET
    expect(await siteverify({})).toEqual(failure('missing-input-secret', 'missing-input-response'))
    expect(await siteverify({ secret })).toEqual(failure('missing-input-response'))
    expect(await siteverify({ response: token })).toEqual(failure('missing-input-secret'))
    expect(await siteverify({ secret: 'wrong', response: token })).toEqual(failure('invalid-input-secret'))
    expect(await siteverify({ secret, response: 'not-a-token' })).toEqual(failure('invalid-input-response'))
    expect(await siteverify({ secret, response: `${token}x` })).toEqual(failure('invalid-input-response'))
    for (const body of ['{', '[]', '{"secret":1,"response":2}', `{"secret":"a","secret":"b"}`]) {
      expect(await siteverify(body), body).toEqual(failure('bad-request'))
    }
    expect(await siteverify({ secret, response: token }, 'text/plain')).toEqual(failure('bad-request'))
    expect(await siteverify({ secret, response: token, idempotency_key: 'x' })).toEqual(
      failure('bad-request'),
    )
    expect(await siteverify({ secret, response: 'x'.repeat(5000) })).toEqual(failure('bad-request'))
    expect((await siteverify({ secret, response: token })).success).toBe(true)
  })

  it('is told to the observer with the site and what came of it, and nothing of the token (SR-G10)', async () => {
    const { token } = await verified()
    server.events.length = 0
    await siteverify({ secret: SECRET, response: token })
    await siteverify({ secret: SECRET, response: token })
    await siteverify({ secret: OTHER_SECRET, response: token })
    await siteverify({ secret: 'wrong', response: token })
    await siteverify({})
    const ref = expect.stringMatching(/^[\w-]{12}$/)
    const number = { ref, country: 'US', numberType: 'FIXED_LINE_OR_MOBILE' }
    expect(server.events).toEqual([
      { event: 'redeemed', sitekey: 'shop', ...number, outcome: 'success' },
      { event: 'redeemed', sitekey: 'shop', ...number, outcome: 'duplicate' },
      { event: 'redeemed', sitekey: 'other', outcome: 'invalid-input-response' },
      { event: 'redeemed', sitekey: undefined, outcome: 'invalid-input-secret' },
      { event: 'redeemed', sitekey: undefined, outcome: 'missing-input-secret' },
    ])
  })

  it('fails closed when the store is away (SR-C15)', async () => {
    const { token } = await verified()
    const away = { ...memoryStore(), claim: () => Promise.reject(new StoreError('away')) }
    const { signingKeys } = server.deps
    const { sites } = server.deps
    await server.stop()
    server = await TestServer.start({
      deps: { store: { ...away, now: async () => server.time }, signingKeys, sites },
    })
    expect(await siteverify({ secret: SECRET, response: token })).toEqual(failure('internal-error'))
  })
})

describe('a fresh token for a proven number', () => {
  const fresh = (id: string, headers?: Record<string, string>) =>
    server.post<{ token: string; expiresAt: string; phoneNumber: string }>(
      PATHS.token,
      { verificationId: id },
      headers,
    )

  it('is issued without a second message, for half an hour after the check', async () => {
    const { id, token } = await verified({ action: 'signup' })
    server.advance(29 * 60)
    const { status, body } = await fresh(id)
    expect(status).toBe(200)
    expect(body.token).not.toBe(token)
    expect(body.phoneNumber).toBe(NUMBER)
    const answer = await siteverify({ secret: SECRET, response: body.token })
    const checkedAt = new Date(server.time - 29 * 60_000).toISOString()
    expect(answer).toMatchObject({
      success: true,
      phone_number: NUMBER,
      action: 'signup',
      challenge_ts: checkedAt,
    })
    expect(server.sandbox.messages()).toHaveLength(1)
  })

  it('ends with the half hour', async () => {
    const { id } = await verified()
    server.advance(30 * 60)
    expect(await fresh(id)).toMatchObject({ status: 410, body: { code: 'verification_expired' } })
  })

  it('is for a proven number only, from the page that proved it', async () => {
    const started = await server.start()
    expect((await fresh(started.body.verificationId)).body.code).toBe('verification_not_found')
    const { id } = await verified()
    expect((await fresh(id, { Origin: 'https://other.example' })).body.code).toBe('verification_not_found')
    expect((await fresh('x'.repeat(46))).body.code).toBe('verification_not_found')
  })

  it('cannot be had, nor redeemed, once a token of the verification was redeemed', async () => {
    const { id, token } = await verified()
    const { body: second } = await fresh(id)
    expect((await siteverify({ secret: SECRET, response: token })).success).toBe(true)
    expect(await siteverify({ secret: SECRET, response: second.token })).toEqual(
      failure('timeout-or-duplicate'),
    )
    expect(await fresh(id)).toMatchObject({ status: 409, body: { code: 'already_verified' } })
  })

  it('keeps the number sealed in the store: the store alone cannot tell it (SR-G01)', async () => {
    const { id } = await verified()
    const kept = JSON.stringify(await server.deps.store.get(handleDigest(id)))
    expect(kept).toContain('"proof"')
    for (const text of [
      NUMBER,
      NUMBER.slice(1),
      '2025550123',
      Buffer.from(NUMBER).toString('base64url').slice(0, 12),
    ]) {
      expect(kept.includes(text), text).toBe(false)
    }
  })
})
