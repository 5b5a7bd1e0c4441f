import type { Writer } from '../limits.js'
import type { StoreFile } from './file.js'
import type { BookKind, FileRoom } from './room.js'

/** How many keys are known without looking them up: those of some six hundred visitors. */
const KNOWN = 10_000

/** How many keys are checked for expiry for each that is added. */
const LOOKS = 4

/** How many are where there is no room. The refused call pays for that. */
const LOOKS_WHEN_FULL = 1000

/** Fewest keys for which one statement for all of them pays. */
const WORTH_RECALLING = 2

interface Kept<V> {
  value: V
  until: number
}

/** What one step reads and changes of one kind. Nothing of it counts before `done`. */
interface Page<V> {
  /** Unless its time is over. */
  get(key: string): V | undefined
  /**
   * @param by who adds the key, if not the page's writer. @returns `false`, keeping nothing, when the key is new and there is no
   * room.
   */
  keep(key: string, value: V, until: number, by?: Writer): boolean
  drop(key: string): void
  done(): void
}

/** Everything that is kept under keys of one kind. */
export interface Ledger<V> {
  /**
   * To be used inside one step.
   *
   * @param writer who adds keys in it
   * @param keys what it will look at: found by one statement, which costs less than one for each
   */
  page(now: number, writer: Writer, keys: readonly string[]): Page<V>
}

/** The kind of keys, and how a row holds what is kept under one. */
export interface LedgerKind<V> {
  kind: BookKind
  read(text: string | null): V
  /** What of it is kept, as JSON: nothing where it is `null`. */
  plain(value: V): readonly number[] | null
}

/**
 * A ledger in a file. Most of what a step looks at was looked at by an earlier one, so it is remembered as long as nobody else
 * changes the file; and what many steps of one transaction change is written once.
 */
export function ledgerIn<V>(
  file: StoreFile,
  room: FileRoom,
  { kind, read, plain }: LedgerKind<V>,
): Ledger<V> {
  const find = file.first<[value: string | null, until: number]>(
    'SELECT value, until FROM item WHERE kind = ? AND key = ?',
  )
  const findAll = file.first<[rows: string]>(
    `SELECT json_group_array(json_array(item.key, item.value, item.until)) FROM json_each(?2) AS asked
     CROSS JOIN item ON item.kind = ?1 AND item.key = asked.value`,
  )
  const count = file.first<[number]>('SELECT n FROM tally WHERE kind = ?')
  // All at once, which takes a quarter less than one by one. Without the WHERE, SQLite would take ON for that of a join.
  const insertAll = file.change(
    `INSERT INTO item (kind, key, value, until)
     SELECT ?1, value ->> 0, nullif(value -> 1, 'null'), value ->> 2 FROM json_each(?2) WHERE true
     ON CONFLICT DO UPDATE SET value = excluded.value, until = excluded.until`,
  )
  const remove = file.change('DELETE FROM item WHERE kind = ? AND key = ?')

  /** Rows as they are in the file, and as this transaction will leave them; `null` where there is no row. */
  const known = new Map<string, Kept<V> | null>()
  const changed = new Map<string, Kept<V> | null>()
  let held: number | undefined
  let added = 0
  let swept = false
  let time = 0

  function latest(key: string, own: ReadonlyMap<string, Kept<V> | null>): Kept<V> | null {
    const remembered = (own.has(key) ? own : changed.has(key) ? changed : known).get(key)
    if (remembered !== undefined) return remembered
    const row = find(kind, key)
    const kept = row ? { value: read(row[0]), until: row[1] } : null
    known.set(key, kept)
    return kept
  }

  function recall(keys: readonly string[]): void {
    const unknown = keys.filter((key) => !changed.has(key) && !known.has(key))
    if (unknown.length < WORTH_RECALLING) return
    const [found] = findAll(kind, JSON.stringify(unknown))!
    for (const key of unknown) known.set(key, null)
    for (const [key, value, until] of JSON.parse(found) as [string, string | null, number][]) {
      known.set(key, { value: read(value), until })
    }
  }

  /** Whether a key may be added besides so many others; if not, expired ones are removed, once per transaction. */
  function fits(writer: Writer, beside: number): boolean {
    held ??= count(kind)![0]
    if (held + beside < room.capacityFor(writer)) return true
    // A refused call's account that finds no room is dropped without removing others.
    if (swept || writer === 'refused') return false
    swept = true
    room.sweepBook(kind, time, LOOKS_WHEN_FULL)
    held = undefined
    return fits(writer, beside)
  }

  function begin(): void {
    changed.clear()
    held = undefined
    added = 0
    swept = false
  }

  file.defer({
    write() {
      const rows: [key: string, value: readonly number[] | null, until: number][] = []
      for (const [key, kept] of changed) {
        if (kept) rows.push([key, plain(kept.value), kept.until])
        else if (known.get(key) !== null) remove(kind, key)
        known.set(key, kept)
      }
      if (rows.length > 0) insertAll(kind, JSON.stringify(rows))
      if (added > 0) room.sweepBook(kind, time, LOOKS * added)
      if (known.size > KNOWN) known.clear()
      begin()
    },
    forget() {
      known.clear()
      begin()
    },
  })

  return {
    page(now, writer, keys) {
      time = now
      recall(keys)
      const own = new Map<string, Kept<V> | null>()
      let mine = 0

      function get(key: string): V | undefined {
        const kept = latest(key, own)
        return kept && kept.until > now ? kept.value : undefined
      }

      return {
        get,
        keep(key, value, until, by = writer) {
          if (get(key) === undefined) {
            if (!fits(by, added + mine)) return false
            mine++
          }
          own.set(key, { value, until })
          return true
        },
        drop: (key) => void own.set(key, null),
        done() {
          for (const [key, kept] of own) changed.set(key, kept)
          added += mine
        },
      }
    },
  }
}
