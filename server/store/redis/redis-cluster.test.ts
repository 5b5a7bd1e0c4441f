import { beforeAll, describe, expect, it } from 'vitest'
import { Redis } from 'ioredis'
import { evictionOf } from '../../assembly/open-store.js'
import { StoreError } from '../store.js'
import { facts, PATIENCE, terms } from '../test/bench.js'
import { describeStore } from '../test/conformance.js'
import { redisStore } from './redis.js'
import { freshStores } from './test/fresh-stores.js'
import { startRedisCluster, type RedisCluster } from './test/redis-cluster.js'
import { HAS_REDIS_SERVER, startRedisServer, titled } from './test/redis-server.js'

describe.skipIf(!HAS_REDIS_SERVER)(titled('over a cluster of three'), () => {
  let cluster: RedisCluster
  beforeAll(async () => {
    cluster = await startRedisCluster()
    return () => cluster.stop()
  })

  describeStore(
    'clustered redis',
    freshStores(() => cluster.url),
  )

  it('spreads verifications over the nodes', async () => {
    const store = redisStore({ url: cluster.url, prefix: 'spread:' })
    for (let n = 100; n < 160; n++)
      await store.add(facts({ id: `${n}-1`, slot: `${n}-slot` }), terms(), PATIENCE)
    await store.close()
    for (const { url } of cluster.nodes) {
      const client = new Redis(url)
      expect((await client.keys('spread:*')).length).toBeGreaterThan(5)
      client.disconnect()
    }
  })

  it('is refused when one of its nodes may evict (SR-D22)', async () => {
    expect(await evictionOf(cluster.url)).toEqual({ asked: true, mistake: undefined })
    const client = new Redis(cluster.nodes[1]!.url)
    await client.config('SET', 'maxmemory-policy', 'allkeys-lru')
    expect((await evictionOf(cluster.url)).mistake).toContain('maxmemory-policy is allkeys-lru')
    await client.config('SET', 'maxmemory-policy', 'noeviction')
    client.disconnect()
  })

  it('says why it cannot be used: this one is no cluster', async () => {
    const alone = await startRedisServer()
    const store = redisStore({ url: alone.url.replace('redis:', 'redis+cluster:') })
    await expect(store.now()).rejects.toThrow('cluster support disabled')
    await store.close()
    await alone.stop()
  })

  it('tells of a node that is gone, serves from the others, and from it again when it is back', async () => {
    const store = redisStore({ url: cluster.url, prefix: 'gone:' })
    const claims = () =>
      Promise.allSettled(Array.from({ length: 30 }, (_, n) => store.claim(`key ${n}`, 'holder', 60_000)))
    expect((await claims()).every(({ status }) => status === 'fulfilled')).toBe(true)
    await cluster.nodes[1]!.crash()
    const refused = (await claims()).flatMap((one) => (one.status === 'rejected' ? [one.reason] : []))
    expect(refused.length).toBeGreaterThan(0)
    expect(refused.length).toBeLessThan(30)
    expect(refused.every((reason) => reason instanceof StoreError)).toBe(true)
    await cluster.nodes[1]!.restart()
    await expect.poll(async () => (await claims()).every(({ status }) => status === 'fulfilled')).toBe(true)
    await store.close()
  })
})
