import { randomBytes } from 'node:crypto'
import { afterEach, beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { TestServer } from '../test/harness.js'
import {
  crafted,
  GOOD_CLAIMS,
  issued,
  NONCE,
  NOW,
  NUMBER,
  refusalBy,
  testKeys,
  verifierOf,
  type TestKeys,
} from './test/tokens.js'
import { createVerifier, memoryReplayStore, TokenError, type ReplayStore } from './verify.js'

const MINUTE = 60_000

let keys: TestKeys
beforeAll(async () => {
  keys = await testKeys()
})

const remember = (capacity?: number) => memoryReplayStore({ now: () => NOW, ...(capacity && { capacity }) })
const refusal = (token: string, replayStore: ReplayStore) =>
  refusalBy(verifierOf(keys, { replayStore }), token)

describe('a verifier with a replay store', () => {
  it('believes a token once, also when a hundred bring it at once (SR-A16)', async () => {
    const verifier = verifierOf(keys, { replayStore: remember() })
    const token = await issued(keys)
    const all = await Promise.allSettled(
      Array.from({ length: 100 }, () => verifier.verify(token, { nonce: NONCE })),
    )
    expect(all.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    for (const one of all)
      if (one.status === 'rejected') expect(one.reason).toMatchObject({ code: 'token_used' })
    expect(await refusalBy(verifier, token)).toBe('token_used')
  })

  it('believes one token of a verification, and others of other verifications (SR-A16)', async () => {
    const replayStore = remember()
    const verifier = verifierOf(keys, { replayStore })
    await verifier.verify(await crafted(keys, { jti: 'first' }), { nonce: NONCE })
    expect(await refusalBy(verifier, await crafted(keys, { jti: 'second' }))).toBe('token_used')
    await verifier.verify(await crafted(keys, { sub: 'another' }), { nonce: NONCE })
    expect(await refusal(await crafted(keys, { jti: 'third' }), replayStore)).toBe('token_used')
  })

  it('asks it last: a token that is refused for anything else can still be used (SR-A16)', async () => {
    const claim = vi.fn(() => true)
    const verifier = verifierOf(keys, { replayStore: { claim } })
    const good = await issued(keys)
    const [head, payload, signature] = good.split('.')
    await refusalBy(verifier, `${head}.${payload}.${signature!.split('').reverse().join('')}`)
    for (const over of [
      { exp: NOW / 1000 - 6 },
      { aud: 'other' },
      { iss: 'https://other.example' },
      { nbf: 9e9 },
    ])
      await refusalBy(verifier, await crafted(keys, over))
    await refusalBy(verifier, good, { nonce: 'session-nonce-of-another' })
    await refusalBy(verifier, good, { nonce: NONCE, action: 'reset' })
    await refusalBy(verifier, good, { nonce: NONCE, expectedPhoneNumber: '+12025550199' })
    expect(claim).not.toHaveBeenCalled()
    await verifier.verify(good, { nonce: NONCE, expectedPhoneNumber: NUMBER })
    expect(claim).toHaveBeenCalledExactlyOnceWith(GOOD_CLAIMS.sub, NOW + 40 * MINUTE)
  })

  it('refuses the token when the store fails, and keeps what the store said as the cause', async () => {
    const cause = new Error('connection refused')
    const token = await issued(keys)
    for (const claim of [
      () => Promise.reject(cause),
      () => {
        throw cause
      },
    ]) {
      const error: unknown = await verifierOf(keys, { replayStore: { claim } })
        .verify(token, { nonce: NONCE })
        .catch((caught: unknown) => caught)
      expect(error).toBeInstanceOf(TokenError)
      expect(error).toMatchObject({
        code: 'replay_store_unavailable',
        message:
          'The token could not be checked: replay_store_unavailable. It is good, and may be used up: try again.',
        cause,
      })
    }
  })

  it('takes a store that answers neither true nor false for a mistake of the backend', async () => {
    for (const answer of ['OK', null, undefined, 1, Promise.resolve('OK')]) {
      const replayStore = { claim: () => answer } as unknown as ReplayStore
      await expect(
        verifierOf(keys, { replayStore }).verify(await issued(keys), { nonce: NONCE }),
      ).rejects.toThrow(TypeError)
    }
    for (const replayStore of [true, null, {}, { claim: true }] as never[]) {
      expect(() => verifierOf(keys, { replayStore }), String(replayStore)).toThrow(TypeError)
    }
  })
})

describe('a replay store in memory', () => {
  let now: number
  beforeEach(() => {
    now = NOW
  })
  const store = (capacity?: number) => memoryReplayStore({ now: () => now, ...(capacity && { capacity }) })

  it('gives each key once until its time, and forgets it then', () => {
    const { claim } = store()
    expect([claim('a', NOW + 1000), claim('a', NOW + 1000), claim('b', NOW + 1000)]).toEqual([
      true,
      false,
      true,
    ])
    now += 999
    expect(claim('a', NOW + 1000)).toBe(false)
    now += 10_000
    expect(claim('a', now + 1000)).toBe(true)
  })

  it('gives no key whose time is over: it could not remember it', () => {
    expect(store().claim('a', NOW)).toBe(false)
  })

  it('throws when it is full of living ones, and never forgets one to make room', () => {
    const { claim } = store(2)
    expect([claim('a', NOW + 20_000), claim('b', NOW + 60_000)]).toEqual([true, true])
    expect(() => claim('c', NOW + 60_000)).toThrow('full')
    expect(claim('a', NOW + 20_000)).toBe(false)
    now += 20_000
    expect(claim('c', now + 60_000)).toBe(true)
    expect(claim('b', now + 60_000)).toBe(false)
  })

  it('is one for its process, in whatever copy of the module it was made', async () => {
    const key = randomBytes(16).toString('hex')
    expect(memoryReplayStore().claim(key, Date.now() + 60_000)).toBe(true)
    vi.resetModules()
    const copy = await import('./replay.js')
    expect(copy.memoryReplayStore).not.toBe(memoryReplayStore)
    expect(copy.memoryReplayStore().claim(key, Date.now() + 60_000)).toBe(false)
    expect(store().claim(key, now + 60_000)).toBe(true)
  })

  it('remembers a key for its time, though the clock jumps ahead and is set right (SR-A16)', () => {
    vi.useFakeTimers({ now: NOW, toFake: ['Date', 'performance'] })
    onTestFinished(() => void vi.useRealTimers())
    const { claim } = memoryReplayStore()
    const [key, other] = [randomBytes(16).toString('hex'), randomBytes(16).toString('hex')]
    expect(claim(key, NOW + 40 * MINUTE)).toBe(true)
    vi.setSystemTime(NOW + 60 * MINUTE)
    expect(claim(other, NOW + 100 * MINUTE)).toBe(true)
    vi.setSystemTime(NOW)
    vi.advanceTimersByTime(40 * MINUTE - 1)
    expect(claim(key, NOW + 40 * MINUTE)).toBe(false)
    vi.advanceTimersByTime(MINUTE)
    expect(claim(key, NOW + 60 * MINUTE)).toBe(true)
  })

  it('holds at least one', () => {
    for (const capacity of [0, -1, NaN]) expect(() => memoryReplayStore({ capacity })).toThrow(TypeError)
  })
})

describe('the last token of a proof', () => {
  let server: TestServer
  beforeEach(async () => {
    server = await TestServer.start()
  })
  afterEach(() => server.stop())

  it('is still known as used when its own time ends (SR-A16)', async () => {
    const now = () => server.time
    const verifier = createVerifier({
      issuer: 'https://otp.example',
      audience: 'shop',
      clockTolerance: 60,
      replayStore: memoryReplayStore({ now }),
      fetch: async (url) => server.app.request(url),
      now,
    })
    const started = await server.start()
    const checked = await server.check(started.body.verificationId, server.code())
    await verifier.verify(checked.body.token, { nonce: false })
    server.advance(30 * 60 - 0.001)
    const { body } = await server.post<{ token: string }>('/v1/verifications/token', {
      verificationId: started.body.verificationId,
    })
    server.advance(300 + 59)
    expect(await refusalBy(verifier, body.token, { nonce: false })).toBe('token_used')
    server.advance(2)
    expect(await refusalBy(verifier, body.token, { nonce: false })).toBe('token_expired')
  })
})

describe('a verifier without a replay store', () => {
  afterEach(() => {
    vi.restoreAllMocks()
  })

  /** A verifier of a process that has not verified anything yet. */
  async function anew(options: object) {
    vi.resetModules()
    const { createVerifier } = await import('./verify.js')
    const fetch = async () => Response.json(keys.published)
    return createVerifier({
      issuer: GOOD_CLAIMS.iss,
      audience: GOOD_CLAIMS.aud,
      now: () => NOW,
      fetch,
      ...options,
    })
  }

  it('warns once in the life of the process, with the first token it believes (SR-A16)', async () => {
    const warn = vi.spyOn(console, 'warn').mockReturnValue()
    const verifier = await anew({})
    await verifier.verify(await issued(keys), { nonce: 'session-nonce-of-another' }).catch(() => {})
    expect(warn).not.toHaveBeenCalled()
    for (let n = 0; n < 3; n++) await verifier.verify(await issued(keys), { nonce: NONCE })
    expect(warn).toHaveBeenCalledExactlyOnceWith(expect.stringMatching(/several times.*replayStore: false/))
    expect(warn.mock.calls.join()).not.toContain(NUMBER)
  })

  it('is silent when it was told out loud to do without (SR-A16)', async () => {
    const warn = vi.spyOn(console, 'warn').mockReturnValue()
    const verifier = await anew({ replayStore: false })
    for (let n = 0; n < 2; n++) await verifier.verify(await issued(keys), { nonce: NONCE })
    expect(warn).not.toHaveBeenCalled()
  })
})
