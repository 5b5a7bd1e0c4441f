import { randomBytes } from 'node:crypto'
import { expect, it, vi } from 'vitest'
import { digestsUnder } from '../pepper/digests.js'
import { memoryStore } from '../store/memory.js'
import { StoreError } from '../store/store.js'
import { liftOverride, livingOverrides, setOverride } from './override-list.js'
import type { Scope } from './overrides.js'

it('an override is on the list until it is lifted, and lifted whole once replicas have that (SR-C14)', async () => {
  const store = memoryStore()
  const digests = digestsUnder(new Uint8Array(32), new Uint8Array(32).fill(1))
  const deps = { store, digests, observe: () => {}, random: randomBytes }
  const scope: Scope = { of: 'range', value: '+1202555' }
  await setOverride(deps, { scope, verdict: 'deny', by: 'ops' }, 60_000)
  const [earned, withdrawn] = [vi.spyOn(store, 'apply'), vi.spyOn(store, 'withdraw')]
  earned.mockRejectedValueOnce(new StoreError('away'))
  await expect(liftOverride(deps, scope, 'ops')).rejects.toThrow(StoreError)
  expect((await livingOverrides(store, digests)).overrides).toHaveLength(1)
  await liftOverride(deps, scope, 'ops')
  // Of these only what an operator earns waits for the replicas, which then have all that was written before.
  expect(earned.mock.lastCall?.[1]).toBe('operator')
  const [waited, unlisted] = [earned, withdrawn].map(({ mock }) => mock.invocationCallOrder.at(-1)!)
  expect(waited).toBeGreaterThan(unlisted!)
  expect((await livingOverrides(store, digests)).overrides).toEqual([])
})
