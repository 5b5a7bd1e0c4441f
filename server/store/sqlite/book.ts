import type { Book } from '../book.js'
import type { Account } from '../charge.js'
import type { StoreFile } from './file.js'
import type { FileRoom } from './room.js'
import { shelves } from './shelf.js'

/** Of these accounts those that are kept, as an object. */
const KEPT = `
  SELECT json_group_object(key, json(value)) FROM item
  WHERE kind = 'counter' AND key IN (SELECT value FROM json_each(?1)) AND +until > ?2`

/** Of these marks those that stand, as a list. */
const STANDING = `
  SELECT json_group_array(key) FROM item
  WHERE kind = 'mark' AND key IN (SELECT value FROM json_each(?1)) AND +until > ?2`

/** Accounts and marks in a file. */
export interface FileBook {
  /** As they are at one instant. To be used inside of a step. */
  at(now: number): Book
  /** The same, where only these are asked for: they are read at once, for each statement costs the same. */
  about(keys: readonly string[], marks: readonly string[], now: number): Book
  /** Those of the marks that stand. To be used inside of a step or a look. */
  standing(marks: readonly string[], now: number): readonly string[]
}

/** The book of a file. */
export function sqliteBook(file: StoreFile, room: FileRoom): FileBook {
  const shelf = shelves(file, room)
  const accounts = shelf<string>('counter', 'start')
  const marks = shelf<null>('mark', 'mark')
  const kept = file.first<[accounts: string]>(KEPT)
  const standing = file.first<[marks: string]>(STANDING)

  const at = (now: number): Book => ({
    account(key) {
      const found = accounts.get(key, now)
      return found === undefined ? undefined : (JSON.parse(found) as Account)
    },
    keep: (key, account, until) => accounts.offer(key, JSON.stringify(account), until, now),
    drop(key) {
      accounts.delete(key)
      marks.delete(key)
    },
    isMarked: (key) => marks.get(key, now) !== undefined,
    mark: (key, until) => void marks.offer(key, null, until, now),
  })

  const standingOf = (named: readonly string[], now: number) =>
    JSON.parse(standing(JSON.stringify(named), now)![0]) as string[]

  return {
    at,
    standing: standingOf,
    about(keys, named, now) {
      const found = JSON.parse(kept(JSON.stringify(keys), now)![0]) as Record<string, Account>
      const marked = standingOf(named, now)
      return {
        ...at(now),
        account: (key) => (Object.hasOwn(found, key) ? found[key] : undefined),
        isMarked: (key) => marked.includes(key),
      }
    },
  }
}
