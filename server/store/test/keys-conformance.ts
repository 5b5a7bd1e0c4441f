import { describe, expect, it } from 'vitest'
import { prepare } from './bench.js'
import type { StoreUnderTest } from './store-under-test.js'

/** What every store must do with keys that are no verifications. */
export function describeKeys(make: () => Promise<StoreUnderTest>): void {
  describe('single-use keys and idempotent calls', () => {
    const bench = prepare(make)

    it('a key is claimed by exactly one of many, until its time is over', async () => {
      expect(await bench.store.isClaimed('ticket')).toBe(false)
      const all = await Promise.all(
        Array.from({ length: 100 }, (_, n) => bench.store.claim('ticket', `holder ${n}`, 1000)),
      )
      expect(all.filter(Boolean)).toHaveLength(1)
      expect(await bench.store.isClaimed('ticket')).toBe(true)
      bench.advance(1000)
      expect(await bench.store.isClaimed('ticket')).toBe(false)
      expect(await bench.store.isClaimed('ticket', `holder ${all.indexOf(true)}`)).toBe(false)
      expect(await bench.store.claim('ticket', 'another', 1000)).toBe(true)
    })

    it('a claimed key stays its holder’s, who may ask again', async () => {
      expect(await bench.store.claim('token', 'holder', 1000)).toBe(true)
      expect(await bench.store.claim('token', 'holder', 1000)).toBe(true)
      expect(await bench.store.claim('token', 'another', 1000)).toBe(false)
      expect(await bench.store.isClaimed('token', 'holder')).toBe(true)
      expect(await bench.store.isClaimed('token', 'another')).toBe(false)
      await bench.store.release('token', 'another')
      expect(await bench.store.isClaimed('token')).toBe(true)
      await bench.store.release('token', 'holder')
      expect(await bench.store.claim('token', 'another', 1000)).toBe(true)
    })

    it('an idempotent call begins once, then answers what was recorded', async () => {
      const all = await Promise.all(
        Array.from({ length: 20 }, () => bench.store.begin('call', 'holder', 5000)),
      )
      expect(all.filter((one) => one === 'begun')).toHaveLength(1)
      expect(all.filter((one) => one === 'running')).toHaveLength(19)
      await bench.store.complete('call', 'holder', 'answer', 1000)
      expect(await bench.store.begin('call', 'holder', 5000)).toEqual({ answer: 'answer' })
      bench.advance(1000)
      expect(await bench.store.begin('call', 'holder', 5000)).toBe('begun')
      await bench.store.abandon('call', 'holder')
      expect(await bench.store.begin('call', 'holder', 5000)).toBe('begun')
      bench.advance(5000)
      expect(await bench.store.begin('call', 'holder', 5000)).toBe('begun')
    })

    it('an idempotent call is ended by its holder alone, though it takes longer than its patience', async () => {
      await bench.store.begin('call', 'first', 1000)
      bench.advance(1000)
      expect(await bench.store.begin('call', 'second', 1000)).toBe('begun')
      await bench.store.abandon('call', 'first')
      await bench.store.complete('call', 'first', 'answer', 1000)
      expect(await bench.store.begin('call', 'third', 1000)).toBe('running')
      await bench.store.complete('call', 'second', 'its answer', 1000)
      await bench.store.complete('call', 'first', 'answer', 1000)
      await bench.store.abandon('call', 'second')
      expect(await bench.store.begin('call', 'third', 1000)).toEqual({ answer: 'its answer' })
      bench.advance(1000)
      await bench.store.complete('call', 'second', 'late', 1000)
      expect(await bench.store.begin('call', 'third', 1000)).toEqual({ answer: 'late' })
    })

    it('processes learn of each other, until one falls silent or leaves', async () => {
      const other = await bench.another()
      await bench.store.announce('keys', 'first', 'a', 1000)
      await bench.store.announce('other', 'first', 'x', 1000)
      bench.advance(600)
      const both = new Map([
        ['first', 'a'],
        ['second', 'b'],
      ])
      expect(await other.announce('keys', 'second', 'b', 1000)).toEqual(both)
      expect(await bench.store.announce('keys', 'first', 'c', 1000)).toEqual(both.set('first', 'c'))
      await other.withdraw('keys', 'second')
      expect(await bench.store.announce('keys', 'first', 'c', 1000)).toEqual(new Map([['first', 'c']]))
      bench.advance(1000)
      expect(await other.announce('keys', 'second', 'b', 1000)).toEqual(new Map([['second', 'b']]))
    })
  })
}
