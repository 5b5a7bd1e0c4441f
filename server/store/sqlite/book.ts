import type { Book } from '../book.js'
import type { Account } from '../charge.js'
import type { StoreFile } from './file.js'
import type { FileRoom } from './room.js'
import { shelves } from './shelf.js'

/** Of these accounts those that are kept, as an object, and of these marks those that stand, as a list. */
const LOOK = `
  SELECT
    (SELECT json_group_object(key, json(value)) FROM item
     WHERE kind = 'counter' AND key IN (SELECT value FROM json_each(?1)) AND +until > ?3),
    (SELECT json_group_array(key) FROM item
     WHERE kind = 'mark' AND key IN (SELECT value FROM json_each(?2)) AND +until > ?3)`

/** Accounts and marks in a file. */
export interface FileBook {
  /** As they are at one instant. To be used inside of a step. */
  at(now: number): Book
  /** The same, where only these are asked for: they are read in one look, for each costs the same. */
  about(keys: readonly string[], marks: readonly string[], now: number): Book
}

/** The book of a file. */
export function sqliteBook(file: StoreFile, room: FileRoom): FileBook {
  const shelf = shelves(file, room)
  const accounts = shelf<string>('counter', 'start')
  const marks = shelf<null>('mark', 'mark')
  const look = file.first<[accounts: string, marks: string]>(LOOK)

  const at = (now: number): Book => ({
    account(key) {
      const kept = accounts.get(key, now)
      return kept === undefined ? undefined : (JSON.parse(kept) as Account)
    },
    keep: (key, account, until) => accounts.offer(key, JSON.stringify(account), until, now),
    drop(key) {
      accounts.delete(key)
      marks.delete(key)
    },
    isMarked: (key) => marks.get(key, now) !== undefined,
    mark: (key, until) => void marks.offer(key, null, until, now),
  })

  return {
    at,
    about(keys, named, now) {
      const [kept, standing] = look(JSON.stringify(keys), JSON.stringify(named), now)!
      const found = JSON.parse(kept) as Record<string, Account>
      const marked = JSON.parse(standing) as string[]
      return {
        ...at(now),
        account: (key) => (Object.hasOwn(found, key) ? found[key] : undefined),
        isMarked: (key) => marked.includes(key),
      }
    },
  }
}
