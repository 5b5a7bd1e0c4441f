import { setTimeout } from 'node:timers/promises'
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { NUMBER, TestServer } from '../../test/harness.js'
import { StoreError, type Store } from '../store.js'
import { facts, PATIENCE, terms } from '../test/bench.js'
import { redisStore } from './redis.js'
import { HAS_REDIS_SERVER, startRedisServer, titled, type RedisServer } from './test/redis-server.js'

/** Milliseconds of a hang: more than a call waits for its answer, less than until its connection is given up. */
const HANG = 1500

/** Milliseconds of patience that what is given back would have to wait for otherwise: more than any poll has. */
const LONG = 10 * 60_000

const KEY = { 'Idempotency-Key': '0'.repeat(36) }

describe.skipIf(!HAS_REDIS_SERVER)(titled('a Redis that hangs for a moment'), () => {
  let redis: RedisServer
  let store: Store
  beforeEach(async () => {
    redis = await startRedisServer()
    onTestFinished(() => redis.stop())
    store = redisStore({ url: redis.url })
    onTestFinished(() => store.close())
    // Redis carries out late only what it has run before: else it asks for the script first.
    await store.add(facts({ id: 'id-0', slot: 'id-slot-0' }), terms(), PATIENCE)
    await store.reserveAttempt('id-0', 0, PATIENCE)
    await store.begin('another call', 'holder', PATIENCE)
  })

  /** Makes a call that is given up, and that Redis carries out when it goes on. */
  async function givenUp(call: () => Promise<unknown>): Promise<void> {
    redis.suspend()
    await expect(call()).rejects.toThrow(StoreError)
    redis.resume()
  }

  /** A server on it, at which Redis hangs from the moment at which the provider has answered. */
  async function hanging(operation: 'send' | 'check'): Promise<TestServer> {
    const server = await TestServer.start({ deps: { store, sleep: (ms) => setTimeout(ms) } })
    onTestFinished(() => server.stop())
    const { provider } = server.deps
    const ask = provider[operation].bind(provider) as (...args: unknown[]) => Promise<unknown>
    Object.assign(provider, {
      async [operation](...args: unknown[]) {
        const outcome = await ask(...args)
        redis.suspend()
        void setTimeout(HANG).then(() => redis.resume())
        return outcome
      },
    })
    return server
  }

  it('the right code is a token, asked for once (SR-C13)', async () => {
    const server = await hanging('check')
    const { verificationId } = (await server.start()).body
    const { status, body } = await server.check(verificationId, server.code(), KEY)
    expect({ status, number: body.phoneNumber }).toEqual({ status: 200, number: NUMBER })
    expect((await server.check(verificationId, server.code(), KEY)).body.token).toBe(body.token)
    expect(server.asked('/verify')).toBe(1)
  })

  it('a start is one message, whose code counts (SR-C10)', async () => {
    const server = await hanging('send')
    const { status, body } = await server.start({}, KEY)
    expect(status).toBe(201)
    expect((await server.start({}, KEY)).body.verificationId).toBe(body.verificationId)
    expect(server.sandbox.messages(NUMBER)).toHaveLength(1)
    expect((await server.check(body.verificationId, server.code())).status).toBe(200)
  })

  it('an attempt that nobody has is given back', async () => {
    await store.add(facts(), terms(), PATIENCE)
    await store.recordSend('id-1', 'ref-1', 'sms')
    await givenUp(() => store.reserveAttempt('id-1', 0, LONG))
    await expect.poll(() => store.get('id-1')).toMatchObject({ attemptsRemaining: 3 })
    expect(await store.reserveAttempt('id-1', 0, LONG)).toHaveProperty('lease')
  })

  it('so is one that too few replicas have', async () => {
    await store.add(facts(), terms(), PATIENCE)
    await store.recordSend('id-1', 'ref-1', 'sms')
    const replicated = redisStore({ url: `${redis.url}?replicas=1` })
    onTestFinished(() => replicated.close())
    await expect(replicated.reserveAttempt('id-1', 0, LONG)).rejects.toThrow(StoreError)
    await expect.poll(() => store.get('id-1')).toMatchObject({ attemptsRemaining: 3 })
    expect(await store.reserveAttempt('id-1', 0, LONG)).toHaveProperty('lease')
  })

  it('a call that nobody makes may be made by another, who keeps it', async () => {
    const undoing = vi.fn((ms: number) => setTimeout<void>(ms))
    const hung = redisStore({ url: redis.url, sleep: undoing })
    onTestFinished(() => hung.close())
    await hung.now()
    await givenUp(() => hung.begin('call', 'holder', LONG))
    await expect.poll(() => store.begin('call', 'another', LONG)).toBe('begun')
    // It is undone once more, for it might have arrived late.
    await expect.poll(() => undoing.mock.calls.flat()).toContain(2000)
    await undoing.mock.results.at(-1)!.value
    await hung.now()
    expect(await store.begin('call', 'holder', LONG)).toBe('running')
  })

  it('a verification whose message is not sent keeps nobody from another', async () => {
    await givenUp(() => store.add(facts(), terms(), LONG))
    const again = () => store.add(facts({ id: 'id-2' }), terms(), LONG)
    await expect.poll(again).toMatchObject({ id: 'id-2' })
    expect(await store.get('id-1')).toBeUndefined()
  })
})
