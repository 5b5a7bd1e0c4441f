import { describe, expect, it } from 'vitest'
import { DAY, HOUR } from '../../time.js'
import type { Credit, Earning, Spacing } from '../charge.js'
import { prepare, taken } from './bench.js'
import type { StoreUnderTest } from './store-under-test.js'

/** What every store must know of accounts that were charged or widened before. */
export function describeAccounts(make: () => Promise<StoreUnderTest>): void {
  describe('accounts', () => {
    const bench = prepare(make)
    const takes = (charge: Credit | Spacing) => taken(bench.store.consume([charge]))
    const earn = (...earnings: Earning[]) => bench.store.apply({ earnings, marks: [], forgotten: [] })

    const range: Credit = {
      ...{ kind: 'credit', key: 'range', initial: 2, refill: 3600, overdraft: 0, keep: 30 * DAY },
    }

    it('a spacing tells the longest wait, also where that is of the shorter window (SR-D02)', async () => {
      const spans = [
        { limit: 1, window: 30_000 },
        { limit: 2, window: 90_000 },
      ]
      const number: Spacing = { kind: 'spacing', key: 'number', spans }
      expect(await takes(number)).toBe(true)
      bench.advance(80_000)
      expect(await takes(number)).toBe(true)
      expect(await bench.store.consume([number])).toEqual({ refused: 'number', left: 0, wait: 30_000 })
    })

    it('credit that was widened stays so when a charge is given back (SR-K02)', async () => {
      await earn({ ...range, gain: 0, widen: 3 })
      const receipt = await bench.store.consume([range])
      if ('refused' in receipt) return expect.fail('It has no room.')
      await bench.store.refund(receipt)
      await earn({ ...range, gain: 3, widen: 0 })
      for (let n = 0; n < 5; n++) expect(await takes(range)).toBe(true)
      expect(await takes(range)).toBe(false)
    })

    it('credit that was opened with less holds as much as is said now, once it is refilled (SR-K01)', async () => {
      expect(await takes(range)).toBe(true)
      bench.advance(HOUR)
      const wider = { ...range, initial: 10 }
      for (let n = 0; n < 10; n++) expect(await takes(wider)).toBe(true)
      expect(await takes(wider)).toBe(false)
    })

    it('credit never holds more than 100,000, however much is earned (SR-K02)', async () => {
      await earn({ ...range, gain: 200_000, widen: 200_000 })
      const beyond = await bench.store.consume([{ ...range, overdraft: -100_000 }])
      expect(beyond).toMatchObject({ refused: 'range', left: 100_000 })
    })
  })
}
