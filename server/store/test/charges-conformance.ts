import { describe, expect, it } from 'vitest'
import { DAY, HOUR } from '../../time.js'
import type { Credit, Earning, Receipt, Spacing } from '../charge.js'
import { prepare, taken, tally } from './bench.js'
import type { StoreUnderTest } from './store-under-test.js'

/** What every store must do with charges, earnings and marks. */
export function describeCharges(make: () => Promise<StoreUnderTest>): void {
  describe('charges', () => {
    const bench = prepare(make)
    const takes = (...charges: Parameters<typeof bench.store.consume>[0]) =>
      taken(bench.store.consume(charges))
    const take = async (...charges: Parameters<typeof bench.store.consume>[0]): Promise<Receipt> => {
      const consumed = await bench.store.consume(charges)
      if ('refused' in consumed) throw new Error(`no room in ${consumed.refused}`)
      return consumed
    }

    it('tallies rise together or not at all, and never above their limit', async () => {
      const narrow = tally('a', 1, 1000)
      const wide = tally('b', 2, 1000)
      expect(await takes(wide, narrow)).toBe(true)
      expect(await bench.store.consume([wide, narrow])).toEqual({ refused: 'a', left: 0, wait: 1000 })
      const receipt = await take(wide)
      expect(await takes(wide)).toBe(false)
      await bench.store.refund(receipt)
      expect(await takes(wide)).toBe(true)
      bench.advance(1000)
      expect(await takes(wide, narrow)).toBe(true)
    })

    it('a tally counts what each charge takes', async () => {
      const cost = (amount: number) => ({ ...tally('money', 100, DAY), amount })
      expect(await takes(cost(60))).toBe(true)
      expect(await bench.store.consume([cost(41)])).toEqual({ refused: 'money', left: 40, wait: DAY })
      await bench.store.refund(await take(cost(40)))
      expect(await takes(cost(40))).toBe(true)
      expect(await takes(cost(1))).toBe(false)
    })

    it('a tally that begins anew takes the place of what was charged before', async () => {
      const full = tally('anew', 1, 1000)
      await take(full)
      bench.advance(600)
      expect(await takes(full)).toBe(false)
      await take({ ...full, window: 500, anew: true })
      bench.advance(499)
      expect(await takes(full)).toBe(false)
      bench.advance(1)
      await take(full)
      await take({ ...full, window: 5000, anew: true })
      bench.advance(4999)
      expect(await takes(full)).toBe(false)
      expect(await takes(tally('other', 1, 1000), { ...full, amount: 2, anew: true })).toBe(false)
      expect(await takes(tally('other', 1, 1000))).toBe(true)
    })

    it('a tally that renews holds until its window has passed since the last charge (SR-D06)', async () => {
      const streak = { ...tally('streak', 3, 1000), renews: true }
      for (let n = 0; n < 3; n++) {
        await take(streak)
        bench.advance(n < 2 ? 999 : 0)
      }
      expect(await bench.store.consume([streak])).toEqual({ refused: 'streak', left: 0, wait: 1000 })
      bench.advance(999)
      expect(await bench.store.sums(['streak'])).toEqual([3])
      // Asking or being refused puts nothing off.
      expect(await takes({ ...streak, look: true })).toBe(false)
      expect(await bench.store.consume([streak])).toEqual({ refused: 'streak', left: 0, wait: 1 })
      bench.advance(1)
      expect(await bench.store.sums(['streak'])).toEqual([0])
      expect(await takes(streak)).toBe(true)
    })

    it('a tally that renews takes back what was charged since it began, and nothing of one before', async () => {
      const streak = { ...tally('streak', 3, 1000), renews: true }
      const first = await take(streak)
      bench.advance(600)
      const second = await take(streak)
      bench.advance(600)
      await take(streak)
      await bench.store.refund(first)
      await bench.store.refund(second)
      expect(await bench.store.sums(['streak'])).toEqual([1])
      await bench.store.apply({ earnings: [], marks: [], forgotten: ['streak'] })
      bench.advance(1)
      await take(streak)
      bench.advance(1)
      await take(streak)
      await bench.store.refund(second)
      expect(await bench.store.sums(['streak'])).toEqual([2])
    })

    it('whoever only looks is told, and charged nothing', async () => {
      const range: Credit = { kind: 'credit', key: 'c', initial: 1, refill: 1, overdraft: 0, keep: DAY }
      const charges = [tally('a', 1, 1000), range].map((charge) => ({ ...charge, look: true }))
      expect((await take(...charges)).charges).toEqual([])
      expect((await take(...charges)).charges).toEqual([])
      await take(tally('a', 1, 1000), range)
      expect(await takes(charges[0]!)).toBe(false)
      expect(await takes(charges[1]!)).toBe(false)
    })

    it('what is given back late takes nothing from what others were charged since', async () => {
      const one = tally('a', 1, 1000)
      const early = await take(one)
      bench.advance(1000)
      await take(one)
      await bench.store.refund(early)
      expect(await takes(one)).toBe(false)
    })

    it('a spacing lets no more through in any window, wherever that begins (SR-D02)', async () => {
      const number: Spacing = {
        kind: 'spacing',
        key: 'number',
        spans: [
          { limit: 1, window: 30_000 },
          { limit: 2, window: 90_000 },
          { limit: 3, window: 600_000 },
        ],
      }
      const waits: number[] = []
      for (let n = 0; n < 4; n++) {
        await take(number)
        const short = await bench.store.consume([number])
        if (!('refused' in short)) throw new Error('taken twice')
        waits.push(short.wait)
        expect(await takes({ ...number, look: true })).toBe(false)
        bench.advance(short.wait - 1)
        expect(await takes(number)).toBe(false)
        bench.advance(1)
        expect(await takes({ ...number, look: true })).toBe(true)
      }
      expect(waits).toEqual([30_000, 60_000, 510_000, 30_000])
    })

    it('a spacing gives back the very charge, and others stay', async () => {
      const two: Spacing = { kind: 'spacing', key: 'a', spans: [{ limit: 2, window: 1000 }] }
      const first = await take(two)
      bench.advance(400)
      await take(two)
      await bench.store.refund(first)
      bench.advance(400)
      expect(await takes(two)).toBe(true)
      expect(await bench.store.consume([two])).toEqual({ refused: 'a', left: 0, wait: 600 })
    })

    it('credit is taken down to its overdraft, and comes back with time up to what it may hold (SR-K01)', async () => {
      const range: Credit = {
        ...{ kind: 'credit', key: 'range', initial: 3, refill: 1, overdraft: 0, keep: 30 * DAY },
      }
      for (let n = 0; n < 3; n++) expect(await takes(range)).toBe(true)
      expect(await bench.store.consume([range])).toEqual({ refused: 'range', left: 0, wait: HOUR })
      expect(await takes({ ...range, overdraft: 1 })).toBe(true)
      expect(await bench.store.consume([range])).toEqual({ refused: 'range', left: -1, wait: 2 * HOUR })
      bench.advance(2 * HOUR)
      const receipt = await take(range)
      await bench.store.refund(receipt)
      expect(await takes(range)).toBe(true)
      bench.advance(20 * HOUR)
      for (let n = 0; n < 3; n++) expect(await takes(range)).toBe(true)
      expect(await takes(range)).toBe(false)
    })

    it('what is earned refills and widens, and what was widened shrinks by half every week (SR-K02)', async () => {
      const range: Credit = {
        ...{ kind: 'credit', key: 'range', initial: 2, refill: 3600, overdraft: 0, keep: 90 * DAY },
      }
      const earning: Earning = { key: 'range', initial: 2, refill: 3600, gain: 99, widen: 40, keep: 90 * DAY }
      await bench.store.apply({ earnings: [earning], marks: [], forgotten: [] })
      for (const held of [42, 22, 12]) {
        for (let n = 0; n < held; n++) expect(await takes(range)).toBe(true)
        expect(await takes(range)).toBe(false)
        bench.advance(7 * DAY)
      }
    })

    it.each([[['other', 'known']], [['known', 'other']]])(
      'what is known already earns nothing, marked as any of %j (SR-K02)',
      async (waivers) => {
        const account: Credit = {
          ...{ kind: 'credit', key: 'range', initial: 1, refill: 1 / 24, overdraft: 0, keep: 30 * DAY },
        }
        const earning: Earning = { ...account, gain: 5, widen: 5, waivers }
        const changes = { earnings: [earning], marks: [{ key: 'known', keep: 1000 }], forgotten: [] }
        await bench.store.apply(changes)
        await bench.store.apply(changes)
        for (let n = 0; n < 6; n++) expect(await takes(account)).toBe(true)
        expect(await takes(account)).toBe(false)
        bench.advance(1000)
        await bench.store.apply(changes)
        expect(await takes(account)).toBe(true)
      },
    )

    it('whoever is marked is not charged where a mark waives it, until the mark is over', async () => {
      const closed = { ...tally('strangers', 0, DAY), waivers: ['other', 'known'] }
      const open = tally('all', 5, DAY)
      expect(await takes(open, closed)).toBe(false)
      await bench.store.apply({ earnings: [], marks: [{ key: 'known', keep: 1000 }], forgotten: [] })
      expect((await take(open, closed)).charges).toEqual([open])
      bench.advance(1000)
      expect(await takes(open, closed)).toBe(false)
    })

    it('what comes again while its mark stands counts once', async () => {
      const met = (name: string): Spacing => ({
        ...{ kind: 'spacing', key: 'numbers', spans: [{ limit: 2, window: DAY }] },
        once: { key: `met ${name}`, keep: 1000 },
      })
      for (const name of ['a', 'b', 'a', 'b']) expect(await takes(met(name)), name).toBe(true)
      expect(await takes(met('c'))).toBe(false)
      expect(await takes({ ...met('a'), look: true })).toBe(true)
      bench.advance(1000)
      expect(await takes(met('a'))).toBe(false)
    })

    it('what is given back, or only looked at, was not met', async () => {
      const met: Spacing = {
        ...{ kind: 'spacing', key: 'numbers', spans: [{ limit: 1, window: DAY }] },
        once: { key: 'met', keep: DAY },
      }
      await take({ ...met, look: true })
      await bench.store.refund(await take(met))
      expect((await take(met)).charges).toEqual([met])
      expect((await take(met)).charges).toEqual([])
    })

    it('whoever is favoured by a mark may go further below nothing, until the mark is over', async () => {
      const country: Credit = {
        ...{ kind: 'credit', key: 'country', initial: 0, refill: 1 / 24, overdraft: 1, keep: DAY },
        favoured: { marks: ['other', 'proven'], overdraft: 3 },
      }
      expect(await takes(country)).toBe(true)
      expect(await takes(country)).toBe(false)
      await bench.store.apply({ earnings: [], marks: [{ key: 'proven', keep: 1000 }], forgotten: [] })
      expect(await takes(country)).toBe(true)
      const receipt = await take(country)
      expect(await takes(country)).toBe(false)
      await bench.store.refund(receipt)
      bench.advance(1000)
      expect(await takes(country)).toBe(false)
    })

    it('tells what tallies hold, of those that are over or were never seen nothing', async () => {
      await take({ ...tally('money', 100, 1000), amount: 40 }, tally('a', 5, DAY))
      await take({ ...tally('money', 100, 1000), amount: 2 })
      expect(await bench.store.sums(['a', 'never seen', 'money'])).toEqual([1, 0, 42])
      bench.advance(1000)
      expect(await bench.store.sums(['money', 'a'])).toEqual([0, 1])
      expect(await bench.store.sums([])).toEqual([])
    })

    it('marks that stand are told of, in the order in which they are asked for', async () => {
      const marks = [
        { key: 'a', keep: 1000 },
        { key: 'b', keep: DAY },
      ]
      await bench.store.apply({ earnings: [], marks, forgotten: [] })
      expect(await bench.store.standing(['b', 'never seen', 'a', 'b'])).toEqual([true, false, true, true])
      bench.advance(1000)
      expect(await bench.store.standing(['a', 'b'])).toEqual([false, true])
      expect(await bench.store.standing([])).toEqual([])
    })

    it('accounts and marks that are kept are counted, and none that were forgotten or never seen (SR-G09)', async () => {
      const spacing: Spacing = { kind: 'spacing', key: 'spaced', spans: [{ limit: 2, window: DAY }] }
      await take(tally('wrong', 1, DAY), spacing)
      const earning = { key: 'trust', initial: 3, refill: 0, keep: DAY, gain: 1, widen: 0 }
      await bench.store.apply({ earnings: [earning], marks: [{ key: 'known', keep: DAY }], forgotten: [] })
      const keys = ['never seen', 'wrong', 'spaced', 'trust', 'known']
      expect(await bench.store.kept(keys)).toBe(4)
      expect(await bench.store.kept(['known', 'never seen'])).toBe(1)
      expect(await bench.store.kept([])).toBe(0)
      await bench.store.apply({ earnings: [], marks: [], forgotten: keys })
      expect(await bench.store.kept(keys)).toBe(0)
    })

    it('an account that is forgotten is as new, a mark is gone, and nothing to charge is no refusal', async () => {
      const wrong = tally('wrong', 1, DAY)
      await take(wrong)
      await bench.store.apply({ earnings: [], marks: [], forgotten: ['wrong', 'never seen'] })
      expect(await takes(wrong)).toBe(true)
      const open = { ...tally('open', 0, DAY), waivers: ['mark'] }
      await bench.store.apply({ earnings: [], marks: [{ key: 'mark', keep: DAY }], forgotten: [] })
      expect(await takes(open)).toBe(true)
      await bench.store.apply({ earnings: [], marks: [], forgotten: ['mark'] })
      expect(await takes(open)).toBe(false)
      expect((await take()).charges).toEqual([])
    })
  })
}
