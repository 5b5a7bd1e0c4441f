import { Redis } from 'ioredis'
import { describe, expect, it, onTestFinished } from 'vitest'
import { nameOf } from '../../observe/error-name.js'
import { readinessOf } from '../../operator/readiness.js'
import type { Store } from '../store.js'
import { redisStore } from './redis.js'
import { HAS_REDIS_SERVER, startRedisServer, titled } from './test/redis-server.js'

describe.skipIf(!HAS_REDIS_SERVER)(titled('a Redis'), () => {
  it('that takes nothing can be read, but no server on it is ready, and a log may know why', async () => {
    const server = await startRedisServer()
    onTestFinished(() => server.stop())
    const client = new Redis(server.url)
    onTestFinished(() => client.disconnect())
    const open = (url: string) => {
      const opened = redisStore({ url })
      onTestFinished(() => opened.close())
      return opened
    }
    const store = open(server.url)
    const may = { isStopping: () => false, mayWork: () => true, mayForget: () => false, maySign: () => true }
    const readiness = async (of: Store) => readinessOf({ store: of, ...may, member: 'one' })()
    expect(await readiness(store)).toBeUndefined()
    expect(await readiness(open(`${server.url}?replicas=1`))).toBe('write')
    const why = () => store.claim('key', 'holder', 1000).catch(nameOf)
    await client.config('SET', 'maxmemory', '1')
    expect(await readiness(store)).toBeUndefined()
    expect(await why()).toBe('StoreError:OOM')
    await client.config('SET', 'maxmemory', '0')
    await client.config('SET', 'min-replicas-to-write', '1')
    expect(await readiness(store)).toBe('write')
    expect(await why()).toBe('StoreError:NOREPLICAS')
    await client.config('SET', 'min-replicas-to-write', '0')
    await client.replicaof('127.0.0.1', 1)
    expect(await why()).toBe('StoreError:READONLY')
    expect(await readiness(store)).toMatch(/^(store|write)$/)
  })
})
