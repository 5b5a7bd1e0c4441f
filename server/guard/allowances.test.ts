import { expect, it } from 'vitest'
import { digestsUnder } from '../pepper/digests.js'
import { memoryStore } from '../store/memory.js'
import { ALLOWANCES } from './flood.js'
import { namesUnder } from './names.js'
import { enact } from './overrides.js'

const HOUR = 3_600_000

it('a short exception does not end what floods know of a longer one', async () => {
  const names = namesUnder(digestsUnder(Buffer.alloc(32, 7)))
  let now = Date.UTC(2026, 0, 15)
  const store = memoryStore({ now: () => now })
  for (const [value, hours] of [['+12025550123', 24] as const, ['+12025550124', 1] as const])
    await enact(store, names, { scope: { of: 'number', value }, verdict: 'allow' }, hours * HOUR)
  now += 2 * HOUR
  expect(await store.standing([ALLOWANCES])).toEqual([true])
})
