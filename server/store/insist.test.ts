import { expect, it, vi } from 'vitest'
import { insist, LONGEST_INSISTENCE, STORE_PATIENCE } from './insist.js'
import { StoreError, StoreFullError } from './store.js'

it('insists on nothing for which the store has no room: it says so at once', async () => {
  const step = vi.fn(() => Promise.reject(new StoreFullError('full')))
  const sleep = vi.fn(() => Promise.resolve())
  await expect(insist(step, sleep)).rejects.toThrow(StoreFullError)
  expect(step).toHaveBeenCalledTimes(1)
  expect(sleep).not.toHaveBeenCalled()
})

it('insists for no longer than leases are made for, though each try take its whole time', async () => {
  let time = 0
  const step = async () => {
    time += STORE_PATIENCE
    throw new StoreError('away')
  }
  const sleep = async (milliseconds: number) => void (time += milliseconds)
  await expect(insist(step, sleep)).rejects.toThrow(StoreError)
  expect(time).toBe(LONGEST_INSISTENCE)
})
