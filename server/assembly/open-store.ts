import { existsSync } from 'node:fs'
import { parseStoreAddress } from '../store/address.js'
import { memoryStore } from '../store/memory.js'
import { StoreError, type Store } from '../store/store.js'

/**
 * Opens the store that the configuration names. Its driver is loaded on demand: a server needs only one of them.
 *
 * @throws StoreError when it cannot be reached or used
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
      const { redisStore } = await import('../store/redis/redis.js')
      return redisStore({ url: parsed.url })
    }
  }
}

/**
 * Opens the store for commands that only look; `undefined` where the first server has yet to create the store's file. @throws
 * StoreError
 */
export async function openMadeStore(address: string): Promise<Store | undefined> {
  const parsed = parseStoreAddress(address)
  const isUnmade = 'kind' in parsed && parsed.kind === 'sqlite' && !existsSync(parsed.path)
  return isUnmade ? undefined : openStore(address)
}

/** Whether a store may evict what it holds before its time. */
export interface Eviction {
  /** Whether the question was permitted; a store that is no Redis need not be asked. */
  asked: boolean
  /** Why it may evict, as a sentence for the operator. */
  mistake: string | undefined
}

/**
 * Asks a Redis whether it may evict what it holds before its time.
 *
 * @throws StoreError when it cannot be reached
 */
export async function evictionOf(address: string): Promise<Eviction> {
  const parsed = parseStoreAddress(address)
  if ('mistake' in parsed || parsed.kind !== 'redis') return { asked: false, mistake: undefined }
  const { evictionAmong, policiesOf } = await import('../store/redis/eviction.js')
  const policies = await policiesOf(parsed.url)
  return { asked: policies.length > 0, mistake: evictionAmong(policies) }
}

/**
 * Asks a Redis whether it keeps an append-only file.
 *
 * @returns if not, what a crash would lose and how to mend that, as sentences for the operator
 * @throws StoreError when it cannot be reached
 */
export async function crashLossOf(address: string): Promise<string | undefined> {
  const parsed = parseStoreAddress(address)
  if ('mistake' in parsed || parsed.kind !== 'redis') return undefined
  const { survivesCrash } = await import('../store/redis/eviction.js')
  return (await survivesCrash(parsed.url)) ? undefined : CRASH_LOSS
}

const CRASH_LOSS =
  "Redis writes no append-only file: after a crash it forgets the day's budget and money, all credit, and who used up their attempts. Run redis-cli CONFIG SET appendonly yes first, and only then write it into its configuration file: set in the file alone, Redis restarts empty."

/**
 * Makes sure that the user of a Redis may do all that servers and commands need. A Redis that is away, or lacks its replicas,
 * passes: callers that need it will find out.
 *
 * @throws StoreError when it may not, naming what is lacking
 */
export async function checkPermissions(address: string): Promise<void> {
  const parsed = parseStoreAddress(address)
  if ('mistake' in parsed || parsed.kind !== 'redis') return
  const { lacks, missingPermissions } = await import('../store/redis/permissions.js')
  const missing = await missingPermissions(parsed.url).catch(() => [])
  if (missing.length > 0) throw new StoreError(lacks(missing))
}
