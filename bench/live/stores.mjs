import { Redis } from 'ioredis'
import { memoryStore } from '../../dist/server/store/memory.js'
import { redisStore } from '../../dist/server/store/redis/redis.js'
import { startRedisServer } from '../../dist/server/store/redis/test/redis-server.js'
import { sqliteStore } from '../../dist/server/store/sqlite/sqlite.js'
import { sqliteFile } from './files.mjs'

/**
 * Our stores, by name: how each is opened, how many bytes it takes outside of this process, how it ends.
 *
 * @param now the clock.
 * @param capacity more verifications than it is given.
 */
export const STORES = {
  sqlite(now, capacity) {
    const { path, size, remove } = sqliteFile()
    const store = sqliteStore({ path, now, capacity, bytes: 2 ** 40 })
    return {
      store,
      async size() {
        // A store that is closed carries over what is still in the log.
        await sqliteStore({ path }).close()
        return size()
      },
      async close() {
        await store.close()
        remove()
      },
    }
  },

  async redis(now) {
    const server = await startRedisServer()
    const client = new Redis(server.url)
    const store = redisStore({ url: server.url, now })
    return {
      store,
      size: async () => Number(/used_memory:(\d+)/.exec(await client.info('memory'))[1]),
      async close() {
        await store.close()
        client.disconnect()
        await server.stop()
      },
    }
  },

  memory(now, capacity) {
    const store = memoryStore({ now, capacity, bytes: 2 ** 40 })
    return { store, close: () => store.close() }
  },
}
