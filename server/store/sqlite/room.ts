import { PART_FOR_KEYS, PART_FOR_MARKS, PART_FOR_STARTS, type Limits } from '../limits.js'
import type { StoreFile } from './file.js'
import { SWEEP, SWEEP_ITEMS, SWEEP_VERIFICATIONS } from './schema.js'

/** Who asks for room: a start, somebody who is under way, or a mark that only does a favour. */
export type Asker = 'start' | 'under way' | 'mark'

/** What a file may hold. To be used inside of a step. */
export interface FileRoom {
  /** How many of one kind may be held, those that are there included: none more than there are when the file is full. */
  capacityFor(asker: Asker): number
  /** Removes the verifications longest over, if there are any. */
  sweepVerifications(now: number): void
  /** Removes so many keys of one kind, at most, that are longest over, if there are any. */
  sweepKeys(kind: string, now: number, most: number): void
  /** Removes some of whatever is over. */
  sweep(now: number): void
}

/** The room of a file. Pages that are free within the file count as room: SQLite uses them first. */
export function roomIn(file: StoreFile, { capacity, bytes }: Limits): FileRoom {
  const [pages, free, size] = ['page_count', 'freelist_count', 'page_size'].map((name) =>
    file.first<[number]>(`PRAGMA ${name}`),
  )
  let pageSize: number | undefined
  const used = () => (pages!()![0] - free!()![0]) * (pageSize ??= size!()![0])
  // To see that nothing is over takes a third of removing nothing, and is most of what there is to do.
  const isVerificationOver = file.first('SELECT 1 FROM verification WHERE until <= ? LIMIT 1')
  const removeVerifications = file.change(SWEEP_VERIFICATIONS)
  const isKeyOver = file.first('SELECT 1 FROM item WHERE kind = ? AND until <= ? LIMIT 1')
  const removeKeys = file.change(SWEEP_ITEMS)
  const parts = { start: PART_FOR_STARTS, 'under way': PART_FOR_KEYS, mark: PART_FOR_MARKS }

  function sweepVerifications(now: number): void {
    if (isVerificationOver(now)) removeVerifications(now)
  }

  function sweepKeys(kind: string, now: number, most: number): void {
    if (isKeyOver(kind, now)) removeKeys(kind, now, most)
  }

  return {
    capacityFor: (asker) => (used() < parts[asker] * bytes ? capacity : 0),
    sweepVerifications,
    sweepKeys,
    sweep(now) {
      sweepVerifications(now)
      for (const kind of ['claim', 'counter', 'mark', 'call']) sweepKeys(kind, now, SWEEP)
    },
  }
}
