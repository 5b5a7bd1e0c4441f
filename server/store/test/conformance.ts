import { beforeEach, describe, expect, it } from 'vitest'
import { describeKeys } from './keys-conformance.js'
import type { Attempt, Store, VerificationFacts, VerificationTerms } from '../store.js'
import type { StoreUnderTest } from './store-under-test.js'

const facts = (over: Partial<VerificationFacts> = {}): VerificationFacts => ({
  id: 'id-1',
  slot: 'slot-1',
  phoneDigest: 'digest-1',
  sitekey: 'shop',
  origin: 'https://shop.example',
  country: 'US',
  ...over,
})
const terms = (over: Partial<VerificationTerms> = {}): VerificationTerms => ({
  channel: 'sms',
  lifetime: 300_000,
  attempts: 3,
  cooldowns: [30_000, 60_000],
  ...over,
})
const INTERVAL = 1000
const PATIENCE = 20_000

/** What every store must do. A new store is done when this passes. */
export function describeStore(name: string, make: () => Promise<StoreUnderTest>): void {
  describe(`the ${name} store`, () => {
    let store: Store
    let advance: StoreUnderTest['advance']

    beforeEach(async () => {
      ;({ store, advance } = await make())
    })

    describeKeys(make)

    async function sent(over: Partial<VerificationFacts> = {}, limits: Partial<VerificationTerms> = {}) {
      await store.add(facts(over), terms(limits), PATIENCE)
      await store.recordSend(over.id ?? 'id-1', 'ref-1', 'sms')
    }
    async function attempt(id = 'id-1'): Promise<Attempt> {
      const reserved = await store.reserveAttempt(id, INTERVAL, PATIENCE)
      if ('refused' in reserved) throw new Error(`refused: ${reserved.refused}`)
      return reserved
    }

    describe('verifications', () => {
      it('tells what was added, with the clocks that follow from the terms', async () => {
        const now = await store.now()
        await sent()
        expect(await store.get('id-1')).toEqual({
          ...facts(),
          state: 'sent',
          channel: 'sms',
          expiresAt: now + 300_000,
          attemptsRemaining: 3,
          resendsRemaining: 2,
          resendAvailableAt: now + 30_000,
          proof: undefined,
        })
      })

      it('takes neither checks nor resends before the message is recorded', async () => {
        await store.add(facts(), terms(), PATIENCE)
        expect(await store.reserveAttempt('id-1', INTERVAL, PATIENCE)).toEqual({ refused: 'not_found' })
        expect(await store.reserveResend('id-1')).toEqual({ refused: 'not_found' })
      })

      it('lets at most one verification live in a slot: the newest', async () => {
        await sent()
        await sent({ id: 'id-2' })
        expect(await store.get('id-1')).toBeUndefined()
        expect((await store.get('id-2'))?.state).toBe('sent')
        expect(await store.recordSend('id-1', 'ref-9', 'sms')).toBe(false)
      })

      it('ends nobody for a start whose message was never sent', async () => {
        await sent()
        await store.add(facts({ id: 'id-2' }), terms({ supersedes: 'id-1' }), PATIENCE)
        expect((await store.get('id-1'))?.state).toBe('sent')
        await store.discard('id-2')
        const { lease } = await attempt()
        expect(await store.settleAttempt('id-1', lease, { as: 'verified', proof: 'sealed' })).toBeDefined()
      })

      it('lets one message be sent for a slot at a time, so that clicks which race buy one', async () => {
        const all = await Promise.all(
          Array.from({ length: 20 }, (_, n) => store.add(facts({ id: `id-${n}` }), terms(), PATIENCE)),
        )
        expect(all.filter((one) => one === 'busy')).toHaveLength(19)
        await store.recordSend('id-0', 'ref-1', 'sms')
        expect(await store.add(facts({ id: 'id-b' }), terms(), PATIENCE)).not.toBe('busy')
        await store.discard('id-b')
        expect(await store.add(facts({ id: 'id-c' }), terms(), PATIENCE)).not.toBe('busy')
        advance(PATIENCE)
        expect(await store.add(facts({ id: 'id-d' }), terms(), PATIENCE)).not.toBe('busy')
      })

      it('loses no proof to a new start, nor to a code that the provider has forgotten', async () => {
        await sent()
        const { lease } = await attempt()
        await store.settleAttempt('id-1', lease, { as: 'verified', proof: 'sealed' })
        await sent({ id: 'id-2' }, { supersedes: 'id-1' })
        await store.discard('id-1')
        expect(await store.get('id-1')).toMatchObject({ state: 'verified', proof: 'sealed' })
      })

      it('ends the verification that a new one supersedes, of the same site and origin only', async () => {
        await sent()
        await sent({ id: 'id-2', slot: 'slot-2', origin: 'https://evil.example' }, { supersedes: 'id-1' })
        expect((await store.get('id-1'))?.state).toBe('sent')
        await sent({ id: 'id-3', slot: 'slot-3' }, { supersedes: 'id-1' })
        expect(await store.get('id-1')).toBeUndefined()
      })

      it('forgets a discarded verification, and frees its slot for nobody else’s sake', async () => {
        await sent()
        await sent({ id: 'id-2' })
        await store.discard('id-1')
        expect((await store.get('id-2'))?.state).toBe('sent')
        await store.discard('id-2')
        expect(await store.get('id-2')).toBeUndefined()
      })

      it('ends by time, at the millisecond', async () => {
        await sent()
        advance(299_999)
        expect((await store.get('id-1'))?.state).toBe('sent')
        advance(1)
        expect((await store.get('id-1'))?.state).toBe('expired')
        expect(await store.reserveAttempt('id-1', INTERVAL, PATIENCE)).toEqual({ refused: 'expired' })
        expect(await store.reserveResend('id-1')).toEqual({ refused: 'expired' })
        expect(await store.recordSend('id-1', 'ref-2', 'sms')).toBe(false)
      })
    })

    describe('attempts', () => {
      it('are spent when reserved, one at a time, and hand out the newest reference', async () => {
        await sent()
        await store.recordSend('id-1', 'ref-2', 'voice')
        const { reference, lease } = await attempt()
        expect(reference).toBe('ref-2')
        expect((await store.get('id-1'))?.attemptsRemaining).toBe(2)
        expect(await store.reserveAttempt('id-1', INTERVAL, PATIENCE)).toMatchObject({ refused: 'busy' })
        expect(await store.settleAttempt('id-1', lease, { as: 'incorrect' })).toMatchObject({
          state: 'sent',
          attemptsRemaining: 2,
        })
      })

      it('of two hundred asked for at once, one is reserved', async () => {
        await sent()
        const all = await Promise.all(
          Array.from({ length: 200 }, () => store.reserveAttempt('id-1', INTERVAL, PATIENCE)),
        )
        expect(all.filter((one) => 'lease' in one)).toHaveLength(1)
        expect((await store.get('id-1'))?.attemptsRemaining).toBe(2)
      })

      it('are paced, and pacing spends nothing', async () => {
        await sent()
        const first = await attempt()
        await store.settleAttempt('id-1', first.lease, { as: 'incorrect' })
        advance(400)
        expect(await store.reserveAttempt('id-1', INTERVAL, PATIENCE)).toEqual({
          refused: 'too_soon',
          wait: 600,
        })
        expect((await store.get('id-1'))?.attemptsRemaining).toBe(2)
        advance(600)
        await attempt()
      })

      it('run out, and the last one ends the verification when it fails', async () => {
        await sent()
        for (let left = 2; left >= 0; left--) {
          const { lease } = await attempt()
          const after = await store.settleAttempt('id-1', lease, { as: 'incorrect' })
          expect(after).toMatchObject({ attemptsRemaining: left, state: left ? 'sent' : 'exhausted' })
          advance(INTERVAL)
        }
        expect(await store.reserveAttempt('id-1', INTERVAL, PATIENCE)).toEqual({ refused: 'exhausted' })
        expect(await store.reserveResend('id-1')).toEqual({ refused: 'exhausted' })
      })

      it('may be right with the last one', async () => {
        await sent({}, { attempts: 1 })
        const { lease } = await attempt()
        expect(await store.settleAttempt('id-1', lease, { as: 'verified', proof: 'sealed' })).toMatchObject({
          state: 'verified',
        })
      })

      it('are capped by what the provider says, never raised', async () => {
        await sent()
        const first = await attempt()
        expect(await store.settleAttempt('id-1', first.lease, { as: 'incorrect', cap: 9 })).toMatchObject({
          attemptsRemaining: 2,
        })
        advance(INTERVAL)
        const second = await attempt()
        expect(await store.settleAttempt('id-1', second.lease, { as: 'incorrect', cap: 0 })).toMatchObject({
          state: 'exhausted',
          attemptsRemaining: 0,
        })
      })

      it('are given back only when the provider was never asked', async () => {
        await sent()
        const first = await attempt()
        expect(await store.settleAttempt('id-1', first.lease, { as: 'unasked' })).toMatchObject({
          attemptsRemaining: 3,
        })
        advance(INTERVAL)
        const second = await attempt()
        expect(await store.settleAttempt('id-1', second.lease, { as: 'unknown' })).toMatchObject({
          attemptsRemaining: 2,
        })
      })

      it('are given back ten times at the most', async () => {
        await sent()
        for (let times = 1; times <= 12; times++) {
          const { lease } = await attempt()
          const after = await store.settleAttempt('id-1', lease, { as: 'unasked' })
          expect(after?.attemptsRemaining).toBe(times <= 10 ? 3 : 13 - times)
          advance(INTERVAL)
        }
      })

      it('settle once: a second settlement, a foreign lease and a void lease change nothing', async () => {
        await sent()
        const { lease } = await attempt()
        expect(
          await store.settleAttempt('id-1', 'another', { as: 'verified', proof: 'sealed' }),
        ).toBeUndefined()
        await store.settleAttempt('id-1', lease, { as: 'incorrect' })
        expect(await store.settleAttempt('id-1', lease, { as: 'verified', proof: 'sealed' })).toBeUndefined()
        advance(INTERVAL)
        const late = await attempt()
        advance(PATIENCE)
        expect(
          await store.settleAttempt('id-1', late.lease, { as: 'verified', proof: 'sealed' }),
        ).toBeUndefined()
        expect(await store.get('id-1')).toMatchObject({ state: 'sent', attemptsRemaining: 1 })
        await attempt()
      })

      it('made in time count, though the time runs out while the provider thinks', async () => {
        await sent()
        advance(299_999)
        const { lease } = await attempt()
        advance(5000)
        expect((await store.get('id-1'))?.state).toBe('sent')
        expect(await store.settleAttempt('id-1', lease, { as: 'verified', proof: 'sealed' })).toMatchObject({
          state: 'verified',
        })
      })

      it('verify once and for all', async () => {
        await sent()
        const { lease } = await attempt()
        await store.settleAttempt('id-1', lease, { as: 'verified', proof: 'sealed' })
        advance(INTERVAL)
        expect(await store.reserveAttempt('id-1', INTERVAL, PATIENCE)).toEqual({ refused: 'verified' })
        expect(await store.reserveResend('id-1')).toEqual({ refused: 'verified' })
        expect(await store.recordSend('id-1', 'ref-2', 'sms')).toBe(false)
        advance(2_400_000 - INTERVAL - 1)
        expect(await store.get('id-1')).toMatchObject({ state: 'verified', proof: 'sealed' })
        advance(1)
        expect(await store.get('id-1')).toBeUndefined()
      })
    })

    it('an attempt that is under way keeps its verification when the provider has forgotten the code', async () => {
      await sent()
      const { lease } = await attempt()
      await store.discard('id-1')
      expect(await store.settleAttempt('id-1', lease, { as: 'incorrect' })).toBeDefined()
    })

    describe('resends', () => {
      it('wait for their cooldown, then go to exactly one of many who ask at once', async () => {
        await sent()
        expect(await store.reserveResend('id-1')).toEqual({ refused: 'too_soon', wait: 30_000 })
        advance(30_000)
        const all = await Promise.all(Array.from({ length: 50 }, () => store.reserveResend('id-1')))
        expect(all.filter((one) => 'reference' in one)).toEqual([{ reference: 'ref-1' }])
        expect(await store.get('id-1')).toMatchObject({ resendsRemaining: 1, state: 'sent' })
        expect(await store.reserveResend('id-1')).toEqual({ refused: 'too_soon', wait: 60_000 })
        advance(60_000)
        await store.reserveResend('id-1')
        expect(await store.reserveResend('id-1')).toEqual({ refused: 'none_left' })
      })

      it('raise no attempts and move no expiry', async () => {
        await sent()
        const { lease } = await attempt()
        await store.settleAttempt('id-1', lease, { as: 'incorrect' })
        const before = await store.get('id-1')
        advance(30_000)
        await store.reserveResend('id-1')
        await store.recordSend('id-1', 'ref-2', 'voice')
        expect(await store.get('id-1')).toMatchObject({
          attemptsRemaining: 2,
          expiresAt: before!.expiresAt,
          channel: 'voice',
        })
      })

      it('can be given back, but not their cooldown', async () => {
        await sent()
        advance(30_000)
        await store.reserveResend('id-1')
        await store.returnResend('id-1')
        expect((await store.get('id-1'))?.resendsRemaining).toBe(2)
        expect(await store.reserveResend('id-1')).toEqual({ refused: 'too_soon', wait: 60_000 })
      })
    })
  })
}
