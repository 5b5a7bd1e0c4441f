import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { CHANNELS } from '../../../contract/index.js'
import type { Charge, Credit, AccountChanges, Receipt, Short, Tally } from '../charge.js'
import type { Settlement, Store } from '../store.js'
import { facts, PATIENCE, terms } from './bench.js'

/** A store that calls are made of, and what became of the calls so far. */
export interface Side {
  store: Store
  /** Ids of the verifications that were added, in their order. */
  ids: string[]
  /** Attempts that were reserved, in their order. */
  attempts: { id: string; lease: string }[]
  /** What was charged, in its order. */
  receipts: Receipt[]
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
const waivers = fc.option(fc.uniqueArray(key, { minLength: 1 }), { nil: undefined, freq: 2 })
const once = fc.option(fc.record({ key, keep: ttl }), { nil: undefined, freq: 1 })
const favoured = fc.option(
  fc.record({ marks: fc.uniqueArray(key, { minLength: 1 }), overdraft: fc.constantFrom(0, 1, 3) }),
  { nil: undefined, freq: 1 },
)
// An account is kept as it was opened: of each key one kind, for one time.
const look = fc.boolean()
const account = { initial: fc.constant(3), refill: fc.constant(60), keep: fc.constant(300_000) }
const charge: fc.Arbitrary<Charge> = fc.oneof(
  fc.record({
    kind: fc.constant('tally' as const),
    key: fc.constant('tally'),
    ...{ amount: fc.constantFrom(1, 2), limit: fc.nat(4), window: ttl, look, waivers, once },
    anew: fc.boolean(),
  }),
  fc.record({
    kind: fc.constant('tally' as const),
    key: fc.constant('streak'),
    ...{ amount: fc.constantFrom(1, 2), limit: fc.nat(4), window: fc.constant(30_000), look, waivers, once },
    renews: fc.constant(true),
  }),
  fc.record({
    kind: fc.constant('tally' as const),
    key: fc.constant('refused'),
    ...{ amount: fc.constantFrom(1, 2), limit: fc.nat(4), window: fc.constant(30_000), waivers },
    insteadOf: fc.subarray(['tally', 'spacing', 'credit']),
  }),
  fc.record({
    kind: fc.constant('spacing' as const),
    key: fc.constant('spacing'),
    spans: fc.tuple(
      fc.record({ limit: fc.constantFrom(1, 2), window: fc.constant(1000) }),
      fc.record({ limit: fc.constantFrom(1, 2, 3, 4), window: fc.constant(300_000) }),
    ),
    ...{ look, waivers, once },
  }),
  fc.record({
    kind: fc.constant('credit' as const),
    key: fc.constant('credit'),
    ...{ ...account, overdraft: fc.constantFrom(0, 2), favoured, look, waivers, once },
  }),
)
const charges = fc.uniqueArray(charge, { selector: (one) => one.key })
const changes: fc.Arbitrary<AccountChanges> = fc.record({
  earnings: fc.array(
    fc.record({
      key: fc.constant('credit'),
      ...{ ...account, gain: fc.constantFrom(0, 1.67), widen: fc.constantFrom(0, 0.5), waivers },
    }),
    { maxLength: 1 },
  ),
  marks: fc.array(fc.record({ key, keep: ttl }), { maxLength: 2 }),
  forgotten: fc.array(fc.constantFrom('tally', 'streak', 'spacing', 'a'), { maxLength: 1 }),
})
const settlement = fc.constantFrom<Settlement[]>(
  { as: 'incorrect' },
  { as: 'incorrect' },
  { as: 'incorrect', cap: 0 },
  { as: 'incorrect', cap: 1 },
  { as: 'incorrect', cap: 0, reference: 'replaced' },
  { as: 'incorrect', cap: 1, reference: 'ref-1' },
  { as: 'unasked' },
  { as: 'unknown' },
  { as: 'expired' },
  { as: 'expired', reference: 'replaced' },
  { as: 'exhausted' },
  { as: 'exhausted', reference: 'replaced' },
  { as: 'verified', proof: 'sealed' },
)

/** As the server names things; plain texts are what the other suites use. */
const digest = (text: string) => createHash('sha256').update(text).digest('base64url')

const newest = <T>(all: readonly T[], n: number) =>
  all.length ? all[all.length - 1 - (n % all.length)] : undefined
const newestId = ({ ids }: Side, n: number) => newest(ids, n) ?? 'none'
const slotOf = ({ run }: Side, n: number) => digest(`${run}${n}`)
const keyed = ({ run }: Side, key: string) => (key === 'c' ? digest(run) : run + key)
/** Marks and accounts, with names of the run. */
const named = <
  T extends Pick<Credit, 'key' | 'waivers' | 'once'> &
    Partial<Pick<Credit, 'favoured'> & Pick<Tally, 'insteadOf'>>,
>(
  side: Side,
  one: T,
): T => ({
  ...one,
  key: keyed(side, one.key),
  waivers: one.waivers?.map((mark) => keyed(side, mark)),
  ...(one.once && { once: { ...one.once, key: keyed(side, one.once.key) } }),
  ...(one.insteadOf && { insteadOf: one.insteadOf.map((other) => keyed(side, other)) }),
  ...(one.favoured && {
    favoured: { ...one.favoured, marks: one.favoured.marks.map((mark) => keyed(side, mark)) },
  }),
})
/** What can be compared of what was charged: one store counts in another way than the other behind the comma. */
const told = (consumed: Receipt | Short) =>
  'charges' in consumed
    ? consumed
    : { ...consumed, left: consumed.left.toFixed(6), wait: consumed.wait.toFixed(3) }

const consume = call('consume', [charges], async (side, all) => {
  const consumed = await side.store.consume(all.map((one) => named(side, one)))
  if ('charges' in consumed) side.receipts.push(consumed)
  return told(consumed)
})

const refund = call('refund', [nth], async (side, n) => {
  const receipt = newest(side.receipts, n)
  if (receipt) await side.store.refund(receipt)
})

const applied = call('apply', [changes], (side, { earnings, marks, forgotten }) =>
  side.store.apply({
    earnings: earnings.map((one) => named(side, one)),
    marks: marks.map((one) => ({ ...one, key: keyed(side, one.key) })),
    forgotten: forgotten.map((one) => keyed(side, one)),
  }),
)

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
    const slot = slotOf(side, nthSlot)
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

const recordSend = call(
  'recordSend',
  [nth, fc.nat(9), channel, fc.option(fc.nat(3), { nil: undefined, freq: 2 })],
  (side, n, reference, by, nthSlot) => {
    const otherSlot = nthSlot === undefined ? undefined : slotOf(side, nthSlot)
    return side.store.recordSend(newestId(side, n), `ref-${reference}`, by, otherSlot)
  },
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
  call('isClaimed by', [key, key], (side, one, by) => side.store.isClaimed(keyed(side, one), by)),
  { arbitrary: consume, weight: 6 },
  { arbitrary: refund, weight: 2 },
  { arbitrary: applied, weight: 2 },
  call('standing', [fc.array(key)], (side, marks) =>
    side.store.standing(marks.map((one) => keyed(side, one))),
  ),
  call('sums', [fc.array(fc.constantFrom('tally', 'streak', 'refused', 'never seen'))], (side, keys) =>
    side.store.sums(keys.map((one) => keyed(side, one))),
  ),
  call('begin', [key, key, ttl], (side, one, by, ms) => side.store.begin(keyed(side, one), by, ms)),
  call('complete', [key, key, key, ttl], (side, one, by, answer, ms) =>
    side.store.complete(keyed(side, one), by, answer, ms),
  ),
  call('abandon', [key, key], (side, one, by) => side.store.abandon(keyed(side, one), by)),
  call('announce', [key, key, key, ttl], ({ store, run }, group, member, value, ms) =>
    store.announce(run + group, member, value, ms),
  ),
  call('withdraw', [key, key], ({ store, run }, group, member) => store.withdraw(run + group, member)),
)
