import { evictionOf } from './open-store.js'
import { warn } from './terminal.js'

/**
 * Warns an operator whose store may forget. No server starts on such a one, but a command does its work all the same:
 * servers that run already are to be paused, and a key that has leaked revoked. Never rejects.
 */
export async function warnOfEviction(address: string): Promise<void> {
  // A store that is away is told of by what was asked of it.
  const eviction = await evictionOf(address).catch(() => undefined)
  if (eviction?.mistake !== undefined) warn(`Warning: ${eviction.mistake}`)
}
