import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { beforeEach, describe, expect, it } from 'vitest'
import type { Channel } from '../../contract/index.js'
import type { ServerEvent } from '../observe/events.js'
import { digestsUnder } from '../pepper/digests.js'
import { DEFAULT_NUMBER_TYPES } from '../phone-number/phone-number.js'
import { VerificationError } from '../refusal/verification-error.js'
import { POLICY } from '../site/policy.js'
import type { Site } from '../site/site.js'
import { memoryStore } from '../store/memory.js'
import type { Store } from '../store/store.js'
import { ORIGIN, testSite } from '../test/harness.js'
import { boundOf } from './bound.js'
import { budgetCharges, unsolvedCharges } from './budget.js'
import { NO_CHALLENGE, type Challenge } from './challenge.js'
import { createGuard, type Guard } from './guard.js'
import { namesUnder } from './names.js'
import { NO_WATCH } from './test/no-watch.js'

const DAY = 86_400_000
const digests = digestsUnder(randomBytes(32))
const names = namesUnder(digests)

/** Whatever answers it solves it. */
const easy: Challenge = {
  ...NO_CHALLENGE,
  kind: ({ challenge }) => challenge.kind,
  read: async () => ({ spend: async () => {}, giveBack: async () => {} }),
}

/** Credit enough that the budget alone bounds anything. */
const ample = { initial: 100_000, refill: 1, overdraft: 0, keep: DAY }
const asking: Site = testSite({
  ...{ shadow: false, dailyBudget: 1_000_000, dailySpend: { limit: 50, price: () => 0.075 } },
  ...{ challenge: { kind: 'altcha' }, onCeiling: 'challenge' },
  phoneRules: { countries: new Set(['IT']), types: DEFAULT_NUMBER_TYPES },
  policy: {
    ...POLICY,
    credits: { range: ample, operator: ample, country: ample, address: ample, neighbourhood: ample },
  },
})

interface How {
  solved?: boolean
  at?: Site
  channel?: Channel
  address?: string
}

