import { describe, expect, it } from 'vitest'
import { DAY } from '../../time.js'
import { prepare, taken, tally } from './bench.js'
import type { StoreUnderTest } from './store-under-test.js'

/** What every store must do with charges that are made for calls which are refused. */
export function describeRefusals(make: () => Promise<StoreUnderTest>): void {
  describe('charges of refused calls', () => {
    const bench = prepare(make)
    const takes = (...charges: Parameters<typeof bench.store.consume>[0]) =>
      taken(bench.store.consume(charges))

    it('what is made instead of others is made alone, with their refusal, and only asked for otherwise', async () => {
      const refusals = { ...tally('refusals', 3, 1000), insteadOf: ['narrow', 'shut'] }
      const other = tally('other', 10, 1000)
      const narrow = tally('narrow', 1, DAY)
      const shut = tally('shut', 0, 1000)
      const held = () => bench.store.sums(['refusals', 'other', 'narrow'])
      expect(await bench.store.consume([other, refusals, narrow])).toMatchObject({ charges: [other, narrow] })
      expect(await held()).toEqual([0, 1, 1])
      expect(await bench.store.consume([other, refusals, narrow])).toMatchObject({ refused: 'narrow' })
      expect(await held()).toEqual([1, 1, 1])
      // Not for another's refusal, nor for one that comes before it, nor where it is waived.
      expect(await takes(refusals, tally('another', 0, 1000))).toBe(false)
      expect(await takes(narrow, refusals)).toBe(false)
      await bench.store.apply({ earnings: [], marks: [{ key: 'favour', keep: 1000 }], forgotten: [] })
      expect(await takes({ ...refusals, waivers: ['favour'] }, narrow)).toBe(false)
      expect(await held()).toEqual([1, 1, 1])
      bench.advance(400)
      expect(await takes(refusals, shut)).toBe(false)
      expect(await takes(refusals, shut)).toBe(false)
      expect(await bench.store.consume([refusals, shut])).toEqual({ refused: 'refusals', left: 0, wait: 600 })
      expect(await bench.store.consume([refusals])).toMatchObject({ refused: 'refusals' })
      expect(await held()).toEqual([3, 1, 1])
      bench.advance(600)
      expect(await takes(refusals)).toBe(true)
      expect(await held()).toEqual([0, 0, 1])
    })

    it('of many refusals at once no more get ahead than there is room for', async () => {
      const refusals = { ...tally('refusals', 60, 1000), insteadOf: ['shut'] }
      const asked = Array.from({ length: 200 }, () => bench.store.consume([refusals, tally('shut', 0, 1000)]))
      const refused = (await Promise.all(asked)).map((one) => 'refused' in one && one.refused)
      expect(refused.filter((key) => key === 'shut').length).toBe(60)
      expect(refused.filter((key) => key === 'refusals').length).toBe(140)
    })
  })
}
