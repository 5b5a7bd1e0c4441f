import { BoundedMap } from './bounded-map.js'
import type { Behaviour } from './behaviour.js'
import type { Limit } from './limits.js'

const MOST_KEYS = 10_000
const MOST_REQUESTS = 100_000

/** Counts requests against limits. Remembers the last 100,000 requests under each of the last 10,000 keys. */
export class Windows {
  readonly #requests = new BoundedMap<string, number[]>(MOST_KEYS)

  /**
   * How long a request under `key` has to wait, in milliseconds; 0 when it may happen now.
   *
   * Times are milliseconds since 1970. Counts nothing: a caller that goes on says so with {@link record}.
   */
  wait(key: string, limit: Limit, now: number, kind: Behaviour['limitWindow']): number {
    const requests = this.#requests.get(key) ?? []
    if (kind === 'sliding') {
      while (requests[0] !== undefined && requests[0] + limit.window <= now) requests.shift()
    } else if (requests[0] !== undefined && requests[0] + limit.window <= now) {
      requests.length = 0
    }
    return requests.length < limit.attempts ? 0 : requests[0]! + limit.window - now
  }

  /** Counts a request under `key` at `now`. */
  record(key: string, now: number): void {
    const requests = this.#requests.get(key) ?? []
    requests.push(now)
    if (requests.length > MOST_REQUESTS) requests.shift()
    this.#requests.set(key, requests)
  }
}
