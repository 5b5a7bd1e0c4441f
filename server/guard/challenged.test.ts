import { randomBytes } from 'node:crypto'
import { beforeEach, describe, expect, it } from 'vitest'
import { digestsUnder } from '../pepper/digests.js'
import { DEFAULT_NUMBER_TYPES } from '../phone-number/phone-number.js'
import { VerificationError } from '../refusal/verification-error.js'
import { memoryStore } from '../store/memory.js'
import { ORIGIN, testSite } from '../test/harness.js'
import { NO_CHALLENGE, type Challenge } from './challenge.js'
import { createGuard, type Guard } from './guard.js'
import { NO_WATCH } from './test/no-watch.js'

const MINUTE = 60_000
const HOUR = 60 * MINUTE

/** Whatever answers it solves it. */
const easy: Challenge = {
  ...NO_CHALLENGE,
  kind: ({ challenge }) => challenge.kind,
  read: async () => ({ spend: async () => {}, giveBack: async () => {} }),
}

describe('where a challenge is asked for', () => {
  let now: number
  let guard: Guard
  beforeEach(() => {
    now = Date.UTC(2026, 0, 15)
    const store = memoryStore({ now: () => now })
    const digests = digestsUnder(randomBytes(32))
    guard = createGuard({
      store,
      digests,
      challenge: easy,
      watch: NO_WATCH,
      observe: () => {},
      random: randomBytes,
      sleep: async () => {},
    })
  })

  const plain = testSite({
    ...{ shadow: false, dailyBudget: 1_000_000 },
    phoneRules: { countries: new Set(['IT']), types: DEFAULT_NUMBER_TYPES },
  })
  const site = { ...plain, challenge: { kind: 'altcha' } } as const
  /** A number of the nth range; a million numbers have a hundred. */
  const inRange = (n: number, last = 123) =>
    `+39320${String(n).padStart(3, '0')}${String(last).padStart(4, '0')}`
  let strangers = 0
  const anywhere = () => `2001:db8:${(++strangers).toString(16)}::1`

  /** @returns `sent`, or the refusal's code and reason */
  async function start(
    phoneNumber: string,
    address: string,
    more: { solved?: boolean; at?: typeof plain } = {},
  ) {
    const { solved = false, at = site } = more
    try {
      const request = { sitekey: 'shop', phoneNumber, ...(solved && { challenge: 'solved' }) }
      const { route } = await guard.admitStart(at, request, { origin: ORIGIN, address })
      return { sent: true, prove: () => guard.proven(at, route, now) }
    } catch (error) {
      if (!(error instanceof VerificationError)) throw error
      return { code: error.code, reason: error.whom.reason }
    }
  }
  async function prove(phoneNumber: string, address: string): Promise<void> {
    const answer = await start(phoneNumber, address, { solved: true })
    if (!answer.prove) throw new Error(`not sent: ${answer.reason}`)
    await answer.prove()
  }

  it('at the sixth number of an address within an hour, however often it asks for each', async () => {
    for (let n = 0; n < 5; n++) expect(await start(inRange(n), '192.0.2.7')).toMatchObject({ sent: true })
    now += MINUTE
    expect(await start(inRange(0), '192.0.2.7')).toMatchObject({ sent: true })
    const asked = { code: 'challenge_required', reason: 'numbers' }
    expect(await start(inRange(60), '192.0.2.7')).toEqual(asked)
    expect(await start(inRange(60), '192.0.2.8')).toMatchObject({ sent: true })
    now += HOUR
    expect(await start(inRange(70), '192.0.2.7')).toMatchObject({ sent: true })
  })

  it('of those who are known too, and whoever solves it goes on', async () => {
    await prove(inRange(500), '192.0.2.9')
    for (let n = 0; n < 5; n++) await start(inRange(n), '192.0.2.7')
    now += MINUTE
    for (const phoneNumber of [inRange(60), inRange(500)]) {
      const asked = { code: 'challenge_required', reason: 'numbers' }
      expect(await start(phoneNumber, '192.0.2.7')).toEqual(asked)
      expect(await start(phoneNumber, '192.0.2.7', { solved: true })).toMatchObject({ sent: true })
    }
  })

  it('after four hundred starts of a neighbourhood within a day', async () => {
    // A neighbourhood where numbers are proven has the credit for them.
    for (let n = 0; n < 400; n++) {
      const answer = await start(inRange(n), `192.0.2.${n % 250}`)
      expect(answer, String(n)).toMatchObject({ sent: true })
      await answer.prove!()
      now += MINUTE
    }
    expect(await start(inRange(401), '192.0.2.251')).toEqual({ code: 'challenge_required', reason: 'crowd' })
    expect(await start(inRange(401), '192.0.3.251')).toMatchObject({ sent: true })
    expect(await start(inRange(401), '192.0.2.251', { at: plain })).toMatchObject({ code: 'rate_limited' })
    now += 18 * HOUR
    expect(await start(inRange(402), '192.0.2.251')).toMatchObject({ sent: true })
  })

  it('not where the day’s money ends, though a part of a message’s price is left of it (SR-K03)', async () => {
    const at = { ...site, dailySpend: { limit: 1, price: () => 0.4 } }
    expect(await start(inRange(1), anywhere(), { at })).toMatchObject({ sent: true })
    expect(await start(inRange(2), anywhere(), { at })).toEqual({ code: 'cannot_send', reason: 'spend-open' })
  })

  it('nowhere, at a site that has none', async () => {
    for (let n = 0; n < 6; n++) {
      expect(await start(inRange(n), '192.0.2.7', { at: plain })).toMatchObject({ sent: true })
    }
  })

  it('where an operator has no credit left, and no longer once too few of its codes are entered (SR-K05)', async () => {
    for (let n = 0; n < 15; n++) expect(await start(inRange(n), anywhere())).toMatchObject({ sent: true })
    const asked = { code: 'challenge_required', reason: 'operator' }
    expect(await start(inRange(20), anywhere())).toEqual(asked)
    for (let n = 20; n < 24; n++) {
      expect(await start(inRange(n), anywhere(), { solved: true })).toMatchObject({ sent: true })
    }
    now += 4 * MINUTE
    expect(await start(inRange(30), anywhere())).toEqual(asked)
    expect(await start(inRange(30), anywhere(), { solved: true })).toMatchObject({ sent: true })
    now += 4 * MINUTE
    expect(await start(inRange(31), anywhere(), { solved: true })).toEqual({
      ...{ code: 'cannot_send', reason: 'operator' },
    })
    // Bots are not among those who come from where numbers are proven.
    await prove(inRange(140), '192.0.2.7')
    expect(await start(inRange(31), '192.0.2.7', { solved: true })).toMatchObject({ sent: true })
    // Other networks of the country have credit of their own.
    expect(await start(inRange(131), anywhere())).toMatchObject({ sent: true })
  })

  it('and the last of what it lets through is kept for addresses where numbers are proven', async () => {
    await prove(inRange(0), '192.0.2.7')
    // One in each range, so that those and their networks have credit left.
    let sent = 0
    for (let n = 1; n < 900; n++) {
      if ('sent' in (await start(inRange(n, 500), anywhere(), { solved: true }))) sent++
    }
    expect(sent).toBeGreaterThan(600)
    expect(await start(inRange(950, 7), anywhere(), { solved: true })).toEqual({
      ...{ code: 'cannot_send', reason: 'country' },
    })
    expect(await start(inRange(950, 7), '192.0.2.7')).toMatchObject({ code: 'challenge_required' })
    expect(await start(inRange(950, 7), '192.0.2.7', { solved: true })).toMatchObject({ sent: true })
  })
})
