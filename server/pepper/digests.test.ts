import { randomBytes } from 'node:crypto'
import { expect, it } from 'vitest'
import { digestsUnder, handleDigest, newHandle } from './digests.js'

const slot = digestsUnder(randomBytes(32)).digest('slot', 'shop', 'signup', '+12025550123')

it('a handle and its digest begin like their slot, and the rest of either tells nothing of the other', () => {
  const handle = newHandle(slot, randomBytes)
  const id = handleDigest(handle)
  expect(handle).toMatch(/^[A-Za-z0-9_-]{46}$/)
  expect(id).toMatch(/^[A-Za-z0-9_-]{46}$/)
  expect([handle, id].map((text) => text.slice(0, 3))).toEqual([slot.slice(0, 3), slot.slice(0, 3)])
  expect(handle.slice(3)).not.toBe(id.slice(3))
  expect(newHandle(slot, randomBytes)).not.toBe(handle)
})

it('a handle that differs in any character has another digest', () => {
  const handle = newHandle(slot, randomBytes)
  for (let n = 0; n < handle.length; n++) {
    const other = handle.slice(0, n) + (handle[n] === 'A' ? 'B' : 'A') + handle.slice(n + 1)
    expect(handleDigest(other).slice(3)).not.toBe(handleDigest(handle).slice(3))
  }
})

it('a number has another name in logs every thirty days, under each pepper (SR-G07)', () => {
  const day = 24 * 3600_000
  let time = 900 * day
  const digests = digestsUnder(randomBytes(32), randomBytes(32), () => time)
  const names = () => [digests, digests.other!].map((one) => one.ref('+12025550123'))
  const first = names()
  for (const name of first) expect(name).toMatch(/^[A-Za-z0-9_-]{12}$/)
  time += 30 * day - 1
  expect(names()).toEqual(first)
  time += 1
  expect(new Set([...first, ...names()]).size).toBe(4)
})
