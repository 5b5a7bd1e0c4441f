import { PARTS, type Limits, type Writer } from '../limits.js'
import type { StoreFile } from './file.js'
import { IS_ITEM_OVER, SWEEP, SWEEP_ITEMS, SWEEP_VERIFICATIONS } from './schema.js'

/** Kinds of keys that are removed in the order in which they expire, and those that the book keeps. */
export type OrderedKind = 'claim' | 'call' | 'announcement'
export type BookKind = 'counter' | 'mark'

/** What a file may hold. To be used inside a step. */
export interface FileRoom {
  /** How many of one kind may be held, including those there are: when the file is full, no more than there are. */
  capacityFor(writer: Writer): number
  /** Removes the verifications that expired longest ago, if any. */
  sweepVerifications(now: number): void
  /** Removes at most this many keys of one kind, those that expired longest ago, if any. */
  sweepKeys(kind: OrderedKind, now: number, most: number): void
  /** Looks at this many keys of the book, continuing where it stopped, and removes those that have expired. */
  sweepBook(kind: BookKind, now: number, looks: number): void
  /** Removes some expired entries of every kind. */
  sweep(now: number): void
}

/** Texts before and after every key. */
const FIRST_KEY = ''
const LAST_KEY = '\u{10ffff}'

/** The room of a file. Pages that are free within the file count as room: SQLite uses them first. */
export function roomIn(file: StoreFile, { capacity, bytes }: Limits): FileRoom {
  const [pages, free, size] = ['page_count', 'freelist_count', 'page_size'].map((name) =>
    file.first<[number]>(`PRAGMA ${name}`),
  )
  let pageSize: number | undefined
  let used: number | undefined
  /** Read once per transaction, unless something was removed in it: what its few steps add is nothing compared with the file. */
  const bytesUsed = () => (used ??= (pages!()![0] - free!()![0]) * (pageSize ??= size!()![0]))
  const forget = () => void (used = undefined)
  file.defer({ write: forget, forget })
  // Checking that nothing has expired takes a third of the time of removing nothing, and is usually all there is to do.
  const isVerificationOver = file.first('SELECT 1 FROM verification WHERE until <= ? LIMIT 1')
  const removeVerifications = file.change(SWEEP_VERIFICATIONS)
  const isKeyOver = file.first(IS_ITEM_OVER)
  const removeKeys = file.change(SWEEP_ITEMS)
  const lookedAt = file.first<[string]>(
    'SELECT key FROM item WHERE kind = ? AND key > ? ORDER BY key LIMIT 1 OFFSET ?',
  )
  const removeOf = file.change('DELETE FROM item WHERE kind = ? AND key > ? AND key <= ? AND until <= ?')
  const reached: Record<BookKind, string> = { counter: FIRST_KEY, mark: FIRST_KEY }

  function sweepVerifications(now: number): void {
    if (!isVerificationOver(now)) return
    removeVerifications(now)
    forget()
  }

  function sweepKeys(kind: OrderedKind, now: number, most: number): void {
    if (!isKeyOver(kind, now)) return
    removeKeys(kind, now, most)
    forget()
  }

  function sweepBook(kind: BookKind, now: number, looks: number): void {
    const after = reached[kind]
    const last = lookedAt(kind, after, looks - 1)?.[0]
    if (removeOf(kind, after, last ?? LAST_KEY, now) > 0) forget()
    reached[kind] = last ?? FIRST_KEY
  }

  return {
    capacityFor(writer) {
      const part = PARTS[writer]
      return bytesUsed() < part.bytes * bytes ? part.keys * capacity : 0
    },
    sweepVerifications,
    sweepKeys,
    sweepBook,
    sweep(now) {
      sweepVerifications(now)
      for (const kind of ['claim', 'call'] as const) sweepKeys(kind, now, SWEEP)
      for (const kind of ['counter', 'mark'] as const) sweepBook(kind, now, SWEEP)
    },
  }
}
