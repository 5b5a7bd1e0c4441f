import { expect, it } from 'vitest'
import { seal, unseal } from './seal.js'

it('what is sealed begins with a nonce of the given source, and is opened by its key alone', () => {
  const [key, other] = [new Uint8Array(32).fill(1), new Uint8Array(32).fill(2)]
  const sizes: number[] = []
  const random = (size: number) => new Uint8Array(size).fill(sizes.push(size))
  const sealed = [seal('text', key, random), seal('text', key, random)]
  expect(sizes).toEqual([12, 12])
  expect(sealed.map((text) => Buffer.from(text, 'base64url').subarray(0, 12))).toEqual(
    [1, 2].map((n) => Buffer.alloc(12, n)),
  )
  for (const text of sealed) expect(unseal(text, [other, key])).toBe('text')
  expect(() => unseal(sealed[0]!, [other])).toThrow()
})
