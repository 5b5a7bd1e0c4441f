import { randomBytes } from 'node:crypto'
import { Redis } from 'ioredis'
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { namesUnder } from '../../guard/names.js'
import { liftOverride, livingOverrides, setOverride } from '../../guard/override-list.js'
import { keysOfScope, type Scope, type Verdict } from '../../guard/overrides.js'
import { pause, pauseCharges, resume } from '../../guard/pause.js'
import type { Observe } from '../../observe/events.js'
import { digestsUnder } from '../../pepper/digests.js'
import { UnreplicatedError, type Store } from '../store.js'
import { taken } from '../test/bench.js'
import { redisStore } from './redis.js'
import { startProxy } from './test/proxy.js'
import { HAS_REDIS_SERVER, startRedisServer, titled } from './test/redis-server.js'

/** Milliseconds that a replica's word takes to its primary. */
const FAR = 20

describe.skipIf(!HAS_REDIS_SERVER)(titled('a Redis whose replica is waited for, and is far'), () => {
  let primary: Redis
  let store: Store
  beforeEach(async () => {
    const [server, follower] = await Promise.all([
      startRedisServer(['--repl-diskless-sync-delay', '0']),
      startRedisServer(),
    ])
    const link = await startProxy(server.port, () => FAR)
    primary = new Redis(server.url)
    const replica = new Redis(follower.url)
    store = redisStore({ url: `${server.url}?replicas=1` })
    onTestFinished(async () => {
      await store.close()
      primary.disconnect()
      replica.disconnect()
      link.stop()
      await Promise.all([server.stop(), follower.stop()])
    })
    await replica.replicaof('127.0.0.1', link.port)
    await expect.poll(() => primary.info('replication')).toMatch(/^slave0:.*state=online/m)
    // Redis knows the script from then on.
    await expect.poll(() => store.claim('first', 'holder', 1000).catch(() => false)).toBe(true)
    await primary.config('RESETSTAT')
  })

  /** How often it was asked to wait since. */
  async function waits(): Promise<number> {
    return Number(/cmdstat_wait:calls=(\d+)/.exec(await primary.info('commandstats'))?.[1] ?? 0)
  }

  it('waits once for a hundred calls that come at once, and refuses none', async () => {
    const claimed = await Promise.all(
      Array.from({ length: 100 }, (_, n) => store.claim(`key ${n}`, 'holder', 60_000)),
    )
    expect(claimed.filter(Boolean)).toHaveLength(100)
    expect(await waits()).toBe(1)
  })
})

describe.skipIf(!HAS_REDIS_SERVER)(titled('a Redis without the replica that is waited for'), () => {
  let store: Store
  beforeEach(async () => {
    const server = await startRedisServer()
    store = redisStore({ url: `${server.url}?replicas=1` })
    onTestFinished(async () => {
      await store.close()
      await server.stop()
    })
  })

  it('takes what an operator commands, and says that it may be lost; visitors are charged (SR-C14)', async () => {
    const sends = () => taken(store.consume(pauseCharges('shop', 'HR')))
    expect(await sends()).toBe(true)
    const pausing = pause(store, { sitekey: 'shop' }, 60_000)
    await expect(pausing).rejects.toThrow(UnreplicatedError)
    await expect(pausing).rejects.toThrow(/it is written, but too few replicas .* 0 of 1 replicas within/)
    expect(await sends()).toBe(false)
    await expect(resume(store, { sitekey: 'shop' })).rejects.toThrow(UnreplicatedError)
    expect(await sends()).toBe(true)
  })

  it('takes an override whole, lists it and lifts it all the same', async () => {
    const observe = vi.fn<Observe>()
    const digests = digestsUnder(Buffer.alloc(32))
    const scope: Scope = { of: 'range', value: '+1202555' }
    const set = (verdict: Verdict) =>
      setOverride({ store, digests, observe, random: randomBytes }, { scope, verdict, by: 'ops' }, 60_000)
    await expect(set('allow')).rejects.toThrow(UnreplicatedError)
    const [denied, allowed] = keysOfScope(scope, namesUnder(digests)) as [string, string]
    expect(await store.standing([allowed])).toEqual([true])
    await expect(set('deny')).rejects.toThrow(UnreplicatedError)
    expect([await store.standing([allowed]), await store.sums([denied])]).toEqual([[false], [1]])
    expect((await livingOverrides(store, digests)).overrides).toMatchObject([{ scope, verdict: 'deny' }])
    await expect(liftOverride({ store, digests, observe }, scope, 'ops')).rejects.toThrow(UnreplicatedError)
    expect(await store.sums([denied])).toEqual([0])
    expect((await livingOverrides(store, digests)).overrides).toEqual([])
    expect(observe.mock.calls.map(([event]) => 'change' in event && event.change)).toEqual([
      'allow',
      'deny',
      'lift',
    ])
  })
})
