import { randomBytes } from 'node:crypto'
import { constants, existsSync, statSync } from 'node:fs'
import { access } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { openStore } from '../assembly/open-store.js'
import { livingPauses } from '../guard/pause-list.js'
import { parseStoreAddress, type StoreAddress } from '../store/address.js'
import { StoreError, StoreFullError, type Store } from '../store/store.js'
import type { Weakness } from '../weakness.js'
import { examineRedis } from './examine-redis.js'
import type { Findings } from './findings.js'
import { pauseSentence, resumeLine } from './pause-words.js'
import { adviceOf, plainly } from './store-advice.js'

/** Milliseconds by which the clocks of the store and of this machine may differ. */
const CLOCK_TOLERANCE = 5000

/**
 * Looks at the store: whether it can be reached and written to, its clock, and whether it forgets nothing.
 *
 * @param now milliseconds since 1970, of this machine.
 */
export async function examineStore(address: string, now: () => number): Promise<Findings> {
  const parsed = parseStoreAddress(address)
  if ('mistake' in parsed) return found([weak('store', parsed.mistake, 'Correct OTP_STORE.')])
  if (parsed.kind === 'memory') {
    const message = 'memory: forgets everything at a restart, and serves one process only.'
    return found([weak('store', message, 'Set OTP_STORE to sqlite:PATH, or to a redis:// URL.')])
  }
  const weaknesses = weakAddress(parsed)
  if (parsed.kind === 'sqlite' && !existsSync(parsed.path)) return unmade(parsed.path)
  try {
    const { notes, ...redis } = parsed.kind === 'redis' ? await examineRedis(parsed.url) : found([])
    weaknesses.push(...redis.weaknesses)
    if (redis.weaknesses.some(({ check }) => check === 'store.permissions')) return { weaknesses, notes }
    const store = await openStore(address)
    try {
      weaknesses.push(...(await examineClock(store, now)))
      for (const pause of await livingPauses(store)) {
        // A pause of one site or country may be meant to last.
        if (pause.sitekey === undefined && pause.country === undefined)
          weaknesses.push(
            weak('store.paused', `${pauseSentence(pause)}.`, `To send again: ${resumeLine(pause)}`),
          )
        else notes.push(`${pauseSentence(pause)}. To send again: ${resumeLine(pause)}`)
      }
      await tryToWrite(store)
    } finally {
      await store.close()
    }
    return { weaknesses, notes }
  } catch (error) {
    if (!(error instanceof StoreError)) throw error
    weaknesses.push(weak('store', plainly(error), adviceOf(error, address)))
    return found(weaknesses)
  }
}

function weakAddress(parsed: StoreAddress): Weakness[] {
  const weaknesses = 'weaknesses' in parsed ? parsed.weaknesses : []
  return weaknesses.map((message) => weak('store.address', message, 'Change OTP_STORE.'))
}

/** A file that the first server will create: examining must not. */
async function unmade(path: string): Promise<Findings> {
  let folder = dirname(resolve(path))
  while (!existsSync(folder)) folder = dirname(folder)
  const writable =
    statSync(folder).isDirectory() &&
    (await access(folder, constants.W_OK).then(
      () => true,
      () => false,
    ))
  if (writable) {
    return { weaknesses: [], notes: ['The store file does not exist yet; the first server creates it.'] }
  }
  const message = 'The store file does not exist, and cannot be created in its folder.'
  const fix = 'Let the user that runs the server write there, or name another with OTP_STORE.'
  return found([weak('store', message, fix)])
}

async function examineClock(store: Store, now: () => number): Promise<Weakness[]> {
  const before = now()
  const theirs = await store.now()
  const difference = theirs - (before + now()) / 2
  if (Math.abs(difference) <= CLOCK_TOLERANCE) return []
  const seconds = Math.round(Math.abs(difference) / 1000)
  const message = `Its clock is ${seconds} seconds ${difference > 0 ? 'ahead of' : 'behind'} this machine's.`
  return [weak('store.clock', message, 'Synchronise both with NTP.')]
}

/** @throws StoreError, also when there is room only for visitors under way */
async function tryToWrite(store: Store): Promise<void> {
  await claimAs(store, 'operator')
  await claimAs(store, 'start').catch((error: unknown) => {
    if (!(error instanceof StoreFullError)) throw error
    throw new StoreError(`It has room only for visits under way: ${error.message}`)
  })
}

async function claimAs(store: Store, by: 'operator' | 'start'): Promise<void> {
  const key = `doctor:${randomBytes(16).toString('hex')}`
  if (!(await store.claim(key, 'doctor', 1000, by)))
    throw new StoreError('It does not keep what is written to it.')
  await store.release(key, 'doctor')
}

function found(weaknesses: Weakness[]): Findings {
  return { weaknesses, notes: [] }
}

function weak(check: string, message: string, fix: string): Weakness {
  return { check, message, fix }
}
