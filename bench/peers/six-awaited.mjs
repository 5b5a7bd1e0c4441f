import { RateLimiterRedis } from 'rate-limiter-flexible'

/**
 * Six limits as its users have them: one limiter each, asked one after the other.
 *
 * @param client of ioredis.
 * @returns what takes one from each of six accounts, and rejects when there is no room
 */
export function sixAwaited(client) {
  const limiters = Array.from(
    { length: 6 },
    (_, n) =>
      new RateLimiterRedis({ storeClient: client, keyPrefix: `limit-${n}`, points: 1e9, duration: 86_400 }),
  )
  return async (keys) => {
    for (const [n, key] of keys.entries()) await limiters[n].consume(key)
  }
}
