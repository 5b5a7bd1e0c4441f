import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { Channel } from '../../contract/index.js'
import { digestsUnder } from '../pepper/digests.js'
import { VerificationError } from '../refusal/verification-error.js'
import { memoryStore } from '../store/memory.js'
import { POLICY } from '../site/policy.js'
import { ORIGIN, testSite } from '../test/harness.js'
import { boundOf } from './bound.js'
import { NO_CHALLENGE, type Challenge } from './challenge.js'
import { createGuard } from './guard.js'
import { NO_WATCH } from './test/no-watch.js'

/** How often somebody asks on that day: far more often than the credit of every country lasts for. */
const STARTS = 12_000

const MIDNIGHT = Date.UTC(2026, 0, 15)
const prices: Record<string, number> = { US: 0.01, GB: 0.05, HR: 0.1 }
const price = (country: string) => prices[country]!
const site = testSite({ shadow: false, dailyBudget: 1000 })

/** The nth number of a country, each of a range and an operator of its own where there are as many. */
const NUMBERS = [
  (n: number) => `+1${200 + (n % 700)}${200 + ((n * 7) % 700)}0123`,
  (n: number) => `+447${400 + (n % 500)}${String(100_000 + ((n * 7919) % 900_000))}`,
  (n: number) => `+3859${1 + 6 * (n % 2)}${String(1_000_000 + ((n * 104_729) % 9_000_000))}`,
]

const solved: Challenge = {
  ...NO_CHALLENGE,
  kind: () => 'altcha',
  read: async () => ({ spend: async () => {}, giveBack: async () => {} }),
}

/** Real visitors of each day, to the first of the countries, each of whom enters the code. */
const VISITORS = 400

/**
 * How many messages are sent of a day to whoever asks from everywhere for everything, and enters no code.
 *
 * @param calmDays that came before, with nobody but real visitors.
 */
async function floodedDay(guarded: typeof site, challenge: Challenge, calmDays = 0): Promise<number> {
  let time = MIDNIGHT - calmDays * 86_400_000
  const store = memoryStore({ now: () => time, capacity: 1e6, bytes: 2 ** 30 })
  const digests = digestsUnder(randomBytes(32))
  const guard = createGuard({
    store,
    digests,
    challenge,
    watch: NO_WATCH,
    observe: () => {},
    random: randomBytes,
    sleep: async () => {},
  })
  for (let n = 0; n < calmDays * VISITORS; n++) {
    time += 86_400_000 / VISITORS
    const phoneNumber = `+1202${200 + (n % 700)}${1000 + n}`
    const address = `172.16.${n & 255}.${n >> 8}`
    const { route } = await guard.admitStart(
      guarded,
      { sitekey: 'shop', phoneNumber },
      { origin: ORIGIN, address },
    )
    await guard.proven(guarded, route, time)
  }
  let sent = 0
  for (let n = 0; n < STARTS; n++) {
    time = MIDNIGHT + Math.floor((n * 86_400_000) / STARTS)
    const phoneNumber = NUMBERS[n % 3]!(n)
    const address = `10.${(n >> 8) & 255}.${n & 255}.1`
    try {
      await guard.admitStart(
        guarded,
        { sitekey: 'shop', phoneNumber, challenge: 'solved' },
        { origin: ORIGIN, address },
      )
      sent++
    } catch (error) {
      if (!(error instanceof VerificationError)) throw error
    }
  }
  return sent
}

