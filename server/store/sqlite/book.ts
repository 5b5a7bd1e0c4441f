import type { Book } from '../book.js'
import type { Account, ChargedBy } from '../charge.js'
import type { BookKeys } from './book-keys.js'
import type { StoreFile } from './file.js'
import { ledgerIn } from './ledger.js'
import type { FileRoom } from './room.js'

/** Those of these accounts that are kept, as an object. */
const KEPT = `
  SELECT json_group_object(item.key, json(item.value)) FROM json_each(?1) AS asked
  CROSS JOIN item ON item.kind = 'counter' AND item.key = asked.value WHERE +until > ?2`

/** Those of these marks that stand, as a list. */
const STANDING = `
  SELECT json_group_array(item.key) FROM json_each(?1) AS asked
  CROSS JOIN item ON item.kind = 'mark' AND item.key = asked.value WHERE +until > ?2`

/** Accounts and marks in a file. */
export interface FileBook {
  /** Does `work`, which looks at these keys, completely or not at all. To be used inside a step. */
  step<T>(now: number, by: ChargedBy, keys: BookKeys, work: (book: Book) => T): T
  /** Those of the accounts that are kept. One statement, to be used inside a look. */
  accounts(keys: readonly string[], now: number): ReadonlyMap<string, Account>
  /** Those of the marks that stand. One statement, to be used inside a look. */
  standing(marks: readonly string[], now: number): readonly string[]
}

/** The book of a file. */
export function sqliteBook(file: StoreFile, room: FileRoom): FileBook {
  const kept = file.first<[accounts: string]>(KEPT)
  const standing = file.first<[marks: string]>(STANDING)
  const counters = ledgerIn<Account>(file, room, {
    kind: 'counter',
    read: (text) => JSON.parse(text!) as Account,
    plain: (account) => account,
  })
  const marks = ledgerIn<true>(file, room, {
    kind: 'mark',
    read: () => true,
    plain: () => null,
  })

  return {
    step(now, by, keys, work) {
      const accounts = counters.page(now, by, keys.accounts)
      const marked = marks.page(now, by === 'operator' ? by : 'mark', keys.marks)
      const result = work({
        account: (key) => accounts.get(key),
        keep: (key, account, until) => accounts.keep(key, account, until),
        keepOfRefused: (key, account, until) => void accounts.keep(key, account, until, 'refused'),
        drop(key) {
          accounts.drop(key)
          marked.drop(key)
        },
        isMarked: (key) => marked.get(key) ?? false,
        mark: (key, until) => void marked.keep(key, true, until),
      })
      accounts.done()
      marked.done()
      return result
    },

    accounts(keys, now) {
      const found = kept(JSON.stringify(keys), now)![0]
      return new Map(Object.entries(JSON.parse(found) as Record<string, Account>))
    },

    standing: (marks, now) => JSON.parse(standing(JSON.stringify(marks), now)![0]) as string[],
  }
}
