import { randomBytes } from 'node:crypto'
import { Redis } from 'ioredis'
import { expect, it, onTestFinished } from 'vitest'
import { readinessOf } from '../../operator/readiness.js'
import { redisStore } from './redis.js'
import { startRedisCluster } from './test/redis-cluster.js'
import { HAS_REDIS_SERVER, titled } from './test/redis-server.js'

it.skipIf(!HAS_REDIS_SERVER)(
  titled('no server is ready on a cluster whose node of all accounts is gone, or takes nothing'),
  async () => {
    const cluster = await startRedisCluster(['--cluster-require-full-coverage', 'no'])
    onTestFinished(() => cluster.stop())
    const client = new Redis(cluster.nodes[0]!.url)
    onTestFinished(() => client.disconnect())
    const slot = await client.cluster('KEYSLOT', 'otp:{n}:any')
    const ranges = await client.cluster('SLOTS')
    const [, , owned] = ranges.find(([from, to]) => from <= slot && slot <= to)!
    const node = cluster.nodes.find(({ port }) => port === owned?.[1])!
    const store = redisStore({ url: cluster.url })
    onTestFinished(() => store.close())
    const well = { isStopping: () => false, mayWork: () => true, mayForget: () => false, maySign: () => true }
    // Names of servers are random, and with them the nodes that hold what each writes under its own.
    const servers = Array.from({ length: 12 }, () =>
      readinessOf({ store, ...well, member: randomBytes(8).toString('hex') }),
    )
    const all = () => Promise.all(servers.map((whyUnready) => whyUnready()))
    const ready = Array.from(servers, () => undefined)
    expect(await all()).toEqual(ready)
    const owner = new Redis(node.url)
    onTestFinished(() => owner.disconnect())
    await owner.config('SET', 'min-replicas-to-write', '1')
    expect(await all()).toEqual(servers.map(() => 'write'))
    await owner.config('SET', 'min-replicas-to-write', '0')
    expect(await all()).toEqual(ready)
    await node.crash()
    expect(await all()).toEqual(servers.map(() => expect.stringMatching(/^(store|write)$/)))
    await node.restart()
    await expect.poll(all, { timeout: 20_000 }).toEqual(ready)
  },
)
