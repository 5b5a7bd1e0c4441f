import { afterEach, describe, expect, it, vi } from 'vitest'
import { circuitBreaker, type Guarded } from './breaker.js'
import type { Exchange } from './exchange.js'
import {
  deadUrl,
  fakeInfobip,
  json,
  listeningProvider,
  MESSAGE_SENT,
  raw,
  TO_ALICE,
} from './test/fake-infobip.js'

const WELL: Exchange = { status: 200, retryAfter: undefined, body: {} }
const BROKEN: Exchange = { status: 503, retryAfter: undefined, body: undefined }
const LEFT_ALONE = { failure: 'not_asked', reason: 'circuit_open' }

afterEach(() => void vi.useRealTimers())

/** A breaker before a service whose answer can be changed, on a clock that a test moves. */
function guardedService(): {
  guarded: Guarded
  ask: (answer: Exchange) => Promise<Exchange>
  asked: () => number
} {
  vi.useFakeTimers()
  const guarded = circuitBreaker(() => performance.now())
  let asked = 0
  const ask = (answer: Exchange) =>
    guarded(async () => {
      asked++
      return answer
    })
  return { guarded, ask, asked: () => asked }
}

describe('the circuit breaker before Infobip (SR-B14)', () => {
  it('asks a service that fails for a minute 15 times at most, at 200 calls a second, and finds it back within 10 s', async () => {
    const { ask, asked } = guardedService()
    for (let call = 0; call < 60 * 200; call++) {
      await ask(BROKEN)
      await vi.advanceTimersByTimeAsync(5)
    }
    expect(asked()).toBeLessThanOrEqual(15)
    expect(asked()).toBeGreaterThan(5)
    let waited = 0
    for (; (await ask(WELL)) !== WELL; waited += 5) await vi.advanceTimersByTimeAsync(5)
    expect(waited).toBeLessThan(10_000)
    for (let call = 0; call < 5; call++) expect(await ask(WELL)).toBe(WELL)
  })

  it('tells the answer of each failing call, and after five of them at once that it did not ask', async () => {
    const { ask } = guardedService()
    for (let call = 0; call < 5; call++) expect(await ask(BROKEN)).toBe(BROKEN)
    expect(await ask(WELL)).toEqual(LEFT_ALONE)
  })

  it('lets one call try whether the service is back, for whose end no other waits', async () => {
    const { guarded, ask, asked } = guardedService()
    for (let call = 0; call < 5; call++) await ask(BROKEN)
    await vi.advanceTimersByTimeAsync(7000)
    let answer: (exchange: Exchange) => void = () => {}
    const probe = guarded(() => new Promise((resolve) => (answer = resolve)))
    expect(await ask(WELL)).toEqual(LEFT_ALONE)
    expect(asked()).toBe(5)
    answer(WELL)
    expect(await probe).toBe(WELL)
    expect(await ask(WELL)).toBe(WELL)
  })

  it.each<[string, Exchange]>([
    ['a limit', { status: 429, retryAfter: 30, body: {} }],
    ['a limit under 503', { status: 503, retryAfter: 30, body: { errorCode: 'E429' } }],
    ['a refusal', { status: 403, retryAfter: undefined, body: {} }],
    ['a call that we did not make', { failure: 'not_asked', reason: 'malformed_number' }],
  ])('counts %s as the answer of a service that works', async (_, answer) => {
    const { ask } = guardedService()
    for (let call = 0; call < 50; call++) expect(await ask(answer)).toBe(answer)
    expect(await ask(WELL)).toBe(WELL)
  })

  it.each<[string, Exchange]>([
    ['no connection', { failure: 'not_reached', reason: 'ECONNREFUSED' }],
    ['no answer', { failure: 'no_answer', reason: 'timeout' }],
    ['a server error', { status: 500, retryAfter: undefined, body: {} }],
  ])('counts %s as a failure', async (_, answer) => {
    const { ask } = guardedService()
    for (let call = 0; call < 5; call++) await ask(answer)
    expect(await ask(WELL)).toEqual(LEFT_ALONE)
  })

  it('does not leave a service alone that mostly works', async () => {
    const { ask } = guardedService()
    for (let call = 0; call < 200; call++) {
      expect(await ask(call % 3 ? WELL : BROKEN)).not.toEqual(LEFT_ALONE)
      await vi.advanceTimersByTimeAsync(100)
    }
  })

  it('leaves a service alone half of whose calls fail', async () => {
    const { ask } = guardedService()
    for (let call = 0; call < 5; call++) await ask(call % 2 ? WELL : BROKEN)
    expect(await ask(WELL)).toEqual(LEFT_ALONE)
  })

  it('does not count failures together that are ten seconds apart', async () => {
    const { ask } = guardedService()
    for (let call = 0; call < 5; call++) {
      await vi.advanceTimersByTimeAsync(10_001)
      expect(await ask(BROKEN)).toBe(BROKEN)
    }
    expect(await ask(WELL)).toBe(WELL)
  })

  it('waits for no other failure than a 503 as long as that asks for', async () => {
    for (const status of [500, 502, 504]) {
      const { ask } = guardedService()
      const answer = { status, retryAfter: 60, body: {} }
      expect(await ask(answer)).toBe(answer)
      expect(await ask(WELL)).toBe(WELL)
    }
  })

  it('waits as long as a 503 asks for, up to a minute, and does not call that an outage', async () => {
    for (const [asked, waits] of [
      [20, 20],
      [3600, 60],
    ] as const) {
      const { ask } = guardedService()
      await ask({ ...BROKEN, retryAfter: asked })
      await vi.advanceTimersByTimeAsync(waits * 1000 - 1)
      expect(await ask(WELL)).toEqual({ failure: 'not_asked', reason: 'asked_to_wait' })
      await vi.advanceTimersByTimeAsync(1)
      expect(await ask(WELL)).toBe(WELL)
    }
  })

  it('answers at once that nothing was sent, over HTTP too, and still lets codes be checked', async () => {
    const fake = await fakeInfobip((response, heard) =>
      (heard.url.includes('/verify') ? json(404, {}) : raw(503, ''))(response, heard),
    )
    const { provider, calls } = listeningProvider(fake.url)
    for (let call = 0; call < 5; call++) expect(await provider.send(TO_ALICE)).toEqual({ outcome: 'unknown' })
    expect(await provider.send(TO_ALICE)).toEqual({ outcome: 'unavailable' })
    expect(fake.heard).toHaveLength(5)
    expect(calls.at(-1)).toMatchObject({ reason: 'circuit_open', alarm: false })
    await provider.check('9C817C6F8AF3D48F9FE553282AFA2B67', '123456')
    expect(fake.heard).toHaveLength(6)
  })

  it('is of one provider: another account is still asked', async () => {
    const dead = listeningProvider(await deadUrl())
    for (let call = 0; call < 6; call++) await dead.provider.send(TO_ALICE)
    expect(dead.calls.at(-1)).toMatchObject({ reason: 'circuit_open' })
    const fake = await fakeInfobip(json(200, MESSAGE_SENT))
    expect(await listeningProvider(fake.url).provider.send(TO_ALICE)).toMatchObject({ outcome: 'sent' })
  })
})
