import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { SignJWT } from 'jose'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { ServerEvent } from '../observe/events.js'
import { digestsUnder } from '../pepper/digests.js'
import { DEFAULT_NUMBER_TYPES } from '../phone-number/phone-number.js'
import { VerificationError } from '../refusal/verification-error.js'
import { memoryStore } from '../store/memory.js'
import { ORIGIN, TestServer, testSite } from '../test/harness.js'
import { NO_CHALLENGE, type Challenge } from './challenge.js'
import { createGuard } from './guard.js'
import { namesUnder } from './names.js'
import { GuardBench } from './test/guard-bench.js'
import { TICKET_TYPE } from './ticket.js'
import { NO_WATCH } from './test/no-watch.js'

const HOUR = 3_600_000

/** What there is of a start, and how long after the last. */
interface Ask {
  phoneNumber: string
  address: string
  after: number
}

/** Asked of all who run dry; nobody solves it. */
const hard: Challenge = { ...NO_CHALLENGE, kind: ({ challenge }) => challenge.kind }

/** One guard with a store of its own, on the clock of both. */
function guardOf(shadow: boolean, kind: 'none' | 'altcha', pepper: Buffer, now: () => number) {
  const told: [time: number, rule: unknown][] = []
  const observe = (one: ServerEvent) => {
    if (one.event === 'shadowed') told.push([now(), one.rule])
  }
  const guard = createGuard({
    ...{ store: memoryStore({ now }), digests: digestsUnder(pepper), challenge: hard },
    ...{ watch: NO_WATCH, observe, random: randomBytes, sleep: async () => {} },
  })
  const plain = testSite({
    ...{ shadow, dailyBudget: 1_000_000 },
    phoneRules: { countries: new Set(['IT']), types: DEFAULT_NUMBER_TYPES },
  })
  const site = kind === 'none' ? plain : ({ ...plain, challenge: { kind } } as const)
  return {
    told,
    /** Asks for a message. @param enters whether the code is entered, if it comes. @returns whether it comes */
    async ask({ phoneNumber, address }: Ask, enters = false): Promise<boolean> {
      try {
        const request = { sitekey: 'shop', phoneNumber }
        const { route } = await guard.admitStart(site, request, { origin: ORIGIN, address })
        if (enters) await guard.proven(site, route, now())
        return true
      } catch (error) {
        if (!(error instanceof VerificationError)) throw error
        told.push([now(), error.whom.reason])
        return false
      }
    },
  }
}

/** Two guards that differ in nothing but that one of them only shadows. */
function twins(kind: 'none' | 'altcha') {
  const clock = { now: Date.UTC(2026, 0, 15) }
  const pepper = randomBytes(32)
  const [shadowing, enforcing] = [true, false].map((shadow) => guardOf(shadow, kind, pepper, () => clock.now))
  return { clock, shadowing: shadowing!, enforcing: enforcing! }
}

const digits = (value: number, length: number) => String(value).padStart(length, '0')
const number = (range: number, last: number) => `+39320${digits(range, 3)}${digits(last, 4)}`

/** Visitors before the attack, each of a range and an address of their own. */
const visitors = Array.from({ length: 60 }, (_, n) => ({
  ...{ phoneNumber: number(n * 13, n), address: `203.0.${n}.9`, after: HOUR },
}))

/** Fraudsters in a few ranges and in those of visitors, from few addresses and many, at once and minutes apart. */
function stream(count: number): Ask[] {
  const after = fc.oneof(
    { weight: 9, arbitrary: fc.nat(5000) },
    { weight: 1, arbitrary: fc.nat(20 * 60_000) },
  )
  const few = fc.oneof(fc.constant(1), fc.nat(29), fc.nat(29)).map((n) => `192.0.2.${n}`)
  const many = fc.nat(200).map((n) => `198.51.${n}.7`)
  const kinds = [
    { phoneNumber: fc.nat(39_999).map((n) => number(n % 4, Math.floor(n / 4))), address: many },
    { phoneNumber: fc.nat(3999).map((n) => number(n % 1000, Math.floor(n / 1000))), address: many },
    // Of ranges in which numbers were proven, and then those numbers.
    { phoneNumber: fc.nat(599).map((n) => number((n % 60) * 13, 500 + n)), address: few },
    { phoneNumber: fc.nat(59).map((n) => number(n * 13, n)), address: fc.constant('192.0.3.1') },
  ]
  const asks = fc.oneof(...kinds.map((kind) => fc.record({ ...kind, after })))
  return fc.sample(asks, { numRuns: count, seed: 7 })
}

