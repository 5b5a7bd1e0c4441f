import { describe, expect, it } from 'vitest'
import { facts, PATIENCE, prepare, terms } from './bench.js'
import type { StoreUnderTest } from './store-under-test.js'

/** What every store must do when it is asked for all it keeps about a number. */
export function describeNumbers(make: () => Promise<StoreUnderTest>): void {
  describe('numbers', () => {
    const bench = prepare(make)
    const MANY = 300

    /** Verifications of two numbers, one of which is known by two digests, all over the store. */
    async function fill(): Promise<void> {
      for (let n = 0; n < MANY; n++) {
        const place = n.toString(36).padStart(3, '0')
        const phoneDigest = ['digest-1', 'digest-2', 'digest-of-another'][n % 3]!
        await bench.sent({ id: `${place}-id`, slot: `${place}-slot`, phoneDigest })
      }
    }

    it('are erased under all their digests, whatever the state, and others stay (SR-G09)', async () => {
      await fill()
      const { lease } = await bench.attempt('000-id')
      await bench.store.settleAttempt('000-id', lease, { as: 'verified', proof: 'sealed' })
      await bench.attempt('001-id')
      const numbers = ['digest-1', 'digest-2']
      expect((await bench.store.countNumber(numbers)).verifications).toBe(200)
      expect((await bench.store.countNumber(['digest-2'])).verifications).toBe(100)
      expect((await bench.store.get('000-id'))?.proof).toBe('sealed')
      expect((await bench.store.eraseNumber(numbers)).verifications).toBe(200)
      expect((await bench.store.countNumber(numbers)).verifications).toBe(0)
      expect((await bench.store.eraseNumber(numbers)).verifications).toBe(0)
      expect(await bench.store.get('000-id')).toBeUndefined()
      expect(await bench.store.get('001-id')).toBeUndefined()
      expect(await bench.store.settleAttempt('001-id', lease, { as: 'incorrect' })).toBeUndefined()
      expect((await bench.store.get('002-id'))?.state).toBe('sent')
      expect((await bench.store.countNumber(['digest-of-another'])).verifications).toBe(100)
    })

    it('are erased after their end too, and while a message is on its way; their slot is free at once', async () => {
      await bench.sent({ id: 'id-2', slot: 'id-slot-2' })
      bench.advance(300_001)
      await bench.store.add(facts(), terms(), PATIENCE)
      expect((await bench.store.eraseNumber(['digest-1'])).verifications).toBe(2)
      expect(await bench.store.get('id-2')).toBeUndefined()
      expect(await bench.store.recordSend('id-1', 'ref-1', 'sms')).toBe(false)
      expect(await bench.store.add(facts({ id: 'id-3' }), terms(), PATIENCE)).not.toBe('busy')
    })

    it('of which nothing is kept are none, also in an empty store', async () => {
      expect((await bench.store.eraseNumber(['digest-1'])).verifications).toBe(0)
      await bench.sent()
      expect((await bench.store.eraseNumber(['digest-*', 'digest'])).verifications).toBe(0)
      expect((await bench.store.countNumber([])).verifications).toBe(0)
      expect((await bench.store.get('id-1'))?.state).toBe('sent')
    })
  })
}
