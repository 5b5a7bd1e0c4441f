import process from 'node:process'
import type { Charge, ChargedBy, Receipt, Short } from '../charge.js'
import type { Store } from '../store.js'
import { readConsumed, writeCalls } from './charges.js'
import { storeError } from './failures.js'

/** How many calls one run of the script decides at most: Redis does nothing else meanwhile. */
const AT_ONCE = 16

interface Call {
  charges: readonly Charge[]
  resolve: (answer: Receipt | Short) => void
  reject: (error: unknown) => void
}

/**
 * Consumes. Calls that come together are decided by one run of the script, one after the other, for what a call costs either side
 * is most of all that a script is run. Each has an answer of its own, and whoever is alone waits for nobody.
 *
 * @param keyOf the key under which an account or a mark is kept
 * @param run runs the script for those who are charged so.
 */
export function together(
  keyOf: (name: string) => string,
  run: (by: ChargedBy, keys: readonly string[], numbers: string) => Promise<unknown>,
): Store['consume'] {
  const waiting: Record<ChargedBy, Call[]> = { start: [], 'under way': [], operator: [] }

  async function decide(by: ChargedBy, calls: readonly Call[]): Promise<void> {
    const all = calls.map(({ charges }) => charges)
    try {
      const { keys, numbers } = writeCalls(all, keyOf)
      const answers = (await run(by, keys, numbers)) as unknown[]
      for (const [n, { charges, resolve, reject }] of calls.entries()) {
        const answer = answers[n]
        if (answer instanceof Error) reject(storeError(answer.message))
        else resolve(readConsumed(charges, answer))
      }
    } catch (error) {
      for (const { reject } of calls) reject(error)
    }
  }

  function decideAll(by: ChargedBy): void {
    const calls = waiting[by]
    waiting[by] = []
    for (let first = 0; first < calls.length; first += AT_ONCE) {
      void decide(by, calls.slice(first, first + AT_ONCE))
    }
  }

  return (charges, by = 'start') =>
    new Promise((resolve, reject) => {
      if (waiting[by].push({ charges, resolve, reject }) === 1) process.nextTick(decideAll, by)
    })
}