describe('the worst day', () => {
  it('is bounded by credit where no code is entered, and no flood exceeds it (SR-K01)', async () => {
    const { firstDay, firstDayCost, messages, cost } = boundOf(site, price)
    expect([messages, cost]).toEqual([1000, 100])
    expect(firstDay).toBe(3 * (60 + 24 * 4))
    expect(firstDayCost).toBeCloseTo(156 * 0.16)
    const sent = await floodedDay(site, NO_CHALLENGE)
    expect(sent).toBeLessThanOrEqual(firstDay)
    expect(sent).toBeGreaterThan(0.9 * firstDay)
  })

  it('has more once visitors have entered codes, but never the reserve of the budget', async () => {
    const { firstDay, later } = boundOf(site, price)
    expect(later).toBe(700)
    const sent = await floodedDay(site, NO_CHALLENGE, 3)
    expect(sent).toBeGreaterThan(firstDay)
    expect(sent).toBeLessThanOrEqual(later)
  })

  it('has the whole budget where the backend can sign tickets, which open the reserve', () => {
    const ticketing = testSite({ shadow: false, dailyBudget: 1000, secrets: ['otps_for-tickets'] })
    expect(boundOf(ticketing, price)).toMatchObject({ messages: 1000, later: 1000 })
  })

  it('has the overdraft, where bots solve every challenge', async () => {
    const wealthy = testSite({ shadow: false, dailyBudget: 10_000, challenge: { kind: 'altcha' } })
    const { firstDay } = boundOf(wealthy, undefined)
    expect(firstDay).toBe(3 * (60 + 24 * 4 + 660))
    const sent = await floodedDay(wealthy, solved)
    expect(sent).toBeLessThanOrEqual(firstDay)
    expect(sent).toBeGreaterThan(1000)
  })

  it('has whole messages, where the overdraft is no multiple of ten', async () => {
    const country = { ...POLICY.credits.country, overdraft: 55 }
    const policy = { ...POLICY, credits: { ...POLICY.credits, country } }
    const spent = testSite({
      ...{ shadow: false, dailyBudget: 10_000, policy },
      challenge: { kind: 'altcha' },
    })
    const { firstDay, countries } = boundOf(spent, price)
    expect(countries.map(({ messages }) => messages)).toEqual([216, 216, 216])
    expect(firstDay).toBe(3 * 216)
  })

  it('is bounded by the budgets alone where the guard only shadows', () => {
    const shadowing = testSite({ shadow: true, dailyBudget: 1000 })
    expect(boundOf(shadowing, price)).toMatchObject({ firstDay: 700, later: 700 })
  })

  it('is what the budgets pay for, the dearest country first for money and the cheapest for messages', async () => {
    const spending = testSite({ shadow: true, dailyBudget: 1000, dailySpend: { limit: 20, price } })
    const bound = boundOf(spending, price)
    expect(bound.messages).toBe(1000)
    expect(bound.cost).toBeCloseTo(20)
    const tight = { ...spending, phoneRules: { ...spending.phoneRules, countries: new Set(['HR']) } }
    expect(boundOf(tight, price)).toMatchObject({ messages: 200, firstDay: 140, later: 140 })
    expect(boundOf(site, undefined)).toMatchObject({ messages: 1000, cost: undefined })
  })

  it('gives a country no more messages than the day’s money pays for, and no more money than that', () => {
    const dear = (country: string, channel: Channel) => (channel === 'voice' ? 0.6 : prices[country]! * 3)
    const spending = testSite({
      ...{ shadow: false, dailyBudget: 1000, voiceCountries: new Set(['GB']) },
      dailySpend: { limit: 20, price: dear },
    })
    const { countries, firstDayCost } = boundOf(spending, dear)
    expect(firstDayCost).toBe(14)
    expect(countries.map(({ country, messages, cost }) => [country, messages, cost?.toFixed(2)])).toEqual([
      ['US', 156, '4.68'],
      // Texts to the last message, or calls to the last cent.
      ['GB', 93, '14.00'],
      ['HR', 46, '13.80'],
    ])
    const alone = { ...spending.phoneRules, countries: new Set(['HR']) }
    expect(boundOf({ ...spending, phoneRules: alone }, dear)).toMatchObject({ firstDay: 46, messages: 66 })
  })

  it('has the dearer of a text and a call for money, and the cheaper for messages', () => {
    const ofChannel = (_: string, channel: Channel) => (channel === 'voice' ? 0.6 : 0.4)
    const calling = testSite({
      ...{ shadow: true, dailyBudget: 1000, voiceCountries: new Set(['HR']) },
      dailySpend: { limit: 20, price: ofChannel },
    })
    const { messages, cost, countries } = boundOf(calling, ofChannel)
    expect(messages).toBe(50)
    // Not 19.80: two texts more, in the place of a call, make it full.
    expect(cost).toBe(20)
    expect(countries.map(({ country, price: one }) => [country, one])).toEqual([
      ['US', 0.4],
      ['GB', 0.4],
      ['HR', 0.6],
    ])
    const unknown = (_: string, channel: Channel) => (channel === 'voice' ? undefined : 0.4)
    expect(boundOf(calling, unknown).cost).toBeUndefined()
    expect(boundOf({ ...calling, channels: ['sms'] }, unknown).cost).toBe(20)
  })
})
