import { expect, it } from 'vitest'
import { recently } from './recent.js'

it('asks for the time once a second, and counts on between', async () => {
  let asked = 0
  let steady = 5
  const recent = recently(
    async () => 1_000_000 * ++asked,
    () => steady,
  )
  expect(await recent()).toBe(1_000_000)
  steady += 999.5
  expect(await recent()).toBe(1_000_999)
  steady += 0.5
  expect(await recent()).toBe(2_000_000)
  steady += 10
  expect(await recent()).toBe(2_000_010)
  expect(asked).toBe(2)
})

it('asks again at once when nobody could tell', async () => {
  let fails = true
  const recent = recently(
    async () => (fails ? Promise.reject(new Error('away')) : 7),
    () => 0,
  )
  await expect(recent()).rejects.toThrow('away')
  fails = false
  expect(await recent()).toBe(7)
})