describe('of a ceiling of 50 at 0.075 a message (SR-D09)', () => {
  let now: number
  let store: Store
  let guard: Guard
  let events: ServerEvent[]
  let strangers: number
  beforeEach(() => {
    now = Date.UTC(2026, 0, 15)
    strangers = 0
    events = []
    store = memoryStore({ now: () => now })
    guard = createGuard({
      ...{ store, digests, challenge: easy, watch: NO_WATCH, random: randomBytes, sleep: async () => {} },
      observe: (event) => events.push(event),
    })
  })

  const stranger = () => `+39320${String(++strangers).padStart(7, '0')}`
  const anywhere = () => `2001:db8:${strangers.toString(16)}::1`

  /** @returns what was admitted, or the refusal's code and reason */
  async function start(
    phoneNumber: string,
    { solved = false, at = asking, channel = 'sms', address = anywhere() }: How = {},
  ) {
    try {
      const request = { sitekey: 'shop', phoneNumber, channel, ...(solved && { challenge: 'solved' }) }
      return { admitted: await guard.admitStart(at, request, { origin: ORIGIN, address }) }
    } catch (error) {
      if (!(error instanceof VerificationError)) throw error
      return { code: error.code, reason: error.whom.reason }
    }
  }

  /** How many strangers one after the other are sent a message, and what the next is told. */
  async function sent(how: How = {}) {
    for (let messages = 0; ; messages++) {
      const { admitted, ...refusal } = await start(stranger(), how)
      if (!admitted) return { messages, ...refusal }
    }
  }

  const asked = { code: 'challenge_required', reason: 'spend-unsolved' }
  const denied = { code: 'cannot_send', reason: 'spend-open' }

  it('strangers get half without a challenge, two tenths more for solving one, and nothing beyond', async () => {
    expect(await sent()).toEqual({ messages: 333, ...asked })
    expect(await sent({ solved: true })).toEqual({ messages: 133, ...denied })
    // Nobody is asked to solve one for nothing.
    expect(await start(stranger())).toEqual(denied)
    now += DAY
    expect(await sent()).toEqual({ messages: 333, ...asked })
  })

  it('strangers get no more where all have solved one', async () => {
    expect(await sent({ solved: true })).toEqual({ messages: 466, ...denied })
  })

  it('the same is so of a budget in messages', async () => {
    const at = { ...asking, dailySpend: undefined, dailyBudget: 100 }
    expect(await sent({ at })).toEqual({ ...asked, messages: 50, reason: 'budget-unsolved' })
    expect(await sent({ at, solved: true })).toEqual({ ...denied, messages: 20, reason: 'budget-open' })
  })

  it('a ceiling that is set in the middle of a day counts the morning, all parts of it', async () => {
    const { price } = asking.dailySpend!
    const morning = { ...asking, dailySpend: { price } }
    for (let sent = 0; sent < 400; sent++)
      expect((await start(stranger(), { at: morning })).admitted).toBeDefined()
    const { admitted } = await start(stranger(), { at: morning })
    await admitted!.refund()
    expect(await start(stranger())).toEqual(asked)
    expect(await sent({ solved: true })).toEqual({ messages: 66, ...denied })
    now += DAY
    // What nobody has priced is sent as before, and counted in messages alone.
    const unpriced = { ...asking, dailySpend: { price: () => undefined } }
    expect((await start(stranger(), { at: unpriced })).admitted).toBeDefined()
    expect(await sent()).toEqual({ messages: 333, ...asked })
  })

  it('a call takes what a call costs, and leaves to texts what it is too dear for', async () => {
    const price = (_: string, channel: Channel) => (channel === 'voice' ? 17 : 0.075)
    const at = { ...asking, dailySpend: { limit: 50, price } }
    expect(await sent({ at, solved: true, channel: 'voice' })).toEqual({ messages: 2, ...denied })
    expect(await sent({ at, solved: true })).toEqual({ messages: 13, ...denied })
  })

  it('nobody is asked where the site says deny, or has no challenge', async () => {
    expect(await sent({ at: { ...asking, onCeiling: 'deny' } })).toEqual({ messages: 466, ...denied })
    now += DAY
    expect(await sent({ at: { ...asking, challenge: { kind: 'none' } } })).toEqual({
      messages: 466,
      ...denied,
    })
  })

  it('known numbers, visitors with a ticket and whom the operator allows are asked for no challenge', async () => {
    const known = stranger()
    const { route } = (await start(known)).admitted!
    await guard.proven(asking, route, now)
    const chargesOf = (ticketed: boolean) =>
      unsolvedCharges(asking, { ...route, ticketed }, 'sms', names, now, []).length
    expect([chargesOf(false), chargesOf(true)]).toEqual([2, 0])
    await sent()
    now += 30_000
    expect((await start(known)).admitted).toBeDefined()
    const friend = stranger()
    expect(await start(friend)).toEqual(asked)
    const marks = names.of('number', friend).ruling.map((key) => ({ key: `allowed:${key}`, keep: DAY }))
    await store.apply({ earnings: [], marks, forgotten: [] })
    expect((await start(friend)).admitted).toBeDefined()
  })

  it('resends are asked for one too, and what was not sent is given back', async () => {
    const { admitted } = await start(stranger())
    await sent()
    now += 30_000
    const resend = (challenge?: string) =>
      guard.admitResend(asking, admitted!.route, { channel: 'sms', sent: 1, challenge }, { origin: ORIGIN })
    await expect(resend()).rejects.toMatchObject({ code: 'challenge_required' })
    await (await resend('solved')).refund()
    await admitted!.refund()
    expect(await sent()).toEqual({ messages: 1, ...asked })
  })

  it('whoever asks for one number after the other does not learn which are known (SR-D07)', async () => {
    await sent()
    const address = '192.0.2.1'
    for (let n = 0; n < 60; n++) expect(await start(stranger(), { address })).toEqual(asked)
    expect(await start(stranger(), { address })).toEqual({ code: 'cannot_send', reason: 'refusals' })
  })

  it('in shadow the challenge is only spoken of, and the ceiling holds', async () => {
    expect(await sent({ at: { ...asking, shadow: true } })).toEqual({ messages: 466, ...denied })
    expect(events).toHaveLength(133)
    for (const event of events)
      expect(event).toMatchObject({ event: 'shadowed', code: 'challenge_required', rule: 'spend-unsolved' })
  })
})

