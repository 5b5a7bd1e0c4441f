import { expect, it, onTestFinished } from 'vitest'
import type { Store } from '../store.js'
import { redisStore } from './redis.js'
import { HAS_REDIS_SERVER, startRedisServer, titled } from './test/redis-server.js'

/** Milliseconds after which a call says that it gave up. */
async function patienceOf(call: Promise<unknown>, waitedFor: string): Promise<number> {
  const told = await call.then(String, ({ message }: Error) => message)
  const [, milliseconds] = new RegExp(`${waitedFor} within (\\d+) ms`).exec(told) ?? []
  if (milliseconds === undefined) throw new Error(told)
  return Number(milliseconds)
}

it.skipIf(!HAS_REDIS_SERVER)(
  titled('a call waits for a connection and then for its answer, together less than a second (SR-C15)'),
  async () => {
    const redis = await startRedisServer()
    onTestFinished(() => redis.stop())
    const open = (): Store => {
      const store = redisStore({ url: redis.url })
      onTestFinished(() => store.close())
      return store
    }
    const connected = open()
    await connected.now()
    redis.suspend()
    const unanswered = await patienceOf(connected.now(), 'no answer')
    const unconnected = await patienceOf(open().now(), 'no connection')
    redis.resume()
    expect(unconnected + unanswered).toBeLessThan(1000)
  },
)
