import { describe, expect, it } from 'vitest'
import { INTERVAL, PATIENCE, prepare } from './bench.js'
import type { StoreUnderTest } from './store-under-test.js'

/** What every store must do with attempts. */
export function describeAttempts(make: () => Promise<StoreUnderTest>): void {
  describe('attempts', () => {
    const bench = prepare(make)

    it('are spent when reserved, one at a time, and hand out the newest reference', async () => {
      await bench.sent()
      await bench.store.recordSend('id-1', 'ref-2', 'voice')
      const { reference, lease } = await bench.attempt()
      expect(reference).toBe('ref-2')
      expect((await bench.store.get('id-1'))?.attemptsRemaining).toBe(2)
      expect(await bench.store.reserveAttempt('id-1', INTERVAL, PATIENCE)).toMatchObject({ refused: 'busy' })
      expect(await bench.store.settleAttempt('id-1', lease, { as: 'incorrect' })).toMatchObject({
        state: 'sent',
        attemptsRemaining: 2,
      })
    })

    it('of two hundred asked for at once, one is reserved', async () => {
      await bench.sent()
      const all = await Promise.all(
        Array.from({ length: 200 }, () => bench.store.reserveAttempt('id-1', INTERVAL, PATIENCE)),
      )
      expect(all.filter((one) => 'lease' in one)).toHaveLength(1)
      expect((await bench.store.get('id-1'))?.attemptsRemaining).toBe(2)
    })

    it('are paced, and pacing spends nothing', async () => {
      await bench.sent()
      const first = await bench.attempt()
      await bench.store.settleAttempt('id-1', first.lease, { as: 'incorrect' })
      bench.advance(400)
      expect(await bench.store.reserveAttempt('id-1', INTERVAL, PATIENCE)).toEqual({
        refused: 'too_soon',
        wait: 600,
      })
      expect((await bench.store.get('id-1'))?.attemptsRemaining).toBe(2)
      bench.advance(600)
      await bench.attempt()
    })

    it('run out, and the last one ends the verification when it fails', async () => {
      await bench.sent()
      for (let left = 2; left >= 0; left--) {
        const { lease } = await bench.attempt()
        const after = await bench.store.settleAttempt('id-1', lease, { as: 'incorrect' })
        expect(after).toMatchObject({ attemptsRemaining: left, state: left ? 'sent' : 'exhausted' })
        bench.advance(INTERVAL)
      }
      expect(await bench.store.reserveAttempt('id-1', INTERVAL, PATIENCE)).toEqual({ refused: 'exhausted' })
      expect(await bench.store.reserveResend('id-1')).toEqual({ refused: 'exhausted' })
    })

    it.each([
      // Nobody looked at the code.
      [{ as: 'expired' }, 3, { state: 'expired' }],
      [{ as: 'exhausted' }, 2, { state: 'exhausted', attemptsRemaining: 0 }],
      [{ as: 'incorrect', cap: 1 }, 2, { state: 'sent', attemptsRemaining: 1 }],
    ] as const)(
      'settled as %j end nothing newer than what was asked about, and shorten nothing (SR-C12)',
      async (settlement, left, end) => {
        await bench.sent({}, { attempts: 3 })
        const { lease, reference } = await bench.attempt()
        await bench.store.recordSend('id-1', 'ref-2', 'sms')
        const after = await bench.store.settleAttempt('id-1', lease, { ...settlement, reference })
        expect(after).toMatchObject({ state: 'sent', attemptsRemaining: left })
        bench.advance(INTERVAL)
        const next = await bench.attempt()
        const { reference: newer } = next
        const ended = await bench.store.settleAttempt('id-1', next.lease, { ...settlement, reference: newer })
        expect(ended).toMatchObject(end)
      },
    )

    it('of which a newer message has come meanwhile are given back no more often than others', async () => {
      await bench.sent()
      for (let times = 1; times <= 12; times++) {
        const { lease, reference } = await bench.attempt()
        await bench.store.recordSend('id-1', `${reference}+`, 'sms')
        const after = await bench.store.settleAttempt('id-1', lease, { as: 'expired', reference })
        expect(after?.attemptsRemaining).toBe(times <= 10 ? 3 : 13 - times)
        bench.advance(INTERVAL)
      }
    })

    it('may be right with the last one', async () => {
      await bench.sent({}, { attempts: 1 })
      const { lease } = await bench.attempt()
      expect(
        await bench.store.settleAttempt('id-1', lease, { as: 'verified', proof: 'sealed' }),
      ).toMatchObject({
        state: 'verified',
      })
    })

    it('are capped by what the provider says, never raised', async () => {
      await bench.sent()
      const first = await bench.attempt()
      expect(await bench.store.settleAttempt('id-1', first.lease, { as: 'incorrect', cap: 9 })).toMatchObject(
        {
          attemptsRemaining: 2,
        },
      )
      bench.advance(INTERVAL)
      const second = await bench.attempt()
      expect(
        await bench.store.settleAttempt('id-1', second.lease, { as: 'incorrect', cap: 0 }),
      ).toMatchObject({
        state: 'exhausted',
        attemptsRemaining: 0,
      })
    })

    it('are none once the provider says that there are none (SR-C12)', async () => {
      await bench.sent()
      const { lease } = await bench.attempt()
      await bench.store.settleAttempt('id-1', lease, { as: 'exhausted' })
      expect(await bench.store.get('id-1')).toMatchObject({ state: 'exhausted', attemptsRemaining: 0 })
    })

    it('are given back only when the provider was never asked', async () => {
      await bench.sent()
      const first = await bench.attempt()
      expect(await bench.store.settleAttempt('id-1', first.lease, { as: 'unasked' })).toMatchObject({
        attemptsRemaining: 3,
      })
      bench.advance(INTERVAL)
      const second = await bench.attempt()
      expect(await bench.store.settleAttempt('id-1', second.lease, { as: 'unknown' })).toMatchObject({
        attemptsRemaining: 2,
      })
    })

    it('are given back ten times at the most', async () => {
      await bench.sent()
      for (let times = 1; times <= 12; times++) {
        const { lease } = await bench.attempt()
        const after = await bench.store.settleAttempt('id-1', lease, { as: 'unasked' })
        expect(after?.attemptsRemaining).toBe(times <= 10 ? 3 : 13 - times)
        bench.advance(INTERVAL)
      }
    })

    it('settle once: a second settlement, a foreign lease and a void lease change nothing', async () => {
      await bench.sent()
      const { lease } = await bench.attempt()
      expect(
        await bench.store.settleAttempt('id-1', 'another', { as: 'verified', proof: 'sealed' }),
      ).toBeUndefined()
      await bench.store.settleAttempt('id-1', lease, { as: 'incorrect' })
      expect(
        await bench.store.settleAttempt('id-1', lease, { as: 'verified', proof: 'sealed' }),
      ).toBeUndefined()
      bench.advance(INTERVAL)
      const late = await bench.attempt()
      bench.advance(PATIENCE)
      expect(
        await bench.store.settleAttempt('id-1', late.lease, { as: 'verified', proof: 'sealed' }),
      ).toBeUndefined()
      expect(await bench.store.get('id-1')).toMatchObject({ state: 'sent', attemptsRemaining: 1 })
      await bench.attempt()
    })

    it('made in time count, though the time runs out while the provider thinks', async () => {
      await bench.sent()
      bench.advance(299_999)
      const { lease } = await bench.attempt()
      bench.advance(5000)
      expect((await bench.store.get('id-1'))?.state).toBe('sent')
      expect(
        await bench.store.settleAttempt('id-1', lease, { as: 'verified', proof: 'sealed' }),
      ).toMatchObject({
        state: 'verified',
      })
    })

    it('verify once and for all', async () => {
      await bench.sent()
      const { lease } = await bench.attempt()
      await bench.store.settleAttempt('id-1', lease, { as: 'verified', proof: 'sealed' })
      bench.advance(INTERVAL)
      expect(await bench.store.reserveAttempt('id-1', INTERVAL, PATIENCE)).toEqual({ refused: 'verified' })
      expect(await bench.store.reserveResend('id-1')).toEqual({ refused: 'verified' })
      expect(await bench.store.recordSend('id-1', 'ref-2', 'sms')).toBe(false)
      bench.advance(2_400_000 - INTERVAL - 1)
      expect(await bench.store.get('id-1')).toMatchObject({ state: 'verified', proof: 'sealed' })
      bench.advance(1)
      expect(await bench.store.get('id-1')).toBeUndefined()
    })

    it('an attempt that is under way keeps its verification when the provider has forgotten the code', async () => {
      await bench.sent()
      const { lease } = await bench.attempt()
      await bench.store.discard('id-1')
      expect(await bench.store.settleAttempt('id-1', lease, { as: 'incorrect' })).toBeDefined()
    })
  })
}
