import type { Channel } from '../../contract/index.js'
import { consume, earn, refund } from './book.js'
import type { Charge, Payday, Receipt } from './charge.js'
import { sharedClock, systemTime } from './clock.js'
import {
  mayReplace,
  maySupersede,
  newEntry,
  refresh,
  settle,
  snapshot,
  takeAttempt,
  takeResend,
  type Entry,
} from './entry.js'
import { ExpiringMap } from './expiring-map.js'
import { memoryBook } from './memory-book.js'
import {
  StoreError,
  type Settlement,
  type Store,
  type VerificationFacts,
  type VerificationTerms,
} from './store.js'

/** Settings of a memory store. */
export interface MemoryStoreOptions {
  /** Milliseconds since 1970. @default a clock that starts right and is not moved by whoever sets the system's */
  now?: () => number
  /** Most verifications, and most entries of every other kind, held at once. @default 200000 */
  capacity?: number
}

/**
 * A store in the memory of this process, for tests and trials: a restart forgets everything, two processes share nothing.
 *
 * Each method decides and acts without awaiting in between, which is what makes it one atomic step.
 */
export function memoryStore({
  now = sharedClock(systemTime()),
  capacity = 200_000,
}: MemoryStoreOptions = {}): Store {
  const entries = new ExpiringMap<Entry>(capacity, now)
  const slots = new ExpiringMap<string>(capacity, now)
  /** Who is having a message sent for a slot at this moment. */
  const senders = new ExpiringMap<string>(capacity, now)
  const claims = new ExpiringMap<string>(capacity, now)
  const book = memoryBook(capacity, now)
  const calls = new ExpiringMap<{ answer: string } | 'running'>(capacity, now)
  const announcements = new ExpiringMap<{ group: string; member: string; value: string }>(capacity, now)
  let leases = 0

  function look(id: string): Entry | undefined {
    const entry = entries.get(id)
    return entry && refresh(entry, now())
  }

  function forget(id: string): void {
    const entry = entries.get(id)
    if (!entry) return
    entries.delete(id)
    if (slots.get(entry.facts.slot) === id) slots.delete(entry.facts.slot)
    if (senders.get(entry.facts.slot) === id) senders.delete(entry.facts.slot)
  }

  function ofNumber(phoneDigests: readonly string[]): Entry[] {
    return entries.values().filter(({ facts }) => phoneDigests.includes(facts.phoneDigest))
  }

  function end(id: string | undefined, may: (older: Entry) => boolean): void {
    const older = id === undefined ? undefined : look(id)
    if (older && may(older)) forget(older.facts.id)
  }

  return {
    async now() {
      return now()
    },

    async add(facts: VerificationFacts, terms: VerificationTerms, patience: number) {
      if (senders.get(facts.slot) !== undefined) return 'busy'
      const entry = newEntry(facts, terms, now())
      const fits =
        entries.set(facts.id, entry, entry.until) && senders.set(facts.slot, facts.id, now() + patience)
      if (!fits) entries.delete(facts.id)
      return fits ? snapshot(entry) : 'full'
    },

    async get(id: string) {
      const entry = look(id)
      return entry && snapshot(entry)
    },

    async recordSend(id: string, reference: string, channel: Channel, otherSlot?: string) {
      const entry = look(id)
      if (entry?.state !== 'sending' && entry?.state !== 'sent') return false
      if (entry.state === 'sending') {
        const { facts, supersedes } = entry
        const { slot } = facts
        end(slots.get(slot), (older) => mayReplace(facts, older))
        if (otherSlot !== undefined) end(slots.get(otherSlot), (older) => mayReplace(facts, older))
        end(supersedes, (older) => maySupersede(facts, older))
        slots.set(slot, id, entry.until)
        if (senders.get(slot) === id) senders.delete(slot)
      }
      Object.assign(entry, { state: 'sent', reference, channel, supersedes: undefined })
      return true
    },

    async discard(id: string) {
      const entry = look(id)
      if (entry && entry.state !== 'verified' && !entry.lease) forget(id)
    },

    async reserveResend(id: string) {
      return takeResend(look(id), now())
    },

    async returnResend(id: string) {
      const entry = look(id)
      if (entry && entry.resendsUsed > 0) entry.resendsUsed--
    },

    async reserveAttempt(id: string, interval: number, patience: number) {
      return takeAttempt(look(id), now(), { interval, patience, newLease: () => String(++leases) })
    },

    async settleAttempt(id: string, lease: string, settlement: Settlement) {
      const entry = look(id)
      if (!entry || !settle(entry, now(), lease, settlement)) return undefined
      entries.set(id, entry, entry.until)
      return snapshot(entry)
    },

    async claim(key: string, holder: string, ttl: number) {
      const claimed = claims.get(key)
      if (claimed !== undefined) return claimed === holder
      if (!claims.set(key, holder, now() + ttl)) throw new StoreError('The memory store is full.')
      return true
    },

    async release(key: string, holder: string) {
      if (claims.get(key) === holder) claims.delete(key)
    },

    async isClaimed(key: string) {
      return claims.get(key) !== undefined
    },

    async consume(charges: readonly Charge[]) {
      return consume(book, charges, now())
    },

    async refund(receipt: Receipt) {
      refund(book, receipt, now())
    },

    async earn(payday: Payday) {
      earn(book, payday, now())
    },

    async begin(key: string, patience: number) {
      const call = calls.get(key)
      if (call) return call
      if (!calls.set(key, 'running', now() + patience)) throw new StoreError('The memory store is full.')
      return 'begun'
    },

    async complete(key: string, answer: string, ttl: number) {
      calls.set(key, { answer }, now() + ttl)
    },

    async abandon(key: string) {
      calls.delete(key)
    },

    async announce(group: string, member: string, value: string, ttl: number) {
      if (!announcements.set(`${group} ${member}`, { group, member, value }, now() + ttl)) {
        throw new StoreError('The memory store is full.')
      }
      const living = announcements.values().filter((one) => one.group === group)
      return new Map(living.map((one) => [one.member, one.value]))
    },

    async withdraw(group: string, member: string) {
      announcements.delete(`${group} ${member}`)
    },

    async countNumber(phoneDigests: readonly string[]) {
      return ofNumber(phoneDigests).length
    },

    async eraseNumber(phoneDigests: readonly string[]) {
      const erased = ofNumber(phoneDigests)
      for (const { facts } of erased) forget(facts.id)
      return erased.length
    },

    async close() {},
  }
}