describe.each(['none', 'altcha'] as const)('with challenge %s, a guard that shadows', (kind) => {
  it(
    'tells of exactly what one that enforces refuses, by the same rules, for a day (SR-K11)',
    { timeout: 120_000 },
    async () => {
      const { clock, shadowing, enforcing } = twins(kind)
      for (const visitor of visitors) {
        clock.now += visitor.after
        for (const guard of [shadowing, enforcing]) expect(await guard.ask(visitor, true)).toBe(true)
      }
      expect([shadowing.told, enforcing.told]).toEqual([[], []])
      for (const one of stream(1200)) {
        clock.now += one.after
        expect(await shadowing.ask(one)).toBe(true)
        await enforcing.ask(one)
      }
      expect(shadowing.told).toEqual(enforcing.told)
      const rules = new Set(shadowing.told.map(([, rule]) => rule))
      const all = ['number', 'range', 'operator', 'country', 'address', 'neighbourhood']
      expect([...rules]).toEqual(
        expect.arrayContaining(kind === 'none' ? [...all, 'starts'] : all.slice(0, 4)),
      )
    },
  )
})

it('a code that is entered for a message which took no credit pays none back (SR-K11)', async () => {
  const { shadowing, enforcing } = twins('none')
  const at = (last: number) => ({ phoneNumber: number(1, last), address: `198.51.${last}.7`, after: 0 })
  for (let last = 0; last < 4; last++) {
    for (const guard of [shadowing, enforcing]) await guard.ask(at(last), last === 3)
  }
  expect(shadowing.told).toEqual(enforcing.told)
  for (const guard of [shadowing, enforcing]) await guard.ask(at(4))
  expect([shadowing.told.length, enforcing.told.length]).toEqual([2, 2])
})

it('no start is counted as refused, for all are sent (SR-K11)', async () => {
  const { shadowing } = twins('none')
  const ask = (n: number) => shadowing.ask({ phoneNumber: number(n, n), address: '192.0.2.1', after: 0 })
  for (let n = 0; n < 100; n++) expect(await ask(n)).toBe(true)
  expect(new Set(shadowing.told.map(([, rule]) => rule))).toEqual(new Set(['address']))
  expect(shadowing.told.length).toBe(94)
})

it.each([
  ['is no start that was refused', true, 0],
  ['is one where the guard enforces', false, 4],
])('a start that loses its ticket to another %s (SR-K11)', async (_, shadow, counted) => {
  const bench = new GuardBench()
  const secret = `otps_${'s'.repeat(43)}`
  const ticket = await new SignJWT({ sid: 'session', exp: bench.now / 1000 + 60 })
    .setProtectedHeader({ alg: 'HS256', typ: TICKET_TYPE })
    .sign(new TextEncoder().encode(secret))
  const at = { ...bench.site, shadow, secrets: [secret] }
  const address = '192.0.2.1'
  // All have looked before the first uses it up.
  bench.store.isClaimed = async () => false
  const starts = Array.from({ length: 5 }, (_, n) => bench.start(number(n, n), { at, address, ticket }))
  const lost = (await Promise.all(starts)).filter(({ code }) => code === 'ticket_invalid')
  expect(lost).toHaveLength(4)
  const names = namesUnder(bench.digests)
  const { refusals } = names.of('refused caller', names.network(address).address)
  expect(await bench.store.sums(refusals)).toEqual([counted])
})

it('what the budget refuses was not sent, so nothing is told of what would have been refused', async () => {
  const server = await TestServer.start({ sites: [testSite({ shadow: true, dailyBudget: 1 })] })
  onTestFinished(() => server.stop())
  await server.start()
  expect((await server.start({ phoneNumber: '+12025550199' })).body.code).toBe('cannot_send')
  // Its own limits have no room for it either.
  expect((await server.start()).body.code).toBe('cannot_send')
  expect(server.events.filter(({ event }) => event === 'shadowed')).toEqual([])
  // Of whom that was said the log has all the same.
  const ref = expect.stringMatching(/^[A-Za-z0-9_-]{12}$/)
  expect(server.events.at(-1)).toMatchObject({ event: 'refused', reason: 'budget-open', country: 'US', ref })
})
