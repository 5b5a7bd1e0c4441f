import { createHash, createHmac, createSecretKey, hkdfSync } from 'node:crypto'
import type { RandomBytes } from '../random.js'

/** How many characters of its slot a handle and its digest begin with, so that a store can keep both in one place. */
const PLACE = 3

/** Milliseconds after which a number has another name in logs: who keeps them for longer cannot follow it through them. */
const REF_LIFE = 30 * 24 * 3600_000

/**
 * Makes the browser's handle of a new verification: the place of its slot and 256 random bits, in base64url. Nobody
 * guesses it, and the eighteen bits of a keyed digest say nothing of the number to whoever lacks the key.
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
   * Digest of `parts` for one use. Uses cannot be joined with each other: the use is part of the input, and parts
   * are kept apart by the unit separator.
   */
  digest(use: 'number' | 'slot' | 'call' | 'pepper' | 'settings' | 'challenge', ...parts: string[]): string
  /**
   * 512 bits of `parts` in 86 characters, any of which say nothing of the others: several names for one thing, for what they
   * cost is the digest (HMAC-SHA-512). Cannot be joined with the others.
   */
  wide(use: string, ...parts: string[]): string
  /** 128 bits that name a verification in its tokens; its handle cannot be told from them. */
  subject(id: string): string
  /**
   * Twelve characters that stand for a number in logs, others every thirty days; cannot be joined with what the store holds.
   */
  ref(e164: string): string
  /** A 256-bit key of its own for `use`, for whoever must seal or sign something (HKDF, RFC 5869). */
  key(use: 'call' | 'proof' | 'trail' | 'challenge' | 'override', salt: string): Buffer
  /** The same under the other pepper, while one replaces the other: for reading, never for writing. */
  other: Digests | undefined
}

/**
 * Digests under a pepper: HMAC-SHA-256, since a plain hash of a phone number is found by trying all of them.
 *
 * @param pepper at least 32 bytes, kept apart from the store.
 * @param other a second one, while one replaces the other.
 * @param now the system's clock, which the lines of the log have as well, in milliseconds since 1970.
 */
export function digestsUnder(pepper: Uint8Array, other?: Uint8Array, now: () => number = Date.now): Digests {
  // As a key of OpenSSL's already: else it is made one for each digest.
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

/** The digests under every pepper, the one that everything new is written under first. */
export function underEach(digests: Digests): Digests[] {
  return digests.other ? [digests, digests.other] : [digests]
}

/** The digests under the pepper by which `phoneDigest` stands for the number; `undefined` when it stands for another. */
export function digestsOf(phoneDigest: string, e164: string, digests: Digests): Digests | undefined {
  return underEach(digests).find((one) => one.digest('number', e164) === phoneDigest)
}
