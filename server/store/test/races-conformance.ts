import { beforeEach, describe, expect, it } from 'vitest'
import type { Store } from '../store.js'
import { facts, INTERVAL, PATIENCE, prepare, taken, tally, terms } from './bench.js'
import type { StoreUnderTest } from './store-under-test.js'

/** How many handles ask at once. */
const HANDLES = 4

/** What every store must do when several processes ask at once. */
export function describeRaces(make: () => Promise<StoreUnderTest>): void {
  describe('races between processes', () => {
    const bench = prepare(make)
    let handles: Store[]
    beforeEach(async () => {
      handles = [bench.store]
      while (handles.length < HANDLES) handles.push(await bench.another())
    })

    /** Asks `times` times at once, through the handles in turn. */
    async function atOnce<T>(times: number, ask: (store: Store, n: number) => Promise<T>): Promise<T[]> {
      return Promise.all(Array.from({ length: times }, (_, n) => ask(handles[n % HANDLES]!, n)))
    }

    it('of two hundred attempts asked for at once, one is reserved (SR-C03)', async () => {
      await bench.sent()
      const all = await atOnce(200, (store) => store.reserveAttempt('id-1', 0, PATIENCE))
      expect(all.filter((one) => 'lease' in one)).toHaveLength(1)
      expect((await bench.store.get('id-1'))?.attemptsRemaining).toBe(2)
    })

    it('attempts that are settled and asked for again at once never exceed their number (SR-C03)', async () => {
      await bench.sent()
      const all = await atOnce(200, async (store) => {
        const reserved = await store.reserveAttempt('id-1', 0, PATIENCE)
        if ('lease' in reserved) await store.settleAttempt('id-1', reserved.lease, { as: 'incorrect' })
        return reserved
      })
      for (let more = 0; more < 5; more++) {
        const reserved = await bench.store.reserveAttempt('id-1', 0, PATIENCE)
        if ('lease' in reserved) await bench.store.settleAttempt('id-1', reserved.lease, { as: 'unknown' })
        all.push(reserved)
      }
      expect(all.filter((one) => 'lease' in one)).toHaveLength(3)
      expect(await bench.store.get('id-1')).toMatchObject({ state: 'exhausted', attemptsRemaining: 0 })
    })

    it('of a hundred settlements of one attempt, one verifies (SR-C05)', async () => {
      await bench.sent()
      const { lease } = await bench.attempt()
      const all = await atOnce(100, (store, n) =>
        store.settleAttempt('id-1', lease, { as: 'verified', proof: `proof ${n}` }),
      )
      const verified = all.filter((one) => one !== undefined)
      expect(verified).toHaveLength(1)
      expect(await bench.store.get('id-1')).toEqual(verified[0])
    })

    it('an attempt that is settled as right and as wrong at once is one of them', async () => {
      await bench.sent()
      const { lease } = await bench.attempt()
      const all = await atOnce(40, (store, n) =>
        store.settleAttempt('id-1', lease, n % 3 ? { as: 'incorrect' } : { as: 'verified', proof: 'sealed' }),
      )
      const settled = all.filter((one) => one !== undefined)
      expect(settled).toHaveLength(1)
      expect(await bench.store.get('id-1')).toEqual(settled[0])
    })

    it('no verification is discarded from under an attempt', async () => {
      for (let round = 0; round < 10; round++) {
        const id = `id-${round}`
        await bench.sent({ id, slot: `id-slot-${round}` })
        // Whoever asks first wins, for once the one and then the other.
        const all = await atOnce(8, async (store, n) =>
          (n + round) % 2 ? store.reserveAttempt(id, INTERVAL, PATIENCE) : store.discard(id),
        )
        const leases = all.flatMap((one) => (one && 'lease' in one ? [one.lease] : []))
        expect(leases.length).toBeLessThanOrEqual(1)
        expect((await bench.store.get(id))?.attemptsRemaining).toBe(leases.length ? 2 : undefined)
      }
    })

    it('a resend is handed out once, and given back only to be handed out once', async () => {
      await bench.sent()
      for (let round = 0; round < 3; round++) {
        bench.advance(60_000)
        const all = await atOnce(50, (store) => store.reserveResend('id-1'))
        expect(all.filter((one) => 'reference' in one)).toHaveLength(1)
        if (round === 0) await bench.store.returnResend('id-1')
      }
      bench.advance(60_000)
      expect(await bench.store.reserveResend('id-1')).toEqual({ refused: 'none_left' })
    })

    it('of a hundred messages for one slot, one is sent at a time', async () => {
      const all = await atOnce(100, (store, n) => store.add(facts({ id: `id-${n}` }), terms(), PATIENCE))
      expect(all.filter((one) => one !== 'busy')).toHaveLength(1)
    })

    it('of twenty whose messages arrive at once in one slot, one lives (SR-C08)', async () => {
      const ids = Array.from({ length: 20 }, (_, n) => `id-${n}`)
      for (const id of ids) await bench.store.add(facts({ id }), terms(), 0)
      await atOnce(20, (store, n) => store.recordSend(ids[n]!, `ref-${n}`, 'sms'))
      const found = await Promise.all(ids.map((id) => bench.store.get(id)))
      expect(found.filter((one) => one !== undefined)).toHaveLength(1)
    })

    it('a key is claimed by one of a hundred, and by no other after it was given back twice', async () => {
      const all = await atOnce(100, (store, n) => store.claim('key', `holder ${n}`, 1000))
      expect(all.filter(Boolean)).toHaveLength(1)
      const holder = all.indexOf(true)
      await atOnce(100, (store, n) =>
        n === holder ? Promise.resolve() : store.release('key', `holder ${n}`),
      )
      expect(await bench.store.claim('key', 'another', 1000)).toBe(false)
    })

    it('counters that are raised together never exceed a limit, and are raised all or none (SR-D02)', async () => {
      const charges = [7, 20, 11].map((limit, n) => tally(`counter ${n}`, limit, 1000))
      const chosen = (n: number) => charges.filter((_, index) => (n >> index) & 1)
      const all = await atOnce(200, (store, n) => taken(store.consume(chosen((n % 7) + 1))))
      for (const charge of charges) {
        let raised = all.filter((done, n) => done && chosen((n % 7) + 1).includes(charge)).length
        expect(raised).toBeLessThanOrEqual(charge.limit)
        while (await taken(bench.store.consume([charge]))) raised++
        expect(raised).toBe(charge.limit)
      }
    })

    it('what is raised and lowered at once ends where it began', async () => {
      const charge = tally('counter', 1000, 60_000)
      await bench.store.consume([charge])
      await atOnce(200, async (store) => {
        const receipt = await store.consume([charge])
        if ('charges' in receipt) await store.refund(receipt)
      })
      const last = { ...charge, limit: 2 }
      expect(await taken(bench.store.consume([last]))).toBe(true)
      expect(await taken(bench.store.consume([last]))).toBe(false)
    })

    it('an idempotent call begins once, and all are told its answer (SR-C10)', async () => {
      const all = await atOnce(100, (store) => store.begin('call', 'holder', 5000))
      expect(all.filter((one) => one === 'begun')).toHaveLength(1)
      expect(all.filter((one) => one === 'running')).toHaveLength(99)
      await bench.store.complete('call', 'holder', 'answer', 5000)
      const told = await atOnce(20, (store) => store.begin('call', 'holder', 5000))
      expect(told).toEqual(Array(20).fill({ answer: 'answer' }))
    })
  })
}
