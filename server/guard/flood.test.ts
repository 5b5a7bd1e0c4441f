import { SignJWT } from 'jose'
import { beforeEach, describe, expect, it } from 'vitest'
import { digestsUnder } from '../pepper/digests.js'
import { FLOOD, POLICY } from '../site/policy.js'
import { memoryStore } from '../store/memory.js'
import { StoreError } from '../store/store.js'
import { ORIGIN } from '../test/harness.js'
import { countryKey } from './credits.js'
import { floodsOver } from './flood.js'
import { namesUnder } from './names.js'
import { enact } from './overrides.js'
import { standingIn } from './standing.js'
import { GuardBench, numbered, spread } from './test/guard-bench.js'
import { TICKET_TYPE } from './ticket.js'

const HOUR = 3_600_000

describe('a flood', () => {
  let bench: GuardBench
  beforeEach(() => {
    bench = new GuardBench()
  })
  const start: GuardBench['start'] = (...asked) => bench.start(...asked)

  /** So many starts for numbers of one range that nobody has asked for. */
  async function flood(count: number, from = 1000) {
    const answers = new Map<string, number>()
    for (let n = 0; n < count; n++) {
      const answer = await start(numbered(from + n))
      const word = 'sent' in answer ? 'sent' : `${answer.code} ${answer.reason}`
      answers.set(word, (answers.get(word) ?? 0) + 1)
    }
    return Object.fromEntries(answers)
  }

  it('at one range is answered as the store did, which one start of each second asks again', async () => {
    const all = await flood(1000)
    expect(all).toEqual({ sent: 3, 'cannot_send range': 997 })
    const whileNew = bench.asked
    expect(whileNew).toBeLessThan(FLOOD.least + 10)
    for (let second = 1; second <= 3; second++) {
      bench.now += FLOOD.window
      expect(await flood(1000, 1000 + 1000 * second)).toEqual({ 'cannot_send range': 1000 })
      expect(bench.asked).toBe(whileNew + second)
    }
    bench.now += 24 * HOUR
    expect(await flood(100, 5000)).toEqual({ sent: 1, 'cannot_send range': 99 })
  })

  it('is over once there is room again for the one that asks', async () => {
    const proofs = []
    for (let n = 0; n < 300; n++) proofs.push((await start(spread(n))).prove)
    const sent = proofs.filter((prove) => prove !== undefined)
    expect(sent.length).toBeLessThan(300 - FLOOD.least)
    for (const prove of sent) await prove()
    const before = bench.asked
    expect(await start(spread(300))).toMatchObject({ reason: 'country' })
    expect(bench.asked).toBe(before)
    bench.now += FLOOD.window
    for (const n of [301, 302]) expect(await start(spread(n))).toMatchObject({ sent: true })
    expect(bench.asked).toBe(before + 2)
  })

  it('is over two seconds after the store last said so, whatever became of who was to ask', async () => {
    await flood(100)
    const before = bench.asked
    bench.now += FLOOD.window
    // The number's own limits are first: it learns nothing of the range.
    expect(await start(numbered(1000))).toMatchObject({ reason: 'number' })
    expect(bench.asked).toBe(before + 1)
    bench.now += FLOOD.window - 1
    expect(await flood(100, 2000)).toEqual({ 'cannot_send range': 100 })
    expect(bench.asked).toBe(before + 1)
    bench.now += 1
    await flood(2, 3000)
    expect(bench.asked).toBe(before + 3)
  })

  it('all over a country costs the store one look each, and keeps no known number out', async () => {
    for (const n of [0, 500]) await (await start(spread(n))).prove!()
    bench.now += HOUR
    for (let n = 1; n < 400; n++) await start(spread(n))
    const before = [bench.asked, bench.looked]
    const told = await start(spread(401))
    expect(told).toMatchObject({ code: 'challenge_required', reason: 'country' })
    expect([bench.asked, bench.looked]).toEqual([before[0]!, before[1]! + 1])
    const both = await Promise.all([start(spread(404)), start(spread(500))])
    expect(both).toEqual([told, expect.objectContaining({ sent: true })])
    // The known number's message, and what it takes of those that it gets without a code.
    expect([bench.asked, bench.looked]).toEqual([before[0]! + 2, before[1]! + 2])
    expect(await start(spread(0))).toMatchObject({ sent: true })
    const scope = { of: 'number', value: spread(402) } as const
    await enact(bench.store, namesUnder(bench.digests), { scope, verdict: 'allow' }, HOUR)
    expect(await start(spread(402))).toMatchObject({ sent: true })
    bench.now += FLOOD.window
    expect(await start(spread(403))).toEqual(told)
    expect(bench.asked).toBe(before[0]! + 6)
  })

  it('at one number is told how much longer to wait', async () => {
    expect(await start(numbered(1))).toMatchObject({ sent: true })
    bench.now += 500
    for (let n = 0; n < 60; n++) await start(numbered(1))
    const before = bench.asked
    expect(await start(numbered(1))).toEqual({ code: 'rate_limited', reason: 'number', retryAfter: 30 })
    bench.now += 999
    expect(await start(numbered(1))).toEqual({ code: 'rate_limited', reason: 'number', retryAfter: 29 })
    expect(bench.asked).toBe(before)
    bench.now += 1
    expect(await start(numbered(1))).toEqual({ code: 'rate_limited', reason: 'number', retryAfter: 29 })
    expect(bench.asked).toBe(before + 1)
  })

  it('at one number is over when the wait is', async () => {
    expect(await start(numbered(1))).toMatchObject({ sent: true })
    bench.now += 28_600
    for (let n = 0; n < 60; n++) await start(numbered(1))
    bench.now += FLOOD.window
    expect(await start(numbered(1))).toMatchObject({ code: 'rate_limited', retryAfter: 1 })
    bench.now += 400
    expect(await start(numbered(1))).toMatchObject({ sent: true })
  })

  it('is not what comes more slowly', async () => {
    await start(numbered(1))
    for (let second = 0; second < 5; second++) {
      for (let n = 1; n < FLOOD.least; n++) await start(numbered(1))
      bench.now += FLOOD.window
    }
    expect(bench.asked).toBe(1 + 5 * (FLOOD.least - 1))
  })

  it('keeps no known number out', async () => {
    const known = await start(numbered(1))
    await known.prove!()
    bench.now += HOUR
    await flood(1000)
    expect(await start(numbered(1))).toMatchObject({ sent: true })
  })

  it('keeps out nobody whom the operator allows, from the next second on', async () => {
    await flood(1000)
    const scope = { of: 'number', value: numbered(1) } as const
    await enact(bench.store, namesUnder(bench.digests), { scope, verdict: 'allow' }, HOUR)
    bench.now += FLOOD.window
    await flood(1, 3000)
    const both = await Promise.all([start(numbered(3001)), start(numbered(1))])
    expect(both).toMatchObject([{ reason: 'range' }, { sent: true }])
  })

  it('at one site is none at another that has more room', async () => {
    for (let n = 0; n < 100; n++) await start(numbered(1))
    const limits = { ...POLICY.limits, numberSends: [{ limit: 10, window: HOUR }] }
    const other = { ...bench.site, sitekey: 'other', policy: { ...POLICY, limits } }
    expect(await start(numbered(1), { at: other })).toMatchObject({ sent: true })
  })

  it('leaves it to the store what there is room for with a challenge, or with a ticket', async () => {
    const secret = `otps_${'s'.repeat(43)}`
    const ticket = await new SignJWT({ sid: 'session', exp: bench.now / 1000 + 60 })
      .setProtectedHeader({ alg: 'HS256', typ: TICKET_TYPE })
      .sign(new TextEncoder().encode(secret))
    await flood(1000)
    const before = bench.asked
    await start(numbered(2), { solved: true })
    expect(bench.asked).toBe(before + 1)
    const vouched = await start(numbered(3), { ticket, at: { ...bench.site, secrets: [secret] } })
    expect(vouched).toMatchObject({ code: 'cannot_send', reason: 'range' })
    expect(bench.asked).toBe(before + 2)
  })

  it('is made of starts, not of what is asked for within a verification', async () => {
    const { route } = await start(numbered(1))
    await flood(3)
    bench.now += HOUR
    const again = { channel: 'sms', sent: 1 } as const
    for (let n = 0; n < 3 * FLOOD.least; n++) {
      const asking = bench.guard.admitResend(bench.site, route!, again, {
        origin: ORIGIN,
        address: bench.anywhere(),
      })
      await expect(asking).rejects.toMatchObject({ code: 'cannot_send' })
    }
    const before = bench.asked
    await start(numbered(2))
    expect(bench.asked).toBe(before + 1)
  })

  it('is only told of in shadow', async () => {
    const at = { ...bench.site, shadow: true }
    for (let n = 0; n < 200; n++) {
      expect(await start(numbered(n), { at })).toMatchObject({ sent: true })
    }
  })

  it('is nothing to fail by when the store is away meanwhile', async () => {
    await flood(FLOOD.least + 2)
    let failed = 0
    bench.store.standing = async () => {
      failed++
      throw new Error('away')
    }
    bench.now += FLOOD.window
    expect(await flood(FLOOD.least + 10, 2000)).toEqual({ 'cannot_send range': FLOOD.least + 10 })
    expect(failed).toBeGreaterThan(0)
  })
})

