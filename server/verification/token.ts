import { PROOF_LIFETIME, type VerificationApproved } from '../../contract/index.js'
import { VerificationError } from '../refusal/verification-error.js'
import { redemptionKey } from '../token/redeem.js'
import { approve, openProof, subjectOf } from './approve.js'
import { find, whomOf, type Found } from './find.js'
import type { FlowDeps, VerificationFlow } from './flow.js'
import { telling } from './telling.js'

/**
 * Issues a fresh token for a number that was proven a while ago, so that a visitor who fills in a long form still submits a
 * valid one. No message is sent. Once a token of the verification is redeemed there are no more.
 */
export function tokenCall(deps: FlowDeps): VerificationFlow['token'] {
  const { store, digests } = deps

  return async function token({ verificationId }, caller): Promise<VerificationApproved> {
    const found = await find(verificationId, caller, deps)
    return telling(
      () => whomOf(found, digests),
      () => renewed(found, verificationId),
    )
  }

  async function renewed(
    { verification, site }: Found,
    verificationId: string,
  ): Promise<VerificationApproved> {
    if (verification.state !== 'verified' || verification.proof === undefined) {
      throw new VerificationError('verification_not_found')
    }
    const proof = openProof(verification.proof, verificationId, digests)
    const now = await store.now()
    if (now - proof.verifiedAt >= PROOF_LIFETIME * 1000) throw new VerificationError('verification_expired')
    const subject = subjectOf(verification, proof.phoneNumber, digests)
    const redeemed = await store.isClaimed(redemptionKey(subject))
    if (redeemed) throw new VerificationError('already_verified')
    return approve(deps, site, verification, proof, now)
  }
}
