import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { memoryStore } from '../memory.js'
import { anyCall, type Side } from './model-calls.js'
import type { StoreUnderTest } from './store-under-test.js'

/**
 * Whatever is asked of a store, in whatever order, it answers as the store in memory does.
 *
 * @param runs how many sequences of calls are tried.
 */
export function describeModel(name: string, make: () => Promise<StoreUnderTest>, runs = 200): void {
  describe(`the ${name} store beside the one in memory`, () => {
    it('answers any calls in any order as that one does', { timeout: 60_000 }, async () => {
      const tested = await make()
      const handles = [tested.store, await tested.another()]
      let time = 0
      let run = 0
      try {
        await fc.assert(
          fc.asyncProperty(fc.array(anyCall, { maxLength: 100, size: 'max' }), async (calls) => {
            const real = side(tested.store, `run-${++run} `, tested.advance)
            // Its clock follows the real one's.
            const model = side(memoryStore({ now: () => time }), real.run, () => {})
            for (const [n, call] of calls.entries()) {
              time = await tested.store.now()
              real.store = handles[n % handles.length]!
              const answer = await call.make(real)
              const expected = await call.make(model)
              expect(answer).toEqual(expected)
            }
            time = await tested.store.now()
            for (const id of real.ids) expect(await real.store.get(id)).toEqual(await model.store.get(id))
          }),
          { numRuns: runs },
        )
      } finally {
        await tested.close()
      }
    })
  })
}

function side(store: Side['store'], run: string, advance: Side['advance']): Side {
  return { store, run, advance, ids: [], attempts: [], receipts: [] }
}
