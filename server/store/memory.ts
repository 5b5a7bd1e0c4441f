import type { Channel } from '../../contract/index.js'
import { ExpiringMap } from './expiring-map.js'
import {
  StoreError,
  type Attempt,
  type AttemptRefusal,
  type Charge,
  type ResendRefusal,
  type Settlement,
  type Store,
  type Verification,
  type VerificationFacts,
  type VerificationTerms,
} from './store.js'

/** How long a verification can still be asked about after its end, in milliseconds. */
const AFTERLIFE = 10 * 60_000

/** The same once it is verified: longer than a fresh token may be asked for. */
const VERIFIED_AFTERLIFE = 40 * 60_000

/** How many attempts of one verification are ever given back. */
const MOST_GIVEN_BACK = 10

/** What the memory knows of one verification beyond what it tells. */
interface Entry {
  facts: VerificationFacts
  state: Verification['state']
  channel: Channel
  expiresAt: number
  attemptsRemaining: number
  cooldowns: readonly number[]
  resendsUsed: number
  resendAvailableAt: number
  reference: string | undefined
  lease: { name: string; until: number } | undefined
  lastAttemptAt: number
  proof: string | undefined
  supersedes: string | undefined
  givenBack: number
}

/** Settings of a memory store. */
export interface MemoryStoreOptions {
  /** Milliseconds since 1970. @default a clock that starts right and is not moved by whoever sets the system's */
  now?: () => number
  /** Most verifications, and most entries of every other kind, held at once. @default 200000 */
  capacity?: number
}

/** Milliseconds since 1970, counted from the start of this process: limits and lifetimes survive a jump of the clock. */
function steadyClock(): number {
  return Math.floor(performance.timeOrigin + performance.now())
}

/**
 * A store in the memory of this process, for tests and trials: a restart forgets everything, two processes share nothing.
 *
 * Each method decides and acts without awaiting in between, which is what makes it one atomic step.
 */
