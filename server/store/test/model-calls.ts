import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { CHANNELS } from '../../../contract/index.js'
import type { Charge, Settlement, Store } from '../store.js'
import { facts, PATIENCE, terms } from './bench.js'

/** A store that calls are made of, and what became of the calls so far. */
export interface Side {
  store: Store
  /** Ids of the verifications that were added, in their order. */
  ids: string[]
  /** Attempts that were reserved, in their order. */
  attempts: { id: string; lease: string }[]
  /** Comes before every key, so that runs in one store do not meet. */
  run: string
  advance(milliseconds: number): void
}

/** A call that can be made of any store; in print, its name and arguments. */
export interface Call {
  /** Makes it. @returns what can be compared between stores. */
  make(side: Side): Promise<unknown>
}

function call<Args extends unknown[]>(
  name: string,
  args: { [Index in keyof Args]: fc.Arbitrary<Args[Index]> },
  make: (side: Side, ...args: Args) => Promise<unknown>,
): fc.Arbitrary<Call> {
  return fc.tuple<Args>(...args).map((values) => ({
    make: (side) => make(side, ...values),
    [fc.toStringMethod]: () => `${name}${fc.stringify(values)}`,
  }))
}

/** Which one of those so far, counted from the newest: that is where things happen. */
const nth = fc.constantFrom(0, 0, 0, 1, 1, 2, 3)
const channel = fc.constantFrom(...CHANNELS)
const key = fc.constantFrom('a', 'b', 'c')
const ttl = fc.constantFrom(1000, 30_000, 300_000)
const charge: fc.Arbitrary<Charge> = fc.record({ key, limit: fc.nat(3), window: ttl })
const charges = fc.uniqueArray(charge, { selector: (one) => one.key, minLength: 1 })
const settlement = fc.constantFrom<Settlement[]>(
  { as: 'incorrect' },
  { as: 'incorrect' },
  { as: 'incorrect', cap: 0 },
  { as: 'incorrect', cap: 1 },
  { as: 'unasked' },
  { as: 'unknown' },
  { as: 'expired' },
  { as: 'exhausted' },
  { as: 'verified', proof: 'sealed' },
)

/** As the server names things; plain texts are what the other suites use. */
const digest = (text: string) => createHash('sha256').update(text).digest('base64url')

const newest = <T>(all: readonly T[], n: number) =>
  all.length ? all[all.length - 1 - (n % all.length)] : undefined
const newestId = ({ ids }: Side, n: number) => newest(ids, n) ?? 'none'
const keyed = ({ run }: Side, key: string) => (key === 'c' ? digest(run) : run + key)
const under = (side: Side, all: readonly Charge[]) =>
  all.map((one) => ({ ...one, key: keyed(side, one.key) }))

const add = call(
  'add',
  [
    fc.nat(3),
    fc.nat(1),
    fc.option(nth),
    fc.constantFrom(0, 1, 2, 3, 3, 3),
    fc.constantFrom([], [30_000], [1000, 60_000]),
  ],
  async (side, nthSlot, place, superseded, attempts, cooldowns) => {
    const slot = digest(`${side.run}${nthSlot}`)
    const id = slot.slice(0, 3) + digest(`${side.run}${side.ids.length}`)
    const origin = `https://${place}.example`
    const [nonce, keyThumbprint] = place ? [id, undefined] : [undefined, digest(id)]
    const supersedes = superseded === null ? undefined : newestId(side, superseded)
    const added = await side.store.add(
      facts({ id, slot, origin, nonce, keyThumbprint }),
      terms({ attempts, cooldowns, supersedes }),
      PATIENCE,
    )
    if (typeof added === 'object') side.ids.push(id)
    return added
  },
)

const recordSend = call('recordSend', [nth, fc.nat(9), channel], (side, n, reference, by) =>
  side.store.recordSend(newestId(side, n), `ref-${reference}`, by),
)

const reserveAttempt = call('reserveAttempt', [nth, fc.constantFrom(0, 1000)], async (side, n, interval) => {
  const id = newestId(side, n)
  const reserved = await side.store.reserveAttempt(id, interval, PATIENCE)
  if ('refused' in reserved) return reserved
  side.attempts.push({ id, lease: reserved.lease })
  // Each store names its leases as it likes.
  return reserved.reference
})

const settleAttempt = call('settleAttempt', [nth, nth, settlement], async (side, n, other, as) => {
  const attempt = newest(side.attempts, n)
  if (!attempt) return
  return side.store.settleAttempt(other === 3 ? newestId(side, other) : attempt.id, attempt.lease, as)
})

const advance = call(
  'advance',
  [fc.constantFrom(1, 999, 1000, 1000, 10_000, 19_999, 20_000, 30_000, 60_000, 240_000, 300_000, 600_000)],
  async (side, by) => void side.advance(by),
)

/** Any call, those that lead somewhere more often. */
export const anyCall: fc.Arbitrary<Call> = fc.oneof(
  { arbitrary: add, weight: 4 },
  { arbitrary: recordSend, weight: 6 },
  { arbitrary: reserveAttempt, weight: 6 },
  { arbitrary: settleAttempt, weight: 6 },
  { arbitrary: advance, weight: 4 },
  { arbitrary: call('get', [nth], (side, n) => side.store.get(newestId(side, n))), weight: 2 },
  call('discard', [nth], (side, n) => side.store.discard(newestId(side, n))),
  {
    arbitrary: call('reserveResend', [nth], (side, n) => side.store.reserveResend(newestId(side, n))),
    weight: 3,
  },
  call('returnResend', [nth], (side, n) => side.store.returnResend(newestId(side, n))),
  call('claim', [key, key, ttl], (side, one, by, ms) => side.store.claim(keyed(side, one), by, ms)),
  call('release', [key, key], (side, one, by) => side.store.release(keyed(side, one), by)),
  call('isClaimed', [key], (side, one) => side.store.isClaimed(keyed(side, one))),
  { arbitrary: call('consume', [charges], (side, all) => side.store.consume(under(side, all))), weight: 3 },
  call('refund', [charges], (side, all) => side.store.refund(under(side, all))),
  call('begin', [key, ttl], (side, one, ms) => side.store.begin(keyed(side, one), ms)),
  call('complete', [key, key, ttl], (side, one, answer, ms) =>
    side.store.complete(keyed(side, one), answer, ms),
  ),
  call('abandon', [key], (side, one) => side.store.abandon(keyed(side, one))),
  call('announce', [key, key, key, ttl], ({ store, run }, group, member, value, ms) =>
    store.announce(run + group, member, value, ms),
  ),
  call('withdraw', [key, key], ({ store, run }, group, member) => store.withdraw(run + group, member)),
)
