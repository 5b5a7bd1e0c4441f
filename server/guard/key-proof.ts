import { createHash } from 'node:crypto'
import { calculateJwkThumbprint, EmbeddedJWK, jwtVerify, type JWTPayload } from 'jose'
import {
  KEY_PROOF_MAX_LENGTH,
  KEY_PROOF_PATTERN,
  KEY_PROOF_TYPE,
  type KeyProofClaims,
} from '../../contract/index.js'
import type { RandomBytes } from '../random.js'
import type { Store } from '../store/store.js'
import { voucher, type SingleUse, type Voucher } from './voucher.js'

/** Milliseconds by which the time of a proof may differ from the store's. */
const WINDOW = 5 * 60_000

/** A proof that was found genuine. */
export interface KeyProof {
  /** Names the key (RFC 7638). */
  thumbprint: string
  /** Whether somebody has used it up. */
  isSpent(): Promise<boolean>
  /** A voucher that uses it up. */
  toBeUsed(by: Pick<SingleUse, 'by' | 'refusal'>): Voucher
}

/**
 * Reads the proof that a call comes from the page that holds a key (RFC 9449, section 4.3): a JWT that carries the public half
 * of its P-256 key and is signed with the private half, for one call at this moment.
 *
 * @param header the DPoP header.
 * @param url the address of the call, compared as a string.
 * @returns `undefined` when there is none, or one that proves nothing.
 */
export async function readKeyProof(
  header: string | undefined,
  url: string,
  deps: { store: Store; random: RandomBytes },
): Promise<KeyProof | undefined> {
  if (header === undefined || header.length > KEY_PROOF_MAX_LENGTH) return undefined
  if (!KEY_PROOF_PATTERN.test(header)) return undefined
  const now = await deps.store.now()
  const genuine = await verified(header, now)
  if (!genuine || !fits(genuine.claims, url, now)) return undefined
  const { thumbprint, claims } = genuine
  const digest = createHash('sha256').update(`${thumbprint}.${claims.jti}`).digest('base64url')
  const key = `key-proof:${digest}`
  // Remembered for as long as it would be accepted, to the millisecond.
  const keep = claims.iat * 1000 + WINDOW - now + 1
  return {
    thumbprint,
    isSpent: () => deps.store.isClaimed(key),
    toBeUsed: (use) => voucher({ key, keep, ...use }, deps),
  }
}

async function verified(
  proof: string,
  now: number,
): Promise<{ thumbprint: string; claims: JWTPayload } | undefined> {
  try {
    // The algorithm admits P-256 alone, and an embedded key that is private or secret is refused.
    const { payload, protectedHeader } = await jwtVerify(proof, EmbeddedJWK, {
      algorithms: ['ES256'],
      typ: KEY_PROOF_TYPE,
      currentDate: new Date(now),
      // For `nbf` only: the tolerance does not apply to when the proof expires.
      clockTolerance: WINDOW / 1000,
    })
    return { thumbprint: await calculateJwkThumbprint(protectedHeader.jwk!), claims: payload }
  } catch {
    return undefined
  }
}

function fits(claims: JWTPayload, url: string, now: number): claims is JWTPayload & KeyProofClaims {
  const { htm, htu, iat, exp, jti } = claims
  return (
    htm === 'POST' &&
    htu === url &&
    Number.isSafeInteger(iat) &&
    Math.abs(iat! * 1000 - now) <= WINDOW &&
    (exp === undefined || exp * 1000 > now) &&
    typeof jti === 'string' &&
    jti.length >= 16 &&
    jti.length <= 128
  )
}
