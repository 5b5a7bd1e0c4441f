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

const KEEP = `
  INSERT INTO item (kind, key, value, until) VALUES (?, ?, ?, ?)
  ON CONFLICT DO UPDATE SET value = excluded.value, until = excluded.until`

/** Accounts and marks in a file. */
export interface FileBook {
  /** To be used inside of one step. @param most how many accounts, or marks, that step adds at most */
  at(now: number, most: number): Book
  /** Those of the accounts that are kept. One statement, also to be used inside of a look. */
  accounts(keys: readonly string[], now: number): ReadonlyMap<string, Account>
  /** Those of the marks that stand. One statement, also to be used inside of a look. */
  standing(marks: readonly string[], now: number): readonly string[]
}

/** The book of a file. */
export function sqliteBook(file: StoreFile, room: FileRoom): FileBook {
  const kept = file.first<[accounts: string]>(KEPT)
  const standing = file.first<[marks: string]>(STANDING)
  const find = file.first<[value: string | null]>(
    'SELECT value FROM item WHERE kind = ? AND key = ? AND until > ?',
  )
  const count = file.first<[number]>('SELECT n FROM tally WHERE kind = ?')
  const keep = file.change(KEEP)
  const drop = file.change(`DELETE FROM item WHERE kind IN ('counter', 'mark') AND key = ?`)

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
    at(now, most) {
      const accounts = new Map<string, Account | undefined>()
      const marks = new Map<string, boolean>()
      const accountFits = roomFor('counter', 'start', most, now)
      const markFits = roomFor('mark', 'mark', most, now)

      function account(key: string): Account | undefined {
        if (!accounts.has(key)) {
          const value = find('counter', key, now)?.[0]
          accounts.set(key, value ? (JSON.parse(value) as Account) : undefined)
        }
        return accounts.get(key)
      }

      function isMarked(key: string): boolean {
        const known = marks.get(key) ?? find('mark', key, now) !== undefined
        marks.set(key, known)
        return known
      }

      return {
        account,
        keep(key, next, until) {
          if (!account(key) && !accountFits()) return false
          accounts.set(key, next)
          keep('counter', key, JSON.stringify(next), until)
          return true
        },
        drop(key) {
          accounts.set(key, undefined)
          marks.set(key, false)
          drop(key)
        },
        isMarked,
        mark(key, until) {
          if (!isMarked(key) && !markFits()) return
          marks.set(key, true)
          keep('mark', key, null, until)
        },
      }
    },

    accounts(keys, now) {
      const found = kept(JSON.stringify(keys), now)![0]
      return new Map(Object.entries(JSON.parse(found) as Record<string, Account>))
    },

    standing: (marks, now) => JSON.parse(standing(JSON.stringify(marks), now)![0]) as string[],
  }
}
