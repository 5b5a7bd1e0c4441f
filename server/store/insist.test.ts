import { expect, it, vi } from 'vitest'
import { insist } from './insist.js'
import { StoreFullError } from './store.js'

it('insists on nothing for which the store has no room: it says so at once', async () => {
  const step = vi.fn(() => Promise.reject(new StoreFullError('full')))
  const sleep = vi.fn(() => Promise.resolve())
  await expect(insist(step, sleep)).rejects.toThrow(StoreFullError)
  expect(step).toHaveBeenCalledTimes(1)
  expect(sleep).not.toHaveBeenCalled()
})
