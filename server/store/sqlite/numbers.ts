import { setTimeout as sleep } from 'node:timers/promises'
import type { OfNumber, Store } from '../store.js'
import type { StoreFile } from './file.js'
import type { KnownEntries } from './known-entries.js'
import { pack } from './pack.js'

/** How many rows are looked at in one step: others wait for some milliseconds. */
const BATCH = 2000

/** Milliseconds between two steps, in which others have their turn. */
const PAUSE = 2

/** The part of the store that looks for what is kept about a number. */
export function numbers(file: StoreFile, known: KnownEntries): Pick<Store, 'countNumber' | 'eraseNumber'> {
  const ends = file.first<[number | null, number | null]>(
    'SELECT (SELECT min(row) FROM verification), (SELECT max(row) FROM verification)',
  )
  const matches = `row > ? AND row <= ? AND phone_digest = ?`
  const count = file.first<[number]>(`SELECT count(*) FROM verification WHERE ${matches}`)
  const erase = file.change(`DELETE FROM verification WHERE ${matches}`)

  /** Sums what `look` finds of each digest in each batch of rows. */
  async function sum(
    phoneDigests: readonly string[],
    look: (after: number, upTo: number, digest: string | Buffer) => number,
  ): Promise<OfNumber> {
    const digests = phoneDigests.map(pack)
    const [first, last] = await file.step(() => ends()!)
    let found = 0
    for (let after = (first ?? 0) - 1; after < (last ?? -1); after += BATCH) {
      found += await file.step(() =>
        digests.reduce((total, digest) => total + look(after, after + BATCH, digest), 0),
      )
      await sleep(PAUSE)
    }
    return { verifications: found, skipped: 0 }
  }

  return {
    countNumber: (phoneDigests) => sum(phoneDigests, (...rows) => count(...rows)![0]),
    eraseNumber: (phoneDigests) =>
      sum(phoneDigests, (...rows) => {
        known.clear()
        return erase(...rows)
      }),
  }
}
