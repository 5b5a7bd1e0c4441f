import { Redis } from 'ioredis'
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import type { Store } from '../store.js'
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
    await expect
      .poll(() => primary.info('replication'), { timeout: 10_000 })
      .toMatch(/^slave0:.*state=online/m)
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
