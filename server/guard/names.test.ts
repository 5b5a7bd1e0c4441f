import { expect, it } from 'vitest'
import { digestsUnder } from '../verification/digests.js'
import { namesUnder } from './names.js'

it('names of accounts are the same whenever they are asked for, and a thousand are remembered', () => {
  const digests = digestsUnder(Buffer.alloc(32, 7))
  let made = 0
  const names = namesUnder({
    ...digests,
    digest(...parts) {
      made++
      return digests.digest(...parts)
    },
  })
  const first = names.of('number', '+1 0')
  for (let round = 0; round < 3; round++) {
    for (let n = 0; n < 100; n++) names.of('number', `+1 ${n}`)
  }
  expect(made).toBe(100)
  for (let n = 0; n < 1000; n++) names.of('number', `+2 ${n}`)
  expect(names.of('number', '+1 0')).toEqual(first)
  expect(made).toBe(1101)
  expect(names.of('known', '+1 0')).not.toEqual(first)
})
