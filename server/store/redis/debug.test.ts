import { randomBytes } from 'node:crypto'
import { createRequire } from 'node:module'
import { formatWithOptions } from 'node:util'
import { Redis } from 'ioredis'
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { redisStore } from './redis.js'
import { startRedisCluster } from './test/redis-cluster.js'
import { HAS_REDIS_SERVER, startRedisServer, titled } from './test/redis-server.js'

/** What ioredis writes with when `DEBUG` asks for it. */
const debug = createRequire(createRequire(import.meta.url).resolve('ioredis'))('debug') as {
  enable(names: string): void
  disable(): void
  log: (...args: unknown[]) => void
}

const written: string[] = []
beforeEach(() => {
  written.length = 0
  vi.spyOn(debug, 'log').mockImplementation((...args) => written.push(formatWithOptions({}, ...args)))
  debug.enable('*')
  onTestFinished(() => {
    debug.disable()
    vi.restoreAllMocks()
  })
})

async function visit(url: string): Promise<void> {
  const store = redisStore({ url })
  onTestFinished(() => store.close())
  expect(await store.claim('key', 'holder', 1000)).toBe(true)
}

describe.skipIf(!HAS_REDIS_SERVER)(titled('DEBUG=* beside a Redis'), () => {
  it.each(['', 'otp'])('has its password written nowhere, of the user "%s" (SR-G06)', async (user) => {
    // What is longer than 200 characters is written by another way.
    for (const length of [16, 128]) {
      const password = randomBytes(length).toString('hex')
      const settings =
        user === '' ? ['--requirepass', password] : ['--user', user, 'on', `>${password}`, '~*', '+@all']
      const redis = await startRedisServer(settings)
      onTestFinished(() => redis.stop())
      await visit(`redis://${user}:${password}@127.0.0.1:${redis.port}`)
      expect(written.join('\n')).toContain('auth([secret])')
      expect(written.join('\n')).not.toContain(password.slice(0, 32))
    }
  })

  it('has that of a cluster written nowhere (SR-G06)', async () => {
    const cluster = await startRedisCluster()
    onTestFinished(() => cluster.stop())
    const password = randomBytes(16).toString('hex')
    for (const { url } of cluster.nodes) {
      const client = new Redis(url)
      await client.config('SET', 'requirepass', password)
      client.disconnect()
    }
    written.length = 0
    await visit(cluster.url.replace('://', `://:${password}@`))
    expect(written.join('\n')).toContain('auth([secret])')
    expect(written.join('\n')).not.toContain(password)
  })
})
