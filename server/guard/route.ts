import { createCipheriv, createDecipheriv } from 'node:crypto'
import ipaddr from 'ipaddr.js'

/** Where a send comes from and goes to: what it is charged to, and what its success is credited to. */
export interface Route {
  sitekey: string
  /** ISO 3166-1 alpha-2. */
  country: string
  /** E.164 with +. */
  e164: string
  /** The caller's address in its one form, if it is known. */
  address: string | undefined
  /** Whether the host's backend vouched for the visitor. */
  ticketed: boolean
}

/** What of a route is not among the facts of a verification already. */
export type Trail = Pick<Route, 'e164' | 'address' | 'ticketed'>

const ALGORITHM = 'aes-256-gcm'
const TAG_BYTES = 8
const NUMBER_BYTES = 8
/** Of an IPv6 address, what tells one customer from another. */
const PREFIX_BYTES = 8

/**
 * Seals a trail for the store: some thirty characters that nobody can read without the browser's handle.
 *
 * @param key of this one verification and use. Nothing else is ever sealed under it, so it needs no nonce.
 */
export function sealTrail({ e164, address, ticketed }: Trail, key: Uint8Array): string {
  const bytes = address === undefined ? [] : ipaddr.parse(address).toByteArray()
  const kept = bytes.length === 16 ? bytes.slice(0, PREFIX_BYTES) : bytes
  const number = Buffer.alloc(NUMBER_BYTES)
  number.writeBigUInt64BE(BigInt(e164.slice(1)))
  const plain = Buffer.from([...number, ticketed ? 1 : 0, ...kept])
  const cipher = createCipheriv(ALGORITHM, key, Buffer.alloc(12), { authTagLength: TAG_BYTES })
  const body = Buffer.concat([cipher.update(plain), cipher.final()])
  return Buffer.concat([cipher.getAuthTag(), body]).toString('base64url')
}

/** Opens what `sealTrail` made. @throws when it was made under another key or has been touched */
export function openTrail(sealed: string, key: Uint8Array): Trail {
  const bytes = Buffer.from(sealed, 'base64url')
  const decipher = createDecipheriv(ALGORITHM, key, Buffer.alloc(12), { authTagLength: TAG_BYTES })
  decipher.setAuthTag(bytes.subarray(0, TAG_BYTES))
  const plain = Buffer.concat([decipher.update(bytes.subarray(TAG_BYTES)), decipher.final()])
  const kept = [...plain.subarray(NUMBER_BYTES + 1)]
  const whole = kept.length === PREFIX_BYTES ? [...kept, ...Array<number>(16 - PREFIX_BYTES).fill(0)] : kept
  return {
    e164: `+${plain.readBigUInt64BE(0)}`,
    address: whole.length > 0 ? ipaddr.fromByteArray(whole).toString() : undefined,
    ticketed: plain[NUMBER_BYTES] === 1,
  }
}
