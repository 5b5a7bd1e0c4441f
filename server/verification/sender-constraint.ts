import { KEY_PROOF_HEADER, PATHS } from '../../contract/index.js'
import { readKeyProof, type KeyProof } from '../guard/key-proof.js'
import type { SingleUse } from '../guard/voucher.js'
import { handleDigest } from '../pepper/digests.js'
import type { RandomBytes } from '../random.js'
import { VerificationError } from '../refusal/verification-error.js'
import { HOUR } from '../site/policy.js'
import type { Sites } from '../site/site.js'
import type { Store, Tally } from '../store/store.js'
import type { Caller, VerificationFlow } from './flow.js'

/** Calls that the page of a verification may make, and retries of its start; ours makes some ten. */
const MOST_PROOFS = 100

/** What the decorator needs beside the flow. */
export interface SenderConstraintDeps {
  /** Where browsers reach the server: what the proofs say begins like it. */
  publicUrl: string
  sites: Sites
  store: Store
  random: RandomBytes
}

/**
 * Makes a handle worthless to whoever has stolen it: where a site asks for it, each call proves that it comes from the
 * page that made the start. Any other is answered as if there were no such verification.
 *
 * It stands before all else that answers or spends something, recorded answers included. Whether a verification asks for
 * proofs was decided at its start, whatever its site says by now.
 */
export function senderConstrained(flow: VerificationFlow, deps: SenderConstraintDeps): VerificationFlow {
  const { publicUrl, sites, store } = deps

  function read(call: keyof VerificationFlow, { keyProof }: Caller): Promise<KeyProof | undefined> {
    return readKeyProof(keyProof, publicUrl + PATHS[call], deps)
  }

  /** Uses up a proof of somebody who was let in before. @param name of what a hundred are for */
  async function useUp(proof: KeyProof, name: string, refusal: SingleUse['refusal']): Promise<void> {
    const voucher = proof.toBeUsed({ by: 'under way', refusal })
    await voucher.spend()
    // Not before: a proof that was recorded, and is sent again, uses up nothing of its page's.
    const counted = await store.consume([proofCharge(name)], 'under way')
    if (!('refused' in counted)) return
    await voucher.giveBack()
    throw new VerificationError(refusal)
  }

  async function proven(call: keyof VerificationFlow, handle: string, caller: Caller): Promise<Caller> {
    const verification = await store.get(handleDigest(handle))
    if (verification?.keyThumbprint === undefined) return { ...caller, verification }
    const proof = await read(call, caller)
    if (proof?.thumbprint !== verification.keyThumbprint)
      throw new VerificationError('verification_not_found')
    await useUp(proof, verification.id, 'verification_not_found')
    return { ...caller, verification, keyThumbprint: proof.thumbprint }
  }

  return {
    async start(request, caller) {
      if (!sites.get(request.sitekey)?.senderConstraint) return flow.start(request, caller)
      const proof = await read('start', caller)
      if (!proof || (await proof.isSpent()))
        throw new VerificationError('invalid_request', { member: KEY_PROOF_HEADER })
      // A stranger makes any number of proofs: what the store is to remember of them is charged for first.
      const voucher = proof.toBeUsed({ by: 'start', refusal: 'invalid_request' })
      const spendOn = (answer: string) => useUp(proof, answer, 'invalid_request')
      const { thumbprint } = proof
      return flow.start(request, { ...caller, keyThumbprint: thumbprint, proof: { ...voucher, spendOn } })
    },
    async resend(request, caller) {
      return flow.resend(request, await proven('resend', request.verificationId, caller))
    },
    async check(request, caller) {
      return flow.check(request, await proven('check', request.verificationId, caller))
    },
    async status(request, caller) {
      return flow.status(request, await proven('status', request.verificationId, caller))
    },
    async token(request, caller) {
      return flow.token(request, await proven('token', request.verificationId, caller))
    },
  }
}

/**
 * One of the proofs that the store remembers of a verification, or of a start that was answered: whoever holds one must not
 * fill it for all others.
 */
function proofCharge(name: string): Tally {
  return { kind: 'tally', key: `proofs:${name}`, amount: 1, limit: MOST_PROOFS, window: HOUR }
}
