import { beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { digestsUnder } from '../pepper/digests.js'
import { memoryStore } from '../store/memory.js'
import type { Store } from '../store/store.js'
import { TestServer } from '../test/harness.js'
import { withoutAddress } from './address-limits.js'
import { bonusFor, conversionCounts, conversionOver, type Conversion } from './conversion.js'
import { namesUnder } from './names.js'
import type { Route } from './route.js'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const NOON = Date.UTC(2026, 0, 15, 12)

const names = namesUnder(digestsUnder(Buffer.alloc(32, 7)))

describe('what becomes of starts', () => {
  let now: number
  let store: Store
  let conversion: Conversion
  beforeEach(() => {
    now = NOON
    store = memoryStore({ now: () => now })
    conversion = conversionOver(store, names)
  })

  const route = (n: number, sitekey = 'shop'): Route => ({
    ...{ sitekey, country: 'IT', address: undefined, ticketed: false },
    e164: `+39320${String(n).padStart(7, '0')}`,
  })
  /** So many starts in numbers of one network, of which so many are proven a minute later. */
  async function starts(started: number, proven: number, one = route(1)): Promise<void> {
    for (let n = 0; n < started; n++) {
      await store.consume(conversionCounts(one, names, 'started', now))
      if (n < proven) await store.consume(conversionCounts(one, names, 'proven', now))
    }
  }

  it('is given back with a start that came to nothing, whatever of its address is kept', async () => {
    const taken = await store.consume(conversionCounts(route(1), names, 'started', now))
    if (!('charges' in taken)) throw new Error('Refused.')
    await store.refund(withoutAddress(taken))
    expect(await conversion.recent('shop')).toMatchObject({
      lately: { started: 0, proven: 0 },
      week: { started: 0, proven: 0 },
    })
    const kept = await store.sums(taken.charges.map(({ key }) => key))
    expect(kept.length).toBeGreaterThan(3)
    expect(new Set(kept)).toEqual(new Set([0]))
  })

  it('a proven number pays back as much as its site breaks even with at nine tenths of its share (SR-K01)', () => {
    expect(bonusFor({ started: 0, proven: 0 })).toBeCloseTo(2 / 3)
    expect(bonusFor({ started: 1e6, proven: 0.6e6 })).toBeCloseTo(1 / (0.9 * 0.6) - 1, 3)
    expect(bonusFor({ started: 1e6, proven: 0.4e6 })).toBeCloseTo(1 / (0.9 * 0.4) - 1, 3)
    expect(bonusFor({ started: 1e6, proven: 0.95e6 })).toBe(0.35)
    expect(bonusFor({ started: 1e6, proven: 0 })).toBeCloseTo(1 / (0.9 * 0.35) - 1)
  })

  it('the bonus is that of the site’s own last 28 days, looked at again every ten minutes', async () => {
    await starts(2000, 800)
    await starts(2000, 2000, route(1, 'other'))
    now += 4 * MINUTE
    const measured = bonusFor({ started: 2000, proven: 800 })
    expect(await conversion.bonus('shop')).toBe(measured)
    expect(await conversion.bonus('other')).toBe(0.35)
    expect(await conversion.bonus('new')).toBe(bonusFor({ started: 0, proven: 0 }))
    await starts(2000, 2000)
    now += 9 * MINUTE
    expect(await conversion.bonus('shop')).toBe(measured)
    now += MINUTE
    expect(await conversion.bonus('shop')).toBe(bonusFor({ started: 4000, proven: 2800 }))
    now += 28 * DAY
    expect(await conversion.bonus('shop')).not.toBe(bonusFor({ started: 0, proven: 0 }))
    now += DAY
    expect(await conversion.bonus('shop')).toBe(bonusFor({ started: 0, proven: 0 }))
  })

  it('a network is broken at 34 % and whole at 36 % (SR-K05)', async () => {
    await starts(100, 34)
    await starts(100, 36, { ...route(2), e164: '+393330000000' })
    now += 4 * MINUTE
    expect(await conversion.isBroken(route(99_999))).toBe(true)
    expect(await conversion.isBroken({ ...route(2), e164: '+393330999999' })).toBe(false)
    expect(await conversion.isBroken(route(2_000_000))).toBe(false)
  })

  it('a network is broken after twenty starts, and not before their codes could have been entered (SR-K05)', async () => {
    await starts(19, 0)
    now += 10 * MINUTE
    expect(await conversion.isBroken(route(1))).toBe(false)
    await starts(1, 0)
    now += 2 * MINUTE
    expect(await conversion.isBroken(route(1))).toBe(false)
    now += 2 * MINUTE
    expect(await conversion.isBroken(route(1))).toBe(true)
    now += 2 * HOUR + 15 * MINUTE
    expect(await conversion.isBroken(route(1))).toBe(false)
  })

  it('a network stays broken while codes are entered at once: those starts count on neither side yet (SR-K05)', async () => {
    await starts(20, 0)
    now += 5 * MINUTE
    expect(await conversion.isBroken(route(1))).toBe(true)
    await starts(10, 10)
    expect(await conversion.isBroken(route(1))).toBe(true)
  })

  it('what is entered late counts for the start that it is of', async () => {
    await starts(100, 0)
    const startedAt = now
    now += 4 * MINUTE
    expect(await conversion.isBroken(route(1))).toBe(true)
    for (let n = 0; n < 40; n++) await store.consume(conversionCounts(route(1), names, 'proven', startedAt))
    expect(await conversion.isBroken(route(1))).toBe(false)
  })

  it('a server counts what is proven for the minute in which it was started', async () => {
    const server = await TestServer.start({ deps: { pepper: Buffer.alloc(32, 7) } })
    onTestFinished(() => server.stop())
    const { verificationId } = (await server.start()).body
    server.advance(280)
    expect((await server.check(verificationId, server.code())).status).toBe(200)
    server.advance(40)
    const { lately } = await conversionOver(server.deps.store, names).recent('shop')
    expect(lately).toEqual({ started: 1, proven: 1 })
  })

  it('tells the last two hours from the week', async () => {
    await starts(700, 600)
    now += 3 * DAY
    await starts(50, 10)
    now += 4 * MINUTE
    await starts(30, 0)
    expect(await conversion.recent('shop')).toEqual({
      lately: { started: 50, proven: 10 },
      week: { started: 750, proven: 610 },
    })
  })
})
