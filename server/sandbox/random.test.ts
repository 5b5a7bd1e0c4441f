import { describe, expect, it } from 'vitest'
import { freshPin, type PinType } from './random.js'

/** Bytes of the 32-bit numbers 0, 1, 2, … */
function counting(size: number): Uint8Array {
  const bytes = Buffer.alloc(size)
  for (let i = 0; i < size / 4; i++) bytes.writeUInt32BE(i, 4 * i)
  return bytes
}

describe('freshPin', () => {
  it.each<[PinType, string]>([
    ['NUMERIC', '0123456789'],
    ['ALPHA', 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'],
    ['HEX', '0123456789ABCDEF'],
    ['ALPHANUMERIC', '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ'],
  ])('uses each character of %s alike', (type, alphabet) => {
    expect(freshPin(counting, type, 2 * alphabet.length)).toBe(alphabet + alphabet)
  })
})
