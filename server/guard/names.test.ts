import { expect, it } from 'vitest'
import { digestsUnder } from '../pepper/digests.js'
import { namesUnder } from './names.js'

it('names of accounts are the same whenever they are asked for, and a thousand are remembered', () => {
  const digests = digestsUnder(Buffer.alloc(32, 7))
  let made = 0
  const names = namesUnder({
    ...digests,
    wide(...parts) {
      made++
      return digests.wide(...parts)
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
  expect(names.of('range', '+1 0').range).not.toEqual(first.number)
})

it('four names of one thing are each of 126 bits that no other has (SR-G02)', () => {
  const names = namesUnder(digestsUnder(Buffer.alloc(32, 7)))
  for (const keys of [names.of('address', '192.0.2.1/32'), names.of('caller', '192.0.2.1/32')]) {
    const digests = Object.values(keys).map(([name]) => name!.slice(name!.indexOf(':') + 1))
    expect(new Set(digests).size).toBe(4)
    for (const digest of digests) expect(digest).toMatch(/^[\w-]{21}$/)
  }
})
