import { afterEach, beforeEach } from 'vitest'
import type { Receipt, Short, Tally } from '../charge.js'
import type { Attempt, VerificationFacts, VerificationTerms } from '../store.js'
import type { StoreUnderTest } from './store-under-test.js'

/** What a start fixes, with members changed. */
export const facts = (over: Partial<VerificationFacts> = {}): VerificationFacts => ({
  id: 'id-1',
  slot: 'id-slot-1',
  phoneDigest: 'digest-1',
  sitekey: 'shop',
  origin: 'https://shop.example',
  country: 'US',
  ...over,
})

/** Usual terms, with members changed. */
export const terms = (over: Partial<VerificationTerms> = {}): VerificationTerms => ({
  channel: 'sms',
  lifetime: 300_000,
  attempts: 3,
  cooldowns: [30_000, 60_000],
  ...over,
})

/** A charge of one that comes back all at once. */
export const tally = (key: string, limit: number, window: number): Tally => ({
  ...{ kind: 'tally', key, amount: 1, limit, window },
})

/** Whether there was room for all. */
export async function taken(consumed: Promise<Receipt | Short>): Promise<boolean> {
  return !('refused' in (await consumed))
}

/** Milliseconds between two checks, and until a lease is void. */
export const INTERVAL = 1000
export const PATIENCE = 20_000

/** A fresh store before each test, and what tests do with it again and again. */
export interface Bench extends StoreUnderTest {
  /** Adds a verification whose message was sent. */
  sent(facts?: Partial<VerificationFacts>, terms?: Partial<VerificationTerms>): Promise<void>
  /** Reserves an attempt that must not be refused. */
  attempt(id?: string): Promise<Attempt>
}

/** Makes a fresh store before each test of the suite it is called in. */
export function prepare(make: () => Promise<StoreUnderTest>): Bench {
  let fresh: StoreUnderTest
  beforeEach(async () => {
    fresh = await make()
  })
  afterEach(() => fresh.close())
  return {
    get store() {
      return fresh.store
    },
    advance: (milliseconds) => fresh.advance(milliseconds),
    another: () => fresh.another(),
    close: () => fresh.close(),
    async sent(over = {}, limits = {}) {
      await fresh.store.add(facts(over), terms(limits), PATIENCE)
      await fresh.store.recordSend(over.id ?? 'id-1', 'ref-1', 'sms')
    },
    async attempt(id = 'id-1') {
      const reserved = await fresh.store.reserveAttempt(id, INTERVAL, PATIENCE)
      if ('refused' in reserved) throw new Error(`refused: ${reserved.refused}`)
      return reserved
    },
  }
}
