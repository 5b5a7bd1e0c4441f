import { parseRedisUrl, type RedisAddress } from './redis-address.js'

/** Where a store is and, for a Redis, what should not stay as it is. */
export type StoreAddress =
  | { kind: 'memory' }
  | { kind: 'sqlite'; path: string }
  | { kind: 'redis'; url: string; weaknesses: readonly string[] }

/**
 * Reads the address of a store: `memory:`, `sqlite:PATH`, or that of a Redis (see `parseRedisUrl`).
 *
 * @returns the address, or the mistake as a sentence for the operator that does not repeat the text: it may hold a
 * password.
 */
export function parseStoreAddress(text: string): StoreAddress | { mistake: string } {
  if (text === 'memory:') return { kind: 'memory' }
  if (text.startsWith('sqlite:')) {
    const path = text.slice('sqlite:'.length)
    // Names that SQLite takes for a private file that nobody else can open, and mistakes made by analogy with other addresses.
    if (path === '' || path === ':memory:' || path.startsWith('//')) {
      return { mistake: 'Write sqlite:PATH, such as sqlite:data/otp-verify.db.' }
    }
    return { kind: 'sqlite', path }
  }
  if (!/^rediss?(\+cluster)?:/i.test(text)) {
    return { mistake: 'Write sqlite:PATH, redis://HOST:PORT, rediss://HOST:PORT or memory:.' }
  }
  const parsed = parseRedisUrl(text)
  return 'mistake' in parsed ? parsed : { kind: 'redis', url: text, weaknesses: weaknessesOf(parsed) }
}

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|::1)$/i

/** What works but should not stay so, as sentences for the operator. */
function weaknessesOf({ nodes, tls, password }: RedisAddress): string[] {
  if (nodes.every(({ host }) => LOOPBACK.test(host))) return []
  return [
    ...(tls ? [] : ['data travels to another machine unencrypted; write rediss://.']),
    ...(password ? [] : ['anyone who reaches the Redis may read and change it; give it a password.']),
  ]
}
