import type { Book } from './book.js'
import type { Account, ChargedBy } from './charge.js'
import type { ExpiringMap } from './expiring-map.js'
import { PARTS } from './limits.js'

/** Bytes of an array, and of each number in it. */
const ARRAY_SIZE = 32
const NUMBER_SIZE = 8

/**
 * Accounts and marks in the memory of this process: one book for each kind of `ChargedBy`.
 *
 * @param map makes a map within the store's room
 */
export function memoryBooks(
  map: <V>(sizeOf: (value: V) => number) => ExpiringMap<V>,
): Record<ChargedBy, Book> {
  const accounts = map<Account>((account) => ARRAY_SIZE + NUMBER_SIZE * account.length)
  const marks = map<true>(() => 0)
  const bookOf = (by: ChargedBy): Book => ({
    account: (key) => accounts.get(key),
    keep: (key, account, until) => accounts.set(key, account, until, PARTS[by]),
    keepOfRefused: (key, account, until) => void accounts.set(key, account, until, PARTS.refused),
    drop(key) {
      accounts.delete(key)
      marks.delete(key)
    },
    isMarked: (key) => marks.get(key) !== undefined,
    mark: (key, until) => void marks.set(key, true, until, PARTS[by === 'operator' ? by : 'mark']),
  })
  return { start: bookOf('start'), 'under way': bookOf('under way'), operator: bookOf('operator') }
}
