import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { digestsUnder } from '../pepper/digests.js'
import { memoryStore } from '../store/memory.js'
import { NUMBER, testSite } from '../test/harness.js'
import { boundOf } from './bound.js'
import { budgetCharges, inMillionths } from './budget.js'
import { namesUnder } from './names.js'

const NOW = Date.UTC(2026, 0, 15)
const names = namesUnder(digestsUnder(randomBytes(32)))
/** Nothing is kept from this visitor. */
const route = { sitekey: 'shop', country: 'US', e164: NUMBER, address: undefined, ticketed: true } as const

/** A price as somebody writes it. */
const written = (millionths: number) => Number(`${millionths}e-6`)

function siteWith(limit: number, price: number) {
  const { types } = testSite().phoneRules
  return testSite({
    ...{ dailyBudget: 1_000_000, channels: ['sms'], secrets: ['otps_for-tickets'] },
    ...{ dailySpend: { limit, price: () => price }, phoneRules: { countries: new Set(['US']), types } },
  })
}

describe('money', () => {
  it('is counted as it is written, to six decimals', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2 ** 40 }), (millionths) => {
        expect(inMillionths(written(millionths))).toBe(millionths)
      }),
      { numRuns: 10_000 },
    )
  })

  it('is never counted for less than it is, and for less than a millionth more', () => {
    const money = new Float64Array(1)
    const bits = new BigUint64Array(money.buffer)
    const next = (one: number) => {
      money[0] = one
      bits[0]! += 1n
      return money[0]
    }
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 2 ** 31 }),
        fc.double({ min: 1e-9, max: 1e4, noNaN: true }),
        (whole, any) => {
          // The least that is more than a price of six decimals.
          expect(inMillionths(next(written(whole)))).toBe(whole + 1)
          const counted = inMillionths(any)
          expect(written(counted)).toBeGreaterThanOrEqual(any)
          expect(written(counted - 1)).toBeLessThan(any)
        },
      ),
      { numRuns: 10_000 },
    )
  })

  it('pays for as many messages of a day as its bound says', async () => {
    const sendable = async (limit: number, price: number) => {
      const store = memoryStore({ now: () => NOW })
      const charges = () => budgetCharges(siteWith(limit, price), route, 'sms', names, NOW)
      for (let sent = 0; ; sent++) if ('refused' in (await store.consume(charges()))) return sent
    }
    const priced = fc.record({
      price: fc.integer({ min: 1, max: 3_000_000 }),
      paid: fc.integer({ min: 1, max: 120 }),
      more: fc.integer({ min: -1, max: 1 }),
    })
    await fc.assert(
      fc.asyncProperty(priced, async ({ price, paid, more }) => {
        const limit = written(Math.max(1, price * paid + more))
        const { messages, later } = boundOf(siteWith(limit, written(price)), () => written(price))
        expect(messages).toBe(await sendable(limit, written(price)))
        expect(later).toBe(messages)
      }),
      { numRuns: 300, examples: [[{ price: 7900, paid: 100, more: 0 }]] },
    )
  })
})
