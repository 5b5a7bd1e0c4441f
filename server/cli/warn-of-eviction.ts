import { evictionOf } from '../assembly/open-store.js'
import { warn } from './terminal.js'

/**
 * Warns an operator whose store may evict. No server starts on such a store, but commands do their work nevertheless: running
 * servers may have to be paused, or a leaked key revoked. Never rejects.
 */
export async function warnOfEviction(address: string): Promise<void> {
  // A store that is away is reported by the command itself.
  const eviction = await evictionOf(address).catch(() => undefined)
  if (eviction?.mistake !== undefined) warn(`Warning: ${eviction.mistake}`)
}
