import { PROOF_MEMORY, type TokenClaims } from '../../contract/index.js'
import { TokenError } from './verify-error.js'

/** Least milliseconds between two searches for what may be forgotten. */
const SWEEP_INTERVAL = 10_000

/**
 * Remembers which verifications were used, so that each is good for one thing.
 *
 * There is one method because it must be one step: if look-up and note were two, racing requests would both find nothing noted.
 * With Redis it is `SET key 1 NX PXAT expiresAt`, in SQL an `INSERT` under a unique key.
 *
 * ```ts
 * const replayStore: ReplayStore = {
 *   claim: async (key, expiresAt) =>
 *     (await redis.set(`otp-used:${key}`, '1', 'PXAT', expiresAt, 'NX')) === 'OK',
 * }
 * ```
 */
export interface ReplayStore {
  /**
   * Takes a key that nobody has taken, in one atomic step. A store that cannot decide rejects: the token is refused.
   *
   * @param key the verification, the token's `sub`: a page may get several tokens for one.
   * @param expiresAt milliseconds since 1970 until which the key must be remembered, 40 minutes after the check.
   * @returns `true` the first time, `false` from then on.
   */
  claim(key: string, expiresAt: number): boolean | Promise<boolean>
}

/** Settings of a replay store in memory. */
export interface MemoryReplayStoreOptions {
  /** Most verifications remembered at once. @default 100000 */
  capacity?: number
  /**
   * The clock, in milliseconds since 1970. A store with its own clock, for a test, shares nothing with others. @default Date.now
   */
  now?: () => number
}

// Next.js puts copies of a module into several bundles of one process, each of which would let a token pass once.
const CLAIMED = Symbol.for('otp-verify.replay')

/** What this process remembers, for every copy of this module: keys, and until when by `performance.now()`. */
function ofProcess(): Map<string, number> {
  const kept = globalThis as { [CLAIMED]?: Map<string, number> }
  return (kept[CLAIMED] ??= new Map())
}

/**
 * A replay store for a backend of one process, which remembers for all of it: what one such store has claimed, no other of
 * the process gives. A restart forgets everything.
 *
 * When it is full it throws, and tokens are refused: forgetting one that lives would let it be used again.
 *
 * @throws TypeError when `capacity` is not at least 1
 */
export function memoryReplayStore(options: MemoryReplayStoreOptions = {}): ReplayStore {
  const { capacity = 100_000, now = Date.now } = options
  if (!(capacity >= 1)) throw new TypeError('capacity is at least 1.')
  const claimed = options.now ? new Map<string, number>() : ofProcess()
  // If the clock jumped ahead and was set right, what was forgotten meanwhile could be used again.
  const steady = options.now ?? (() => performance.now())
  let nextSweep = -Infinity

  return {
    claim(key, expiresAt) {
      const at = steady()
      const left = expiresAt - now()
      if (at >= nextSweep) {
        nextSweep = at + SWEEP_INTERVAL
        for (const [other, until] of claimed) if (until <= at) claimed.delete(other)
      }
      if (claimed.has(key) || left <= 0) return false
      if (claimed.size >= capacity) throw new Error('The replay store in memory is full.')
      claimed.set(key, at + left)
      return true
    },
  }
}

let warned = false

/**
 * Lets a verification pass once.
 *
 * @param store `undefined` lets every one pass and warns of it, once in the life of the process; `false` does not warn.
 * @throws TokenError `token_used` or `replay_store_unavailable`
 */
export async function useUp(store: ReplayStore | false | undefined, claims: TokenClaims): Promise<void> {
  if (store === undefined) warn()
  if (!store) return
  const { sub, auth_time } = claims
  const expiresAt = (auth_time + PROOF_MEMORY) * 1000
  let first: unknown
  try {
    first = await store.claim(sub, expiresAt)
  } catch (cause) {
    throw new TokenError('replay_store_unavailable', { cause })
  }
  if (typeof first !== 'boolean') throw new TypeError('claim() of a replay store returns true or false.')
  if (!first) throw new TokenError('token_used')
}

function warn(): void {
  if (warned) return
  warned = true
  // The only place where a library can reach a developer who forgot it.
  // eslint-disable-next-line no-console
  console.warn(
    'otp-verify: a token can be used several times while it is valid. Give createVerifier a replayStore, or set ' +
      'replayStore: false if each nonce is removed in one step as it is used.',
  )
}
