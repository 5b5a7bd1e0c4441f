import type { VerificationApproved } from '../../contract/index.js'
import { digestsOf, underEach, type Digests } from '../pepper/digests.js'
import { seal, unseal } from '../pepper/seal.js'
import type { Site } from '../site/site.js'
import type { Verification } from '../store/store.js'
import type { FlowDeps } from './flow.js'

/** What was proven, and when. */
export interface Proof {
  /** E.164, as the provider confirmed it. */
  phoneNumber: string
  /** Milliseconds since 1970. */
  verifiedAt: number
}

/** Issues a token for a proof, at the time `now`. The caller has made sure of the proof. */
export async function approve(
  { issuer, digests }: Pick<FlowDeps, 'issuer' | 'digests'>,
  site: Site,
  verification: Verification,
  { phoneNumber, verifiedAt }: Proof,
  now: number,
): Promise<VerificationApproved> {
  const subject = subjectOf(verification, phoneNumber, digests)
  const { channel, country, origin, action, cdata, nonce } = verification
  const verified = { subject, verifiedAt, channel, country, origin, action, cdata, nonce }
  const { token, expiresAt } = await issuer.issue(site, verified, phoneNumber, now)
  return { token, expiresAt: new Date(expiresAt).toISOString(), phoneNumber }
}

/** Seals a proof for the store, which keeps no number: only the browser's handle, of which it has a digest, opens it. */
export function sealProof(
  proof: Proof,
  handle: string,
  { digests, random }: Pick<FlowDeps, 'digests' | 'random'>,
): string {
  return seal(JSON.stringify(proof), digests.key('proof', handle), random)
}

/** Opens what `sealProof` sealed. */
export function openProof(sealed: string, handle: string, digests: Digests): Proof {
  const keys = underEach(digests).map((one) => one.key('proof', handle))
  return JSON.parse(unseal(sealed, keys)) as Proof
}

/**
 * The name of a verification in all its tokens, the same even if the pepper is replaced meanwhile, so that it is redeemed once.
 */
export function subjectOf({ id, phoneDigest }: Verification, phoneNumber: string, digests: Digests): string {
  return (digestsOf(phoneDigest, phoneNumber, digests) ?? digests).subject(id)
}