it('a ceiling is never exceeded, nor what is said of strangers, whoever asks in whatever order (SR-D09)', async () => {
  const kinds = ['stranger', 'solved', 'known', 'ticketed'] as const
  const ask = fc.record({ kind: fc.constantFrom(...kinds), country: fc.constantFrom('US', 'GB', 'HR') })
  const numbers = { US: '+12025550123', GB: '+447400123456', HR: '+385911234567' }
  await fc.assert(
    fc.asyncProperty(
      fc.array(ask, { maxLength: 200, size: 'max' }),
      fc.record({ US: fc.nat(3e5), GB: fc.nat(3e5), HR: fc.nat(3e5) }),
      fc.integer({ min: 1, max: 5_000_000 }),
      fc.integer({ min: 1, max: 60 }),
      fc.constantFrom('challenge' as const, 'deny' as const),
      async (asks, micro, limit, dailyBudget, onCeiling) => {
        const price = (country: string) => (micro[country as 'US'] + 1) / 1e6
        const dailySpend = { limit: limit / 1e6, price }
        const site = testSite({ dailyBudget, onCeiling, channels: ['sms'], dailySpend })
        const store = memoryStore({ now: () => 1000 })
        const known = { ...numbers, US: '+12025550199', GB: '+447400123499', HR: '+385911234599' }
        const marks = Object.values(known).flatMap((e164) =>
          names.of('number at a site', 'shop', e164).known.map((key) => ({ key, keep: DAY })),
        )
        await store.apply({ earnings: [], marks, forgotten: [] })
        const used = Object.fromEntries(kinds.map((kind) => [kind, { messages: 0, money: 0 }]))
        const strange: Record<string, number> = { US: 0, GB: 0, HR: 0 }
        for (const { kind, country } of asks) {
          const e164 = (kind === 'known' ? known : numbers)[country]
          const route = { sitekey: 'shop', country, e164, address: undefined, ticketed: kind === 'ticketed' }
          const consumed = await store.consume([
            ...budgetCharges(site, route, 'sms', names, 1000),
            ...(kind === 'solved' ? [] : unsolvedCharges(site, route, 'sms', names, 1000, [])),
          ])
          if ('refused' in consumed) continue
          used[kind]!.messages++
          used[kind]!.money += micro[country] + 1
          if (kind === 'stranger' || kind === 'solved') strange[country]!++
        }
        const of = (...which: string[]) => ({
          messages: which.reduce((sum, one) => sum + used[one]!.messages, 0),
          money: which.reduce((sum, one) => sum + used[one]!.money, 0),
        })
        const bound = boundOf(site, price)
        const all = of(...kinds)
        expect(all.messages).toBeLessThanOrEqual(bound.messages)
        expect(all.money).toBeLessThanOrEqual(limit)
        expect(of('stranger', 'solved').messages).toBeLessThanOrEqual(bound.later)
        for (const { country, messages, cost } of bound.countries) {
          expect(strange[country]!).toBeLessThanOrEqual(messages)
          expect(strange[country]! * price(country)).toBeLessThanOrEqual(cost! + 1e-9)
        }
        if (onCeiling === 'deny') return
        expect(of('stranger').messages).toBeLessThanOrEqual(Math.ceil(dailyBudget / 2))
        expect(of('stranger').money).toBeLessThanOrEqual(Math.ceil(limit / 2))
      },
    ),
    { numRuns: 150 },
  )
})