it(
  'of a store that goes away everybody who asks is told, and none waits for ever',
  { timeout: 2000 },
  async () => {
    const away = memoryStore()
    away.standing = () => Promise.reject(new StoreError('away'))
    const route = {
      sitekey: 'shop',
      country: 'US',
      e164: '+12025550123',
      address: undefined,
      ticketed: false,
    }
    const floods = floodsOver(away, namesUnder(digestsUnder(Buffer.alloc(32, 7))), standingIn(away).none)
    const short = { refused: countryKey('shop', 'US'), left: 0, wait: 60_000 }
    for (let n = 0; n < 20; n++) floods.refused(route, short, 1)
    await new Promise(setImmediate)
    await expect(floods.shortOf(route, 2)).rejects.toThrow(StoreError)
  },
)

it('of so many accounts is not remembered that they would fill the memory: the first is asked of the store again', async () => {
  const store = memoryStore()
  const floods = floodsOver(store, namesUnder(digestsUnder(Buffer.alloc(32, 7))), standingIn(store).none)
  const at = (sitekey: string) => ({
    ...{ sitekey, country: 'US', e164: '+12025550123', address: undefined, ticketed: false },
  })
  const refuse = (sitekey: string) =>
    floods.refused(at(sitekey), { refused: countryKey(sitekey, 'US'), left: 0, wait: 60_000 }, 1)
  for (let n = 0; n < FLOOD.least; n++) refuse('shop')
  for (let n = 1; n < FLOOD.remembered; n++) refuse(`other-${n}`)
  await new Promise(setImmediate)
  expect(await floods.shortOf(at('shop'), 2)).toMatchObject({ refused: countryKey('shop', 'US') })
  refuse('one-more')
  expect(await floods.shortOf(at('shop'), 2)).toBeUndefined()
})
