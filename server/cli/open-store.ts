import { parseStoreAddress } from '../store/address.js'
import { memoryStore } from '../store/memory.js'
import { StoreError, type Store } from '../store/store.js'

/**
 * Opens the store that the configuration names. The drivers are loaded when they are wanted: each is of no use to a
 * server on the other.
 *
 * @throws StoreError when it cannot be reached or used, or would forget what it is told
 */
export async function openStore(address: string): Promise<Store> {
  const parsed = parseStoreAddress(address)
  if ('mistake' in parsed) throw new StoreError(parsed.mistake)
  switch (parsed.kind) {
    case 'memory':
      return memoryStore()
    case 'sqlite': {
      const { sqliteStore } = await import('../store/sqlite/sqlite.js')
      return sqliteStore({ path: parsed.path })
    }
    case 'redis': {
      const { refuseEviction } = await import('../store/redis/eviction.js')
      const { redisStore } = await import('../store/redis/redis.js')
      await refuseEviction(parsed.url)
      return redisStore({ url: parsed.url })
    }
  }
}
