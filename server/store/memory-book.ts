import type { Book } from './book.js'
import type { Account } from './charge.js'
import { ExpiringMap } from './expiring-map.js'

/** Accounts and marks in the memory of this process, each with room for `capacity`. */
export function memoryBook(capacity: number, now: () => number): Book {
  const accounts = new ExpiringMap<Account>(capacity, now)
  const marks = new ExpiringMap<true>(capacity, now)
  return {
    account: (key) => accounts.get(key),
    keep: (key, account, until) => accounts.set(key, account, until),
    drop: (key) => accounts.delete(key),
    isMarked: (key) => marks.get(key) !== undefined,
    mark: (key, until) => void marks.set(key, true, until),
  }
}
