import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { pack, unpack } from './pack.js'

const digest = createHash('sha256').update('a').digest('base64url')

it('keeps digests as 32 bytes, ids as 35, capital hexadecimal handles as 16, and other texts as they are', () => {
  expect(pack(digest)).toHaveLength(32)
  expect(pack(`abc${digest}`)).toHaveLength(35)
  expect(pack(`abcd${digest}`)).toBe(`abcd${digest}`)
  expect(pack('9C817C6F8AF3D48F9FE553282AFA2B67')).toHaveLength(16)
  expect(pack('9c817c6f8af3d48f9fe553282afa2b67')).toBe('9c817c6f8af3d48f9fe553282afa2b67')
  expect(pack('id-1')).toBe('id-1')
})

it('gives back every text, those included that only look like a digest', () => {
  const looksLike = fc.stringMatching(/^[A-Za-z0-9_+/-]{42}[A-Za-z0-9=]$/)
  const hexadecimal = fc.stringMatching(/^([0-9A-F]{31,33}|[0-9a-f]{32}|[0-9A-Fa-f]{32})$/)
  const bytes = fc.uint8Array({ minLength: 32, maxLength: 32 })
  const real = bytes.map((all) => Buffer.from(all).toString('base64url'))
  const id = fc.tuple(fc.string({ maxLength: 4 }), real).map((parts) => parts.join(''))
  fc.assert(
    fc.property(fc.oneof(fc.string(), looksLike, hexadecimal, real, id), (text) => {
      expect(unpack(pack(text))).toBe(text)
    }),
    { numRuns: 1000 },
  )
})
