import type { RandomBytes } from '../random.js'

/** What a PIN may be made of. */
export const PIN_TYPES = ['NUMERIC', 'ALPHA', 'HEX', 'ALPHANUMERIC'] as const

/** One of Infobip's four alphabets. */
export type PinType = (typeof PIN_TYPES)[number]

const DIGITS = '0123456789'
const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'
const ALPHABETS: Record<PinType, string> = {
  NUMERIC: DIGITS,
  ALPHA: LETTERS,
  HEX: `${DIGITS}ABCDEF`,
  ALPHANUMERIC: DIGITS + LETTERS,
}

/** A fresh id as Infobip's look: 32 capital hexadecimal digits. */
export function freshId(random: RandomBytes): string {
  return hex(random(16)).toUpperCase()
}

/** A fresh version 4 UUID. */
export function freshUuid(random: RandomBytes): string {
  const bytes = Uint8Array.from(random(16))
  bytes[6] = (bytes[6]! & 0x0f) | 0x40
  bytes[8] = (bytes[8]! & 0x3f) | 0x80
  return hex(bytes).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
}

/** A fresh PIN of `length` characters. */
export function freshPin(random: RandomBytes, type: PinType, length: number): string {
  const alphabet = ALPHABETS[type]
  // Four bytes a character: the remainder favours no character by more than one in a hundred million.
  const bytes = Buffer.from(random(4 * length))
  return Array.from({ length }, (_, i) => alphabet[bytes.readUInt32BE(4 * i) % alphabet.length]).join('')
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex')
}
