import { join } from 'node:path'
import { HAS_REDIS_SERVER, startRedisServer } from '../../server/store/redis/test/redis-server.js'

/** A store that several processes can share. */
interface SharedStore {
  name: string
  /** Whether this machine can run it. */
  isHere: boolean
  /** Makes an empty one. `address` makes its address of the folder in which the processes are started. */
  open(): Promise<{ address: (folder: string) => string; close(): Promise<void> }>
}

/** The stores over which tests of several processes run. */
export const STORES: readonly SharedStore[] = [
  {
    name: 'SQLite',
    isHere: true,
    open: async () => ({
      address: (folder) => `sqlite:${join(folder, 'store.db')}`,
      close: async () => {},
    }),
  },
  {
    name: 'Redis',
    isHere: HAS_REDIS_SERVER,
    async open() {
      const { url, stop } = await startRedisServer()
      return { address: () => url, close: stop }
    },
  },
]
