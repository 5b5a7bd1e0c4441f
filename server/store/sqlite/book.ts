import type { Book } from '../book.js'
import type { Account } from '../charge.js'
import type { StoreFile } from './file.js'
import type { Asker, FileRoom } from './room.js'
import { SWEEP } from './schema.js'

/** Of these accounts those that are kept, as an object. */
const KEPT = `
  SELECT json_group_object(key, json(value)) FROM item
  WHERE kind = 'counter' AND key IN (SELECT value FROM json_each(?1)) AND +until > ?2`

/** Of these marks those that stand, as a list. */
const STANDING = `
  SELECT json_group_array(key) FROM item
  WHERE kind = 'mark' AND key IN (SELECT value FROM json_each(?1)) AND +until > ?2`

/** Keeps all members of an object of one kind: what each holds, and until when. */
const KEEP = `
  INSERT INTO item (kind, key, value, until)
  SELECT ?1, key, value ->> 0, value ->> 1 FROM json_each(?2) WHERE true
  ON CONFLICT DO UPDATE SET value = excluded.value, until = excluded.until`

const DROP = `
  DELETE FROM item WHERE kind IN ('counter', 'mark') AND key IN (SELECT value FROM json_each(?))`

/** Accounts and marks in a file. */
export interface FileBook {
  /**
   * Lets `work` use these accounts and marks, as they are at one instant, and then writes what it has changed. To be used
   * inside of a step. Each statement costs the same, so all are read at once, and written at once.
   */
  use<T>(keys: readonly string[], marks: readonly string[], now: number, work: (book: Book) => T): T
  /** Those of the marks that stand. To be used inside of a step or a look. */
  standing(marks: readonly string[], now: number): readonly string[]
}

/** The book of a file. */
export function sqliteBook(file: StoreFile, room: FileRoom): FileBook {
  const kept = file.first<[accounts: string]>(KEPT)
  const standing = file.first<[marks: string]>(STANDING)
  const count = file.first<[number]>('SELECT n FROM tally WHERE kind = ?')
  const keep = file.change(KEEP)
  const drop = file.change(DROP)

  function accountsOf(keys: readonly string[], now: number): Map<string, Account> {
    if (keys.length === 0) return new Map()
    return new Map(Object.entries(JSON.parse(kept(JSON.stringify(keys), now)![0]) as Record<string, Account>))
  }

  function standingOf(marks: readonly string[], now: number): string[] {
    if (marks.length === 0) return []
    return JSON.parse(standing(JSON.stringify(marks), now)![0]) as string[]
  }

  /** Tells for each new key of one kind whether there is room for it, once what is over has made some. */
  function roomFor(kind: string, asker: Asker, most: number, now: number): () => boolean {
    let left: number | undefined
    return function taken() {
      if (left === undefined) {
        room.sweepKeys(kind, now, SWEEP * most)
        left = room.capacityFor(asker) - count(kind)![0]
      }
      return left-- > 0
    }
  }

  return {
    standing: standingOf,
    use(keys, named, now, work) {
      const accounts = accountsOf(keys, now)
      const marked = new Set(standingOf(named, now))
      const changed = new Map<string, [Account, until: number]>()
      const made = new Map<string, [null, until: number]>()
      const dropped = new Set<string>()
      const accountFits = roomFor('counter', 'start', keys.length, now)
      const markFits = roomFor('mark', 'mark', named.length, now)

      const result = work({
        account: (key) => accounts.get(key),
        keep(key, account, until) {
          if (!accounts.has(key) && !accountFits()) return false
          accounts.set(key, account)
          changed.set(key, [account, until])
          return true
        },
        drop(key) {
          for (const names of [accounts, marked, changed, made]) names.delete(key)
          dropped.add(key)
        },
        isMarked: (key) => marked.has(key),
        mark(key, until) {
          if (!marked.has(key) && !markFits()) return
          marked.add(key)
          made.set(key, [null, until])
        },
      })

      if (dropped.size > 0) drop(JSON.stringify([...dropped]))
      if (changed.size > 0) keep('counter', JSON.stringify(Object.fromEntries(changed)))
      if (made.size > 0) keep('mark', JSON.stringify(Object.fromEntries(made)))
      return result
    },
  }
}
