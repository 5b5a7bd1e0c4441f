import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { describeAccounts } from './accounts-conformance.js'
import { describeAttempts } from './attempts-conformance.js'
import { facts, INTERVAL, PATIENCE, prepare, terms } from './bench.js'
import { describeCharges } from './charges-conformance.js'
import { describeKeys } from './keys-conformance.js'
import { describeNumbers } from './numbers-conformance.js'
import { describeRaces } from './races-conformance.js'
import { describeRefusals } from './refusals-conformance.js'
import type { StoreUnderTest } from './store-under-test.js'

/** What every store must do. A new store is done when this passes. */
export function describeStore(name: string, make: () => Promise<StoreUnderTest>): void {
  describe(`the ${name} store`, () => {
    describe('verifications', () => {
      const bench = prepare(make)

      it('tells what was added, with the clocks that follow from the terms', async () => {
        const now = await bench.store.now()
        expect(await bench.store.recent()).toBe(now)
        await bench.sent()
        expect(await bench.store.get('id-1')).toEqual({
          ...facts(),
          state: 'sent',
          channel: 'sms',
          expiresAt: now + 300_000,
          attemptsRemaining: 3,
          resendsUsed: 0,
          resendsRemaining: 2,
          resendAvailableAt: now + 30_000,
          proof: undefined,
        })
      })

      it('tells whose key its page has, and of the others that they have none (SR-A17)', async () => {
        const keyThumbprint = createHash('sha256').update('key').digest('base64url')
        await bench.sent({ keyThumbprint })
        await bench.sent({ id: 'id-2', slot: 'id-slot-2' })
        expect(await bench.store.get('id-1')).toMatchObject({ keyThumbprint })
        const { lease } = await bench.attempt()
        const settled = await bench.store.settleAttempt('id-1', lease, { as: 'incorrect' })
        expect(settled).toMatchObject({ keyThumbprint })
        expect((await bench.store.get('id-2'))?.keyThumbprint).toBeUndefined()
      })

      it('takes neither checks nor resends before the message is recorded', async () => {
        await bench.store.add(facts(), terms(), PATIENCE)
        expect(await bench.store.reserveAttempt('id-1', INTERVAL, PATIENCE)).toEqual({ refused: 'not_found' })
        expect(await bench.store.reserveResend('id-1')).toEqual({ refused: 'not_found' })
      })

      it('lets at most one verification live in a slot: the newest', async () => {
        await bench.sent()
        await bench.sent({ id: 'id-2' })
        expect(await bench.store.get('id-1')).toBeUndefined()
        expect((await bench.store.get('id-2'))?.state).toBe('sent')
        expect(await bench.store.recordSend('id-1', 'ref-9', 'sms')).toBe(false)
      })

      it('lets at most one live in a slot whichever page of the site it was started from (SR-C08)', async () => {
        await bench.sent()
        await bench.sent({ id: 'id-2', origin: 'https://www.shop.example' })
        expect(await bench.store.get('id-1')).toBeUndefined()
        expect((await bench.store.get('id-2'))?.state).toBe('sent')
      })

      it('ends who has the slot under the other pepper too, once, unless proven (SR-C08, SR-G03)', async () => {
        const slots = { older: 'older-slot', newer: 'newer-slot' }
        await bench.sent({ id: 'older-1', slot: slots.older })
        await bench.store.add(facts({ id: 'newer-1', slot: slots.newer }), terms(), PATIENCE)
        expect((await bench.store.get('older-1'))?.state).toBe('sent')
        await bench.store.recordSend('newer-1', 'ref-2', 'sms', slots.older)
        expect(await bench.store.get('older-1')).toBeUndefined()
        // A resend takes no slot, so it ends nobody.
        await bench.sent({ id: 'older-2', slot: slots.older })
        await bench.store.recordSend('newer-1', 'ref-3', 'sms', slots.older)
        const { lease } = await bench.attempt('older-2')
        await bench.store.settleAttempt('older-2', lease, { as: 'verified', proof: 'sealed' })
        await bench.store.add(facts({ id: 'newer-2', slot: slots.newer }), terms(), PATIENCE)
        await bench.store.recordSend('newer-2', 'ref-4', 'sms', slots.older)
        expect((await bench.store.get('older-2'))?.proof).toBe('sealed')
        expect(await bench.store.get('newer-1')).toBeUndefined()
      })

      it('never ends itself, whichever slot is said to be the other', async () => {
        await bench.store.add(facts(), terms(), PATIENCE)
        expect(await bench.store.recordSend('id-1', 'ref-1', 'sms', facts().slot)).toBe(true)
        expect((await bench.store.get('id-1'))?.state).toBe('sent')
      })

      it('ends nobody for a start whose message was never sent', async () => {
        await bench.sent()
        await bench.store.add(facts({ id: 'id-2' }), terms({ supersedes: 'id-1' }), PATIENCE)
        expect((await bench.store.get('id-1'))?.state).toBe('sent')
        await bench.store.discard('id-2')
        const { lease } = await bench.attempt()
        expect(
          await bench.store.settleAttempt('id-1', lease, { as: 'verified', proof: 'sealed' }),
        ).toBeDefined()
      })

      it('ends who had the slot before a start whose message was never sent, once the next is (SR-C08)', async () => {
        await bench.sent()
        await bench.store.add(facts({ id: 'id-2' }), terms(), PATIENCE)
        await bench.store.discard('id-2')
        await bench.sent({ id: 'id-3' })
        expect(await bench.store.get('id-1')).toBeUndefined()
      })

      it('lets one message be sent for a slot at a time, so that clicks which race buy one', async () => {
        const all = await Promise.all(
          Array.from({ length: 20 }, (_, n) => bench.store.add(facts({ id: `id-${n}` }), terms(), PATIENCE)),
        )
        expect(all.filter((one) => one === 'busy')).toHaveLength(19)
        await bench.store.recordSend('id-0', 'ref-1', 'sms')
        expect(await bench.store.add(facts({ id: 'id-b' }), terms(), PATIENCE)).not.toBe('busy')
        await bench.store.discard('id-b')
        expect(await bench.store.add(facts({ id: 'id-c' }), terms(), PATIENCE)).not.toBe('busy')
        bench.advance(PATIENCE)
        expect(await bench.store.add(facts({ id: 'id-d' }), terms(), PATIENCE)).not.toBe('busy')
      })

      it('loses no proof to a new start, nor to a code that the provider has forgotten', async () => {
        await bench.sent()
        const { lease } = await bench.attempt()
        await bench.store.settleAttempt('id-1', lease, { as: 'verified', proof: 'sealed' })
        await bench.sent({ id: 'id-2' }, { supersedes: 'id-1' })
        await bench.store.discard('id-1')
        expect(await bench.store.get('id-1')).toMatchObject({ state: 'verified', proof: 'sealed' })
      })

      it('ends the verification that a new one supersedes, of the same site and origin only', async () => {
        await bench.sent()
        await bench.sent(
          { id: 'two-1', slot: 'two-slot', origin: 'https://evil.example' },
          { supersedes: 'id-1' },
        )
        expect((await bench.store.get('id-1'))?.state).toBe('sent')
        await bench.sent({ id: 'other-1', slot: 'other-slot', sitekey: 'other' }, { supersedes: 'id-1' })
        expect((await bench.store.get('id-1'))?.state).toBe('sent')
        await bench.sent({ id: 'three-1', slot: 'three-slot' }, { supersedes: 'id-1' })
        expect(await bench.store.get('id-1')).toBeUndefined()
      })

      it('forgets a discarded verification, and frees its slot for nobody else’s sake', async () => {
        await bench.sent()
        await bench.sent({ id: 'id-2' })
        await bench.store.discard('id-1')
        expect((await bench.store.get('id-2'))?.state).toBe('sent')
        await bench.store.discard('id-2')
        expect(await bench.store.get('id-2')).toBeUndefined()
      })

      it('ends by time, at the millisecond', async () => {
        await bench.sent()
        bench.advance(299_999)
        expect((await bench.store.get('id-1'))?.state).toBe('sent')
        bench.advance(1)
        expect((await bench.store.get('id-1'))?.state).toBe('expired')
        expect(await bench.store.reserveAttempt('id-1', INTERVAL, PATIENCE)).toEqual({ refused: 'expired' })
        expect(await bench.store.reserveResend('id-1')).toEqual({ refused: 'expired' })
        expect(await bench.store.recordSend('id-1', 'ref-2', 'sms')).toBe(false)
      })
    })

    describeAttempts(make)

    describe('resends', () => {
      const bench = prepare(make)

      it('wait for their cooldown, then go to exactly one of many who ask at once', async () => {
        await bench.sent()
        expect(await bench.store.reserveResend('id-1')).toEqual({ refused: 'too_soon', wait: 30_000 })
        bench.advance(30_000)
        const all = await Promise.all(Array.from({ length: 50 }, () => bench.store.reserveResend('id-1')))
        expect(all.filter((one) => 'reference' in one)).toEqual([{ reference: 'ref-1' }])
        expect(await bench.store.get('id-1')).toMatchObject({
          ...{ resendsUsed: 1, resendsRemaining: 1, state: 'sent' },
        })
        expect(await bench.store.reserveResend('id-1')).toEqual({ refused: 'too_soon', wait: 60_000 })
        bench.advance(60_000)
        await bench.store.reserveResend('id-1')
        expect(await bench.store.reserveResend('id-1')).toEqual({ refused: 'none_left' })
      })

      it('raise no attempts and move no expiry', async () => {
        await bench.sent()
        const { lease } = await bench.attempt()
        await bench.store.settleAttempt('id-1', lease, { as: 'incorrect' })
        const before = await bench.store.get('id-1')
        bench.advance(30_000)
        await bench.store.reserveResend('id-1')
        await bench.store.recordSend('id-1', 'ref-2', 'voice')
        expect(await bench.store.get('id-1')).toMatchObject({
          attemptsRemaining: 2,
          expiresAt: before!.expiresAt,
          channel: 'voice',
        })
      })

      it('can be given back, but not their cooldown', async () => {
        await bench.sent()
        bench.advance(30_000)
        await bench.store.reserveResend('id-1')
        await bench.store.returnResend('id-1')
        expect(await bench.store.get('id-1')).toMatchObject({ resendsUsed: 0, resendsRemaining: 2 })
        expect(await bench.store.reserveResend('id-1')).toEqual({ refused: 'too_soon', wait: 60_000 })
      })
    })

    describeKeys(make)
    describeCharges(make)
    describeAccounts(make)
    describeRefusals(make)
    describeNumbers(make)
    describeRaces(make)
  })
}
