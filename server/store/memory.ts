import type { Channel } from '../../contract/index.js'
import { apply, consume, refund, sums } from './book.js'
import type { Charge, ChargedBy, AccountChanges, Receipt } from './charge.js'
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
import { ExpiringMap, Room } from './expiring-map.js'
import { MEMORY_LIMITS, PARTS } from './limits.js'
import { memoryBooks } from './memory-book.js'
import { LONGEST_STATE, packFacts, packState, unpackEntry, type PackedEntry } from './packed-entry.js'
import {
  StoreFullError,
  type Settlement,
  type Store,
  type VerificationFacts,
  type VerificationTerms,
} from './store.js'

/** Settings of a memory store. */
export interface MemoryStoreOptions {
  /** Milliseconds since 1970. @default a clock that starts right and does not move when the system's is set */
  now?: () => number
  /** Most verifications, and most entries of every other kind, held at once. @default 200000 */
  capacity?: number
  /** Bytes that all of it may take. @default 64 MiB, which some 25,000 verifications reach */
  bytes?: number
}

/** Bytes that a running call may grow to: the longest answer is that of a check, with a token. */
const LONGEST_ANSWER = 4096

/** Who has a slot, and who is having a message sent for it at this moment. */
interface Slot {
  readonly holder: string | undefined
  readonly sender: { readonly id: string; readonly until: number } | undefined
  readonly until: number
}

/** Most bytes of a slot: ids are kept once, by the verifications. */
const SLOT_SIZE = 136

/**
 * A store in the memory of this process, for tests and trials: a restart forgets everything, two processes share nothing.
 *
 * Each method decides and acts without awaiting in between, which is what makes it one atomic step.
 *
 * @throws TypeError for a capacity or a number of bytes that leaves room for nothing
 */
