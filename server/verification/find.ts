import { openTrail, type Route, type Trail } from '../guard/route.js'
import type { Site, Sites } from '../site.js'
import type { Store, Verification } from '../store/store.js'
import { handleDigest, underEach, type Digests } from './digests.js'
import { VerificationError } from './verification-error.js'

/** A verification with the site it belongs to. */
export interface Found {
  verification: Verification
  site: Site
}

/**
 * Finds the verification behind a handle.
 *
 * A handle works only from the page that started it: from another origin it is answered like one that never existed.
 *
 * @throws VerificationError `verification_not_found`
 */
export async function find(handle: string, origin: string, store: Store, sites: Sites): Promise<Found> {
  const verification = await store.get(handleDigest(handle))
  const site = verification && sites.get(verification.sitekey)
  if (!site) throw new VerificationError('verification_not_found')
  if (verification.origin !== origin) {
    throw new VerificationError('verification_not_found', { reason: 'foreign_handle' })
  }
  return { verification, site }
}

/** Whom a refusal meets that comes after its verification was found. */
export function whomOf({ verification }: Found, digests: Digests): { sitekey: string; ref: string } {
  return { sitekey: verification.sitekey, ref: digests.ref(verification.phoneDigest) }
}

/**
 * Where a verification comes from and goes to, which only its handle tells.
 *
 * @throws VerificationError `verification_not_found` when it was begun under a pepper that is gone
 */
export function routeOf({ sitekey, country, trail }: Verification, handle: string, digests: Digests): Route {
  const opened = opening(trail, handle, digests)
  if (!opened) throw new VerificationError('verification_not_found')
  const { e164, address, ticketed } = opened
  return { sitekey, country, e164, address, ticketed }
}

/** Digits of a verification's code; the usual of its site where that was begun under a pepper that is gone. */
export function codeLengthOf({ verification, site }: Found, handle: string, digests: Digests): number {
  return opening(verification.trail, handle, digests)?.codeLength ?? site.codeLength
}

function opening(trail: string | undefined, handle: string, digests: Digests): Trail | undefined {
  const keys = underEach(digests).map((one) => one.key('trail', handle))
  return trail === undefined ? undefined : openTrail(trail, keys)
}

/** The problem that a verification which has ended is answered with. */
export function endedError(
  ended: 'not_found' | 'expired' | 'exhausted' | 'verified',
  details: { done?: boolean } = {},
): VerificationError {
  if (ended === 'not_found') return new VerificationError('verification_not_found')
  if (ended === 'expired') return new VerificationError('verification_expired', details)
  if (ended === 'verified') return new VerificationError('already_verified')
  return new VerificationError('attempts_exhausted', { attemptsRemaining: 0, ...details })
}

/** Whole seconds, never less than the milliseconds given. */
export function seconds(milliseconds: number): number {
  return Math.max(1, Math.ceil(milliseconds / 1000))
}
