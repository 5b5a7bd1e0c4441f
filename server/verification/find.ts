import type { Route } from '../guard/route.js'
import { openTrail, type Trail } from '../guard/trail.js'
import { handleDigest, underEach, type Digests } from '../pepper/digests.js'
import { numberInLogs } from '../phone-number/number-in-logs.js'
import type { Whom } from '../refusal/reasons.js'
import { VerificationError } from '../refusal/verification-error.js'
import type { Site } from '../site/site.js'
import type { Verification } from '../store/store.js'
import type { Caller, FlowDeps } from './flow.js'

/** A verification, with the site it belongs to. */
export interface Found {
  verification: Verification
  site: Site
  /** What can only be opened with its handle; `undefined` when it was started under a pepper that is gone. */
  trail: Trail | undefined
}

/**
 * Finds the verification behind a handle.
 *
 * A handle works only from the page that started it: from another origin it is treated like one that never existed.
 *
 * @throws VerificationError `verification_not_found`
 */
export async function find(
  handle: string,
  caller: Pick<Caller, 'origin' | 'verification'>,
  { store, sites, digests }: Pick<FlowDeps, 'store' | 'sites' | 'digests'>,
): Promise<Found> {
  const verification = 'verification' in caller ? caller.verification : await store.get(handleDigest(handle))
  const site = verification && sites.get(verification.sitekey)
  if (!site) throw new VerificationError('verification_not_found')
  if (verification.origin !== caller.origin) {
    throw new VerificationError('verification_not_found', { reason: 'foreign_handle' })
  }
  const keys = underEach(digests).map((one) => one.key('trail', handle))
  const { trail } = verification
  return { verification, site, trail: trail === undefined ? undefined : openTrail(trail, keys) }
}

/** Log context of a refusal once its verification is known. */
export function whomOf(
  { site, verification: { country }, trail }: Found,
  digests: Digests,
): Omit<Whom, 'reason'> {
  const number = trail ? numberInLogs({ ...trail, country }, digests) : { country }
  return { sitekey: site.sitekey, ...number }
}

/**
 * Where a verification comes from and goes to.
 *
 * @throws VerificationError `verification_not_found` when it was begun under a pepper that is gone
 */
export function routeOf({ verification: { sitekey, country }, trail }: Found): Route {
  if (!trail) throw new VerificationError('verification_not_found')
  const { e164, address, ticketed, waived } = trail
  return { sitekey, country, e164, address, ticketed, waived }
}

/** Digits of a verification's code; its site's usual number if it was started under a pepper that is gone. */
export function codeLengthOf({ site, trail }: Found): number {
  return trail?.codeLength ?? site.codeLength
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

/** When a verification was started, in milliseconds since 1970; not exact if its site's `codeLifetime` has changed since. */
export function startedAt({ expiresAt }: Verification, { codeLifetime }: Site): number {
  return expiresAt - codeLifetime * 1000
}