export function memoryStore({
  now = sharedClock(systemTime()),
  capacity = MEMORY_LIMITS.capacity,
  bytes = MEMORY_LIMITS.bytes,
}: MemoryStoreOptions = {}): Store {
  if (!(capacity >= 1 && bytes >= 1)) throw new TypeError('capacity and bytes are 1 or more.')
  const room = new Room(bytes, now)
  const map = <V>(sizeOf: (value: V) => number) => new ExpiringMap<V>(room, { capacity, sizeOf })
  // Made for a start, so that strangers fill one part of the room and visitors under way have the rest.
  const entries = map<PackedEntry>(({ facts }) => textSize(facts) + LONGEST_STATE)
  const slots = map<Slot>(() => SLOT_SIZE)
  const books = memoryBooks(map)
  const book = books['under way']
  const claims = map<string>(textSize)
  const calls = map<{ answer: string } | { holder: string }>((call) =>
    'holder' in call ? LONGEST_ANSWER : textSize(call.answer),
  )
  const announcements = map<{ group: string; member: string; value: string }>(({ group, member, value }) =>
    textSize(group + member + value),
  )
  let leases = 0

  function look(id: string): Entry | undefined {
    const packed = entries.get(id)
    return packed && refresh(unpackEntry(id, packed), now())
  }

  function save(entry: Entry, facts: string): boolean {
    return entries.set(entry.facts.id, { facts, state: packState(entry) }, entry.until, PARTS.start)
  }

  function keepSlot(name: string, slot: Slot): boolean {
    return slots.set(name, slot, slot.until, PARTS.start)
  }

  function saveAgain(entry: Entry): void {
    save(entry, entries.get(entry.facts.id)!.facts)
  }

  function forget({ facts: { id, slot } }: Entry): void {
    entries.delete(id)
    const taken = slots.get(slot)
    if (!taken) return
    const holder = taken.holder === id ? undefined : taken.holder
    const sender = taken.sender?.id === id ? undefined : taken.sender
    if (holder !== undefined || sender) keepSlot(slot, { holder, sender, until: taken.until })
    else slots.delete(slot)
  }

  function ofNumber(phoneDigests: readonly string[]): Entry[] {
    return entries
      .entries()
      .map(([id, packed]) => unpackEntry(id, packed))
      .filter(({ facts }) => phoneDigests.includes(facts.phoneDigest))
  }

  function end(id: string | undefined, may: (older: Entry) => boolean): void {
    const older = id === undefined ? undefined : look(id)
    if (older && may(older)) forget(older)
  }

  return {
    async now() {
      return now()
    },

    async recent() {
      return now()
    },

    async add(facts: VerificationFacts, terms: VerificationTerms, patience: number) {
      const { id, slot } = facts
      const taken = slots.get(slot)
      if (taken?.sender && taken.sender.until > now()) return 'busy'
      const entry = newEntry(facts, terms, now())
      if (!save(entry, packFacts(entry))) return 'full'
      const sender = { id, until: now() + patience }
      const until = Math.max(entry.until, sender.until, taken?.until ?? 0)
      if (keepSlot(slot, { holder: taken?.holder, sender, until })) return snapshot(entry)
      entries.delete(id)
      return 'full'
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
        const taken = slots.get(facts.slot)
        const sender = taken?.sender?.id === id ? undefined : taken?.sender
        const until = Math.max(entry.until, taken?.until ?? 0)
        // It has had its room since it was added, unless a later caller has given that up.
        if (!keepSlot(facts.slot, { holder: id, sender, until })) return false
        end(taken?.holder, (older) => mayReplace(facts, older))
        if (otherSlot !== undefined) end(slots.get(otherSlot)?.holder, (older) => mayReplace(facts, older))
        end(supersedes, (older) => maySupersede(facts, older))
      }
      saveAgain({ ...entry, state: 'sent', reference, channel, supersedes: undefined })
      return true
    },

    async discard(id: string) {
      const entry = look(id)
      if (entry && entry.state !== 'verified' && !entry.lease) forget(entry)
    },

    async reserveResend(id: string) {
      const entry = look(id)
      const taken = takeResend(entry, now())
      if ('reference' in taken) saveAgain(entry!)
      return taken
    },

    async returnResend(id: string) {
      const entry = look(id)
      if (!entry || entry.resendsUsed === 0) return
      entry.resendsUsed--
      saveAgain(entry)
    },

    async reserveAttempt(id: string, interval: number, patience: number) {
      const entry = look(id)
      const taken = takeAttempt(entry, now(), { interval, patience, newLease: () => String(++leases) })
      if ('lease' in taken) saveAgain(entry!)
      return taken
    },

    async settleAttempt(id: string, lease: string, settlement: Settlement) {
      const entry = look(id)
      if (!entry || !settle(entry, now(), lease, settlement)) return undefined
      saveAgain(entry)
      return snapshot(entry)
    },

    async claim(key: string, holder: string, ttl: number, by: ChargedBy = 'start') {
      const claimed = claims.get(key)
      if (claimed !== undefined) return claimed === holder
      if (!claims.set(key, holder, now() + ttl, PARTS[by]))
        throw new StoreFullError('The memory store is full.')
      return true
    },

    async release(key: string, holder: string) {
      if (claims.get(key) === holder) claims.delete(key)
    },

    async isClaimed(key: string, holder?: string) {
      const claimed = claims.get(key)
      return claimed !== undefined && claimed === (holder ?? claimed)
    },

    async consume(charges: readonly Charge[], by: ChargedBy = 'start') {
      return consume(books[by], charges, now())
    },

    async refund(receipt: Receipt) {
      refund(book, receipt, now())
    },

    async apply(changes: AccountChanges, by: ChargedBy = 'under way') {
      apply(books[by], changes, now())
    },

    async sums(keys: readonly string[]) {
      return sums(book.account, keys, now())
    },

    async standing(marks: readonly string[]) {
      return marks.map(book.isMarked)
    },

    async kept(keys: readonly string[]) {
      return keys.filter((key) => book.account(key) !== undefined || book.isMarked(key)).length
    },

    async begin(key: string, holder: string, patience: number) {
      const call = calls.get(key)
      if (call) return 'holder' in call ? 'running' : call
      if (!calls.set(key, { holder }, now() + patience, PARTS.call))
        throw new StoreFullError('The memory store is full.')
      return 'begun'
    },

    async complete(key: string, holder: string, answer: string, ttl: number) {
      if (!mayEnd(calls.get(key), holder)) return
      if (!calls.set(key, { answer }, now() + ttl, PARTS.call))
        throw new StoreFullError('The memory store is full.')
    },

    async abandon(key: string, holder: string) {
      if (mayEnd(calls.get(key), holder)) calls.delete(key)
    },

    async announce(group: string, member: string, value: string, ttl: number) {
      const said = { group, member, value }
      if (!announcements.set(`${group} ${member}`, said, now() + ttl, PARTS.operator)) {
        throw new StoreFullError('The memory store is full.')
      }
      const living = announcements.entries().filter(([, one]) => one.group === group)
      return new Map(living.map(([, one]) => [one.member, one.value]))
    },

    async withdraw(group: string, member: string) {
      announcements.delete(`${group} ${member}`)
    },

    async countNumber(phoneDigests: readonly string[]) {
      return { verifications: ofNumber(phoneDigests).length, skipped: 0 }
    },

    async eraseNumber(phoneDigests: readonly string[]) {
      const erased = ofNumber(phoneDigests)
      for (const entry of erased) forget(entry)
      return { verifications: erased.length, skipped: 0 }
    },

    async close() {},
  }
}

/** Whether a call is this holder's, or no longer anybody's. */
function mayEnd(call: { answer: string } | { holder: string } | undefined, holder: string): boolean {
  return !call || ('holder' in call && call.holder === holder)
}

/** V8 keeps a character in a byte where all of them are of the first 256, else each in two. */
function textSize(text: string): number {
  return /[^\0-\xff]/.test(text) ? 2 * text.length : text.length
}
