import { apply, consume, refund, sums } from '../book.js'
import { StoreFullError, type Store } from '../store.js'
import { keysOfCharges, keysOfChanges } from './book-keys.js'
import { sqliteBook } from './book.js'
import type { StoreFile } from './file.js'
import type { FileClock } from './file-clock.js'
import type { FileRoom } from './room.js'
import { shelves } from './shelf.js'
import type { Work } from './turns.js'

type Keys = Omit<
  Store,
  | 'now'
  | 'recent'
  | 'add'
  | 'get'
  | 'recordSend'
  | 'discard'
  | 'reserveResend'
  | 'returnResend'
  | 'reserveAttempt'
  | 'settleAttempt'
  | 'countNumber'
  | 'eraseNumber'
  | 'close'
>

/** Keeps a group and the name of a member apart in a key. */
const SEPARATOR = '\u001f'

/** What the value of a call under way begins with, before its holder. No answer begins with it. */
const RUNNING = '\u001f'

/** The part of the store that is about keys. */
export function keys(file: StoreFile, { now, recent }: FileClock, room: FileRoom): Keys {
  const shelf = shelves(file, room)
  const claims = shelf<string>('claim', 'start')
  const calls = shelf<string | null>('call', 'call')
  const announcements = shelf<string>('announcement', 'operator')
  const book = sqliteBook(file, room)
  const members = file.all<[key: string, value: string]>(
    `SELECT key, value FROM item
     WHERE kind = 'announcement' AND key BETWEEN ?1 AND ?1 || char(0x10ffff) AND until > ?2`,
  )

  /** One step that adds something. If there is no room for it, expired entries are removed for the next. */
  async function adding<T>(work: Work<T>): Promise<T> {
    try {
      return await file.step(work)
    } catch (error) {
      if (error instanceof StoreFullError) await file.step(() => room.sweep(now()))
      throw error
    }
  }

  return {
    async claim(key, holder, ttl, by = 'start') {
      return adding(() => {
        const at = now()
        const claimed = claims.get(key, at)
        if (claimed !== undefined) return claimed === holder
        claims.set(key, holder, at + ttl, at, by)
        return true
      })
    },

    async release(key, holder) {
      await file.step(() => {
        if (claims.get(key, now()) === holder) claims.delete(key)
      })
    },

    async isClaimed(key, holder) {
      const at = await recent()
      return file.look(() => {
        const claimed = claims.get(key, at)
        return claimed !== undefined && claimed === (holder ?? claimed)
      })
    },

    async consume(charges, by = 'start') {
      const asked = keysOfCharges(charges)
      return adding(() => {
        const at = now()
        return book.step(at, by, asked, (accounts) => consume(accounts, charges, at))
      })
    },

    async refund(receipt) {
      const asked = keysOfCharges(receipt.charges)
      await file.step(() => {
        const at = now()
        book.step(at, 'under way', asked, (accounts) => refund(accounts, receipt, at))
      })
    },

    async apply(changes, by = 'under way') {
      const asked = keysOfChanges(changes)
      await file.step(() => {
        const at = now()
        book.step(at, by, asked, (accounts) => apply(accounts, changes, at))
      })
    },

    async sums(keys) {
      const at = await recent()
      const accounts = await file.look(() => book.accounts(keys, at))
      return sums((key) => accounts.get(key), keys, at)
    },

    async standing(marks) {
      const at = await recent()
      const standing = await file.look(() => book.standing(marks, at))
      return marks.map((mark) => standing.includes(mark))
    },

    async kept(keys) {
      const at = await recent()
      return file.look(() => book.accounts(keys, at).size + book.standing(keys, at).length)
    },

    async begin(key, holder, patience) {
      return adding(() => {
        const at = now()
        const call = calls.get(key, at)
        // Earlier versions named no holder.
        if (call === null || call?.startsWith(RUNNING)) return 'running'
        if (call !== undefined) return { answer: call }
        calls.set(key, RUNNING + holder, at + patience, at)
        return 'begun'
      })
    },

    async complete(key, holder, answer, ttl) {
      await adding(() => {
        const at = now()
        if (mayEnd(calls.get(key, at), holder)) calls.set(key, answer, at + ttl, at)
      })
    },

    async abandon(key, holder) {
      await file.step(() => {
        if (mayEnd(calls.get(key, now()), holder)) calls.delete(key)
      })
    },

    async announce(group, member, value, ttl) {
      return adding(() => {
        const at = now()
        // A server announces itself every other second, so expired entries are removed even where nobody calls.
        room.sweep(at)
        const prefix = group + SEPARATOR
        announcements.set(prefix + member, value, at + ttl, at)
        return new Map(members(prefix, at).map(([key, said]) => [key.slice(prefix.length), said]))
      })
    },

    async withdraw(group, member) {
      await file.step(() => announcements.delete(group + SEPARATOR + member))
    },
  }
}

/** Whether a call is this holder's, or no longer anybody's. */
function mayEnd(call: string | null | undefined, holder: string): boolean {
  return call === undefined || call === RUNNING + holder
}