export function memoryStore({ now = steadyClock, capacity = 200_000 }: MemoryStoreOptions = {}): Store {
  const entries = new ExpiringMap<Entry>(capacity, now)
  const slots = new ExpiringMap<string>(capacity, now)
  /** Who is having a message sent for a slot at this moment. */
  const senders = new ExpiringMap<string>(capacity, now)
  const claims = new ExpiringMap<string>(capacity, now)
  const counters = new ExpiringMap<{ count: number; until: number }>(capacity, now)
  const calls = new ExpiringMap<{ answer: string } | 'running'>(capacity, now)
  const announcements = new ExpiringMap<{ group: string; member: string; value: string }>(capacity, now)
  let leases = 0

  /** The entry with its state brought up to date: time ends a verification whether or not anybody looks. */
  function look(id: string): Entry | undefined {
    const entry = entries.get(id)
    if (!entry) return undefined
    if (entry.lease && entry.lease.until <= now()) entry.lease = undefined
    if (entry.state === 'sending' || entry.state === 'sent') {
      if (entry.lease) return entry
      if (entry.expiresAt <= now()) entry.state = 'expired'
      else if (entry.attemptsRemaining <= 0) entry.state = 'exhausted'
    }
    return entry
  }

  function snapshot(entry: Entry): Verification {
    const { facts, state, channel, expiresAt, attemptsRemaining, resendAvailableAt, proof } = entry
    const resendsRemaining = entry.cooldowns.length - entry.resendsUsed
    return {
      ...facts,
      state,
      channel,
      expiresAt,
      attemptsRemaining,
      resendsRemaining,
      resendAvailableAt,
      proof,
    }
  }

  function forget(id: string): void {
    const entry = entries.get(id)
    if (!entry) return
    entries.delete(id)
    if (slots.get(entry.facts.slot) === id) slots.delete(entry.facts.slot)
    if (senders.get(entry.facts.slot) === id) senders.delete(entry.facts.slot)
  }

  /** Ends a verification that another takes the place of, unless it is proven: a proof is not lost to a new start. */
  function replace(id: string | undefined, { facts }: Entry): void {
    const replaced = id === undefined ? undefined : look(id)
    if (!replaced || replaced.state === 'verified' || replaced.facts.id === facts.id) return
    if (replaced.facts.sitekey === facts.sitekey && replaced.facts.origin === facts.origin) forget(id!)
  }

  /** Why a verification that is not `sent` takes neither checks nor resends. */
  function ended(entry: Entry | undefined): 'not_found' | 'expired' | 'exhausted' | 'verified' | undefined {
    if (!entry || entry.state === 'sending') return 'not_found'
    return entry.state === 'sent' ? undefined : entry.state
  }

  return {
    async now() {
      return now()
    },

    async add(facts: VerificationFacts, terms: VerificationTerms, patience: number) {
      if (senders.get(facts.slot) !== undefined) return 'busy'
      const { channel, lifetime, attempts, cooldowns, supersedes } = terms
      const at = now()
      const entry: Entry = {
        facts,
        state: 'sending',
        channel,
        expiresAt: at + lifetime,
        attemptsRemaining: attempts,
        cooldowns,
        resendsUsed: 0,
        resendAvailableAt: at + (cooldowns[0] ?? 0),
        reference: undefined,
        lease: undefined,
        lastAttemptAt: -Infinity,
        proof: undefined,
        supersedes,
        givenBack: 0,
      }
      const fits =
        entries.set(facts.id, entry, entry.expiresAt + AFTERLIFE) &&
        senders.set(facts.slot, facts.id, at + patience)
      if (!fits) entries.delete(facts.id)
      return fits ? snapshot(entry) : 'full'
    },

    async get(id: string) {
      const entry = look(id)
      return entry && snapshot(entry)
    },

    async recordSend(id: string, reference: string, channel: Channel) {
      const entry = look(id)
      if (entry?.state !== 'sending' && entry?.state !== 'sent') return false
      if (entry.state === 'sending') {
        const { slot } = entry.facts
        replace(slots.get(slot), entry)
        replace(entry.supersedes, entry)
        slots.set(slot, id, entry.expiresAt + AFTERLIFE)
        if (senders.get(slot) === id) senders.delete(slot)
      }
      Object.assign(entry, { state: 'sent', reference, channel })
      return true
    },

    async discard(id: string) {
      const entry = look(id)
      if (entry && entry.state !== 'verified' && !entry.lease) forget(id)
    },

    async reserveResend(id: string): Promise<{ reference: string } | ResendRefusal> {
      const entry = look(id)
      const refused = ended(entry)
      if (refused || entry?.reference === undefined) return { refused: refused ?? 'not_found' }
      if (entry.resendsUsed >= entry.cooldowns.length) return { refused: 'none_left' }
      const wait = entry.resendAvailableAt - now()
      if (wait > 0) return { refused: 'too_soon', wait }
      entry.resendsUsed++
      // The last resend's own cooldown guards a resend that is given back.
      entry.resendAvailableAt = now() + (entry.cooldowns[entry.resendsUsed] ?? entry.cooldowns.at(-1)!)
      return { reference: entry.reference }
    },

    async returnResend(id: string) {
      const entry = look(id)
      if (entry && entry.resendsUsed > 0) entry.resendsUsed--
    },

    async reserveAttempt(id: string, interval: number, patience: number): Promise<Attempt | AttemptRefusal> {
      const entry = look(id)
      if (entry?.lease) return { refused: 'busy', wait: Math.min(1000, entry.lease.until - now()) }
      const refused = ended(entry)
      if (refused || entry?.reference === undefined) return { refused: refused ?? 'not_found' }
      const wait = entry.lastAttemptAt + interval - now()
      if (wait > 0) return { refused: 'too_soon', wait }
      entry.attemptsRemaining--
      entry.lastAttemptAt = now()
      entry.lease = { name: String(++leases), until: now() + patience }
      return { lease: entry.lease.name, reference: entry.reference }
    },

    async settleAttempt(id: string, lease: string, settlement: Settlement) {
      const entry = entries.get(id)
      // A void lease settles nothing: its attempt is spent and another may be under way.
      if (entry?.lease?.name !== lease || entry.lease.until <= now()) return undefined
      entry.lease = undefined
      if (settlement.as === 'unasked') {
        if (entry.givenBack++ < MOST_GIVEN_BACK) entry.attemptsRemaining++
      } else if (settlement.as === 'incorrect') {
        entry.attemptsRemaining = Math.min(entry.attemptsRemaining, settlement.cap ?? Infinity)
      } else if (settlement.as !== 'unknown') entry.state = settlement.as
      if (settlement.as === 'verified') {
        entry.proof = settlement.proof
        entries.set(id, entry, now() + VERIFIED_AFTERLIFE)
      }
      return snapshot(look(id) ?? entry)
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
      if (charges.some(({ key, limit }) => (counters.get(key)?.count ?? 0) >= limit)) return false
      for (const { key, window } of charges) {
        const counter = counters.get(key)
        if (counter) counter.count++
        else {
          const until = now() + window
          if (!counters.set(key, { count: 1, until }, until))
            throw new StoreError('The memory store is full.')
        }
      }
      return true
    },

    async refund(charges: readonly Charge[]) {
      for (const { key } of charges) {
        const counter = counters.get(key)
        if (counter && counter.count > 0) counter.count--
      }
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

    async close() {},
  }
}
