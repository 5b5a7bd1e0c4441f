/**
 * A process that uses a store's file, for tests that need several, or one that can be killed.
 *
 * Started as `node child.js TASK PATH [NUMBER]`. It says `ready`, waits for any input, does its task, and says one line of
 * JSON for each thing it has to tell.
 */
import { writeSync } from 'node:fs'
import { StoreError, type Store } from '../../store.js'
import { facts, PATIENCE, taken, tally, terms } from '../../test/bench.js'
import { sqliteStore } from '../sqlite.js'

const [task, path, number] = process.argv.slice(2) as [keyof typeof TASKS, string, string | undefined]

/** A time that no test lives to see, in milliseconds. */
const LONG = 10 * 60_000

/** Synchronous, so that what was said was said before the process is killed. */
function say(line: unknown): void {
  writeSync(1, `${JSON.stringify(line)}\n`)
}

const TASKS = {
  /** Uses what all children share as often as it can, and says how often it was let. */
  async hammer(store: Store) {
    const won = { claims: 0, consumed: 0, attempts: 0, verified: 0, resends: 0, begun: 0, added: 0 }
    const charges = ['a', 'b', 'c'].map((key) => tally(key, 500, LONG))
    for (let n = 0; n < 300; n++) {
      if (await store.claim(`key ${n}`, `holder ${process.pid}`, LONG)) won.claims++
      if (await taken(store.consume(charges))) won.consumed++
      if ((await store.begin(`call ${n}`, 'holder', LONG)) === 'begun') won.begun++
      const added = await store.add(facts({ id: `${process.pid}-${n}`, slot: `slot ${n}` }), terms(), LONG)
      if (added !== 'busy') won.added++
      if ('reference' in (await store.reserveResend('shared'))) won.resends++
      const reserved = await store.reserveAttempt('shared', 0, PATIENCE)
      if ('refused' in reserved) continue
      won.attempts++
      const settlement = won.attempts % 2 ? { as: 'unknown' as const } : { as: 'incorrect' as const }
      await store.settleAttempt('shared', reserved.lease, settlement)
    }
    say(won)
  },

  /** Writes without end, and says the number of each round that the store has acknowledged. */
  async burst(store: Store) {
    for (let n = 0; ; n++) {
      const id = `${number}-${n}`
      await store.claim(id, 'holder', LONG)
      await store.consume([tally(`counter ${number}`, 1e9, LONG)])
      await store.add(facts({ id, slot: id }), terms(), PATIENCE)
      await store.recordSend(id, 'ref-1', 'sms')
      await store.reserveAttempt(id, 0, LONG)
      say(n)
    }
  },

  /** Claims keys until the disk takes no more. Says how many it has, and how the store failed and went on. */
  async fill(store: Store) {
    for (let claimed = 0; ; claimed++) {
      try {
        await store.claim(`key ${claimed}`, 'a secret holder', LONG)
      } catch (error) {
        const first = await store.isClaimed('key 0')
        say({ claimed, first, isStoreError: error instanceof StoreError, message: String(error) })
        return
      }
    }
  },

  /** Says what time it is, on a system whose clock was set by so many milliseconds. */
  async tellTime(store: Store) {
    say(await store.now())
  },
}

const wallClock = Date.now
if (task === 'tellTime') Date.now = () => wallClock() + Number(number)
say('ready')
await new Promise((resolve) => process.stdin.once('data', resolve))
process.stdin.destroy()
const store = sqliteStore({ path })
await TASKS[task](store)
await store.close()
