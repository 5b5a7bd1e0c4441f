import { createCipheriv, createDecipheriv } from 'node:crypto'
import ipaddr from 'ipaddr.js'
import type { NumberType } from '../phone-number/phone-number.js'
import type { Route } from './route.js'

/** The part of a route that is not among a verification's facts. */
export interface Trail extends Pick<Route, 'e164' | 'address' | 'ticketed' | 'waived'> {
  /**
   * Digits of its code, up to fifteen; `undefined` where an earlier version sealed it, which left out the site's usual number.
   */
  codeLength?: number | undefined
  /** What the number's range is for, which is slow to look up; `undefined` also where an earlier version sealed it. */
  type?: NumberType | undefined
}

const ALGORITHM = 'aes-256-gcm'
const NO_NONCE = Buffer.alloc(12)
const TAG_BYTES = 4
const NUMBER_BYTES = 8
/** No number of E.164 has more than fifty bits. */
const NUMBER = (1n << 50n) - 1n
const TICKETED = 1n << 63n
const CODE_LENGTH = 56n
const WAIVED = [undefined, 'wide', 'all', 'free'] as const
/** The lower of the two bits that say which of these. */
const WAIVING = 60n
/** In the order of their numbers in sealed trails; up to four more may follow. */
const TYPES: readonly (NumberType | undefined)[] = [
  ...([undefined, 'FIXED_LINE', 'MOBILE', 'FIXED_LINE_OR_MOBILE', 'PREMIUM_RATE', 'TOLL_FREE'] as const),
  ...(['SHARED_COST', 'VOIP', 'PERSONAL_NUMBER', 'PAGER', 'UAN', 'VOICEMAIL'] as const),
]
/** The lowest of the four bits that say which of these. */
const TYPE = 50n
/** The part of an IPv6 address that distinguishes customers. */
const PREFIX_BYTES = 8

/**
 * Seals a trail for the store: some twenty characters that nobody can read without the browser's handle.
 *
 * @param key of this one verification and use. Nothing else is ever sealed under it, so it needs no nonce.
 */
export function sealTrail(
  { e164, address, ticketed, waived, codeLength = 0, type }: Trail,
  key: Uint8Array,
): string {
  const bytes = address === undefined ? [] : ipaddr.parse(address).toByteArray()
  const kept = bytes.length === 16 ? bytes.slice(0, PREFIX_BYTES) : bytes
  const number = Buffer.alloc(NUMBER_BYTES)
  const waiving = BigInt(WAIVED.indexOf(waived)) << WAIVING
  // A type that a later library may have is looked up again.
  const typed = BigInt(Math.max(0, TYPES.indexOf(type))) << TYPE
  const told = (ticketed ? TICKETED : 0n) | waiving | (BigInt(codeLength) << CODE_LENGTH) | typed
  number.writeBigUInt64BE(BigInt(e164.slice(1)) | told)
  const cipher = createCipheriv(ALGORITHM, key, NO_NONCE, { authTagLength: TAG_BYTES })
  const body = Buffer.concat([cipher.update(Buffer.from([...number, ...kept])), cipher.final()])
  return Buffer.concat([cipher.getAuthTag(), body]).toString('base64url')
}

/** Opens what `sealTrail` made under one of `keys`. @returns `undefined` when it was made under another */
export function openTrail(sealed: string, keys: readonly Uint8Array[]): Trail | undefined {
  const bytes = Buffer.from(sealed, 'base64url')
  for (const key of keys) {
    try {
      return readTrail(decrypted(bytes, key))
    } catch {
      // It may be sealed under the other pepper.
    }
  }
  return undefined
}

function decrypted(bytes: Buffer, key: Uint8Array): Buffer {
  const decipher = createDecipheriv(ALGORITHM, key, NO_NONCE, { authTagLength: TAG_BYTES })
  decipher.setAuthTag(bytes.subarray(0, TAG_BYTES))
  return Buffer.concat([decipher.update(bytes.subarray(TAG_BYTES)), decipher.final()])
}

function readTrail(plain: Buffer): Trail {
  const number = plain.readBigUInt64BE(0)
  const kept = [...plain.subarray(NUMBER_BYTES)]
  const whole = kept.length === PREFIX_BYTES ? [...kept, ...Array<number>(16 - PREFIX_BYTES).fill(0)] : kept
  return {
    e164: `+${number & NUMBER}`,
    address: whole.length > 0 ? ipaddr.fromByteArray(whole).toString() : undefined,
    ticketed: (number & TICKETED) !== 0n,
    waived: WAIVED[Number((number >> WAIVING) & 3n)],
    codeLength: Number((number >> CODE_LENGTH) & 15n) || undefined,
    type: TYPES[Number((number >> TYPE) & 15n)],
  }
}
