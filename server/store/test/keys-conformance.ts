import { beforeEach, describe, expect, it } from 'vitest'
import type { Store } from '../store.js'
import type { StoreUnderTest } from './store-under-test.js'

/** What every store must do with keys that are no verifications. */
export function describeKeys(make: () => Promise<StoreUnderTest>): void {
  let store: Store
  let advance: StoreUnderTest['advance']

  beforeEach(async () => {
    ;({ store, advance } = await make())
  })

  describe('single-use keys, counters and idempotent calls', () => {
    it('a key is claimed by exactly one of many, until its time is over', async () => {
      expect(await store.isClaimed('ticket')).toBe(false)
      const all = await Promise.all(
        Array.from({ length: 100 }, (_, n) => store.claim('ticket', `holder ${n}`, 1000)),
      )
      expect(all.filter(Boolean)).toHaveLength(1)
      expect(await store.isClaimed('ticket')).toBe(true)
      advance(1000)
      expect(await store.isClaimed('ticket')).toBe(false)
      expect(await store.claim('ticket', 'another', 1000)).toBe(true)
    })

    it('a claimed key stays its holder’s, who may ask again', async () => {
      expect(await store.claim('token', 'holder', 1000)).toBe(true)
      expect(await store.claim('token', 'holder', 1000)).toBe(true)
      expect(await store.claim('token', 'another', 1000)).toBe(false)
      await store.release('token', 'another')
      expect(await store.isClaimed('token')).toBe(true)
      await store.release('token', 'holder')
      expect(await store.claim('token', 'another', 1000)).toBe(true)
    })

    it('counters rise together or not at all, and never above their limit', async () => {
      const narrow = { key: 'a', limit: 1, window: 1000 }
      const wide = { key: 'b', limit: 2, window: 1000 }
      expect(await store.consume([wide, narrow])).toBe(true)
      expect(await store.consume([wide, narrow])).toBe(false)
      expect(await store.consume([wide])).toBe(true)
      expect(await store.consume([wide])).toBe(false)
      await store.refund([wide])
      expect(await store.consume([wide])).toBe(true)
      advance(1000)
      expect(await store.consume([wide, narrow])).toBe(true)
    })

    it('an idempotent call begins once, then answers what was recorded', async () => {
      const all = await Promise.all(Array.from({ length: 20 }, () => store.begin('call', 5000)))
      expect(all.filter((one) => one === 'begun')).toHaveLength(1)
      expect(all.filter((one) => one === 'running')).toHaveLength(19)
      await store.complete('call', 'answer', 1000)
      expect(await store.begin('call', 5000)).toEqual({ answer: 'answer' })
      advance(1000)
      expect(await store.begin('call', 5000)).toBe('begun')
      await store.abandon('call')
      expect(await store.begin('call', 5000)).toBe('begun')
      advance(5000)
      expect(await store.begin('call', 5000)).toBe('begun')
    })
  })
}
