import { createHash, createHmac, createSecretKey, hkdfSync } from 'node:crypto'
import type { RandomBytes } from '../random.js'
import { DAY } from '../time.js'

/** How many characters of its slot a handle and its digest begin with, so that a store can keep both in one place. */
const PLACE = 3

/**
 * Milliseconds after which a number gets another name in logs, so that it cannot be followed through logs that are kept longer.
 */
const REF_LIFE = 30 * DAY

/**
 * Makes the browser's handle of a new verification: the place of its slot and 256 random bits, in base64url. It cannot be
 * guessed, and eighteen bits of a keyed digest reveal nothing about the number without the key.
 */
export function newHandle(slot: string, random: RandomBytes): string {
  return slot.slice(0, PLACE) + Buffer.from(random(32)).toString('base64url')
}

/** The only form in which a handle is stored, in the place of its slot. 256 random bits need no pepper. */
export function handleDigest(handle: string): string {
  return handle.slice(0, PLACE) + createHash('sha256').update(handle).digest('base64url')
}

/** Keyed digests of what must not be stored in the clear, under one pepper. */
export interface Digests {
  /**
   * Digest of `parts` for one use. Digests for different uses cannot be correlated: the use is part of the input. Parts are kept
   * apart by the unit separator.
   */
  digest(use: 'number' | 'slot' | 'call' | 'pepper' | 'settings' | 'challenge', ...parts: string[]): string
  /**
   * A 512-bit digest (HMAC-SHA-512) as 86 characters, to be cut into independent names: several names for the cost of one.
   * Cannot be correlated with the other digests.
   */
  wide(use: string, ...parts: string[]): string
  /** 128 bits that name a verification in its tokens and reveal nothing about its handle. */
  subject(id: string): string
  /**
   * Twelve characters that stand for a number in logs, new ones every thirty days; they cannot be correlated with what the store
   * holds.
   */
  ref(e164: string): string
  /** A separate 256-bit key for `use`, to seal or sign with (HKDF, RFC 5869). */
  key(use: 'call' | 'proof' | 'trail' | 'challenge' | 'override', salt: string): Buffer
  /** The digests under the other pepper, while one replaces the other: for reading, never for writing. */
  other: Digests | undefined
}

/**
 * Digests under a pepper: HMAC-SHA-256, since a plain hash of a phone number could be reversed by trying all numbers.
 *
 * @param pepper at least 32 bytes, kept apart from the store.
 * @param other a second one, while one replaces the other.
 * @param now the system's clock, which log lines also use, in milliseconds since 1970.
 */
export function digestsUnder(pepper: Uint8Array, other?: Uint8Array, now: () => number = Date.now): Digests {
  // Made an OpenSSL key once; otherwise each digest would make one.
  const key = createSecretKey(pepper)

  function hmacWith(algorithm: 'sha256' | 'sha512', use: string, parts: string[]): string {
    return createHmac(algorithm, key)
      .update([`otp-${use}`, ...parts].join('\u001f'))
      .digest('base64url')
  }
  const hmac = (use: string, ...parts: string[]) => hmacWith('sha256', use, parts)
  return {
    digest: hmac,
    wide: (use, ...parts) => hmacWith('sha512', 'limit', [use, ...parts]),
    subject(id) {
      return Buffer.from(hmac('subject', id), 'base64url').subarray(0, 16).toString('base64url')
    },
    ref(e164) {
      return hmac('log', String(Math.floor(now() / REF_LIFE)), e164).slice(0, 12)
    },
    key(use, salt) {
      return Buffer.from(hkdfSync('sha256', key, salt, `otp-${use}-seal`, 32))
    },
    other: other && digestsUnder(other, undefined, now),
  }
}

/** The digests under each pepper; the one for writing comes first. */
export function underEach(digests: Digests): Digests[] {
  return digests.other ? [digests, digests.other] : [digests]
}

/** The digests under the pepper with which `phoneDigest` was made from the number; `undefined` when it is of another number. */
export function digestsOf(phoneDigest: string, e164: string, digests: Digests): Digests | undefined {
  return underEach(digests).find((one) => one.digest('number', e164) === phoneDigest)
}
