import type { Book } from '../book.js'
import type { Account } from '../charge.js'
import type { StoreFile } from './file.js'
import type { FileRoom } from './room.js'
import { shelves } from './shelf.js'

/** Accounts and marks in a file, as they are at one instant. To be used inside of a step. */
export function sqliteBook(file: StoreFile, room: FileRoom): (now: number) => Book {
  const shelf = shelves(file, room)
  const accounts = shelf<string>('counter', 'start')
  const marks = shelf<null>('mark', 'mark')
  return (now) => ({
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
}
