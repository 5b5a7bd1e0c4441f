import { KEY_PROOF_HEADER, PATHS } from '../../contract/index.js'
import { readKeyProof, type KeyProof } from '../guard/key-proof.js'
import type { SingleUse } from '../guard/voucher.js'
import { handleDigest } from '../pepper/digests.js'
import type { RandomBytes } from '../random.js'
import { VerificationError } from '../refusal/verification-error.js'
import type { Sites } from '../site/site.js'
import type { Store, Tally } from '../store/store.js'
import { HOUR } from '../time.js'
import type { Caller, VerificationFlow } from './flow.js'

/** Most calls that the page of a verification may make, retries of its start included; ours makes some ten. */
const MOST_PROOFS = 100

/** What the decorator needs beside the flow. */
export interface SenderConstraintDeps {
  /** Where browsers reach the server: the addresses in proofs begin with it. */
  publicUrl: string
  sites: Sites
  store: Store
  random: RandomBytes
}

/**
 * Makes a stolen handle worthless: where a site asks for it, each call proves that it comes from the page that made the start.
 * Any other call is answered as if there were no such verification.
 *
 * This comes before everything else that answers or spends something, recorded answers included. Whether a verification asks for
 * proofs was decided at its start, whatever its site says now.
 */
export function senderConstrained(flow: VerificationFlow, deps: SenderConstraintDeps): VerificationFlow {
  const { publicUrl, sites, store } = deps

  function read(call: keyof VerificationFlow, { keyProof }: Caller): Promise<KeyProof | undefined> {
    return readKeyProof(keyProof, publicUrl + PATHS[call], deps)
  }

  /** Uses up a proof of a visitor who was admitted before. @param name what the limit of a hundred proofs is for */
  async function useUp(proof: KeyProof, name: string, refusal: SingleUse['refusal']): Promise<void> {
    const voucher = proof.toBeUsed({ by: 'under way', refusal })
    await voucher.spend()
    // Only now: a recorded proof that is sent again must not use up anything of its page's.
    const counted = await store.consume([proofCharge(name)], 'under way')
    if (!('refused' in counted)) return
    await voucher.giveBack()
    throw new VerificationError(refusal)
  }

  async function proven(call: keyof VerificationFlow, handle: string, caller: Caller): Promise<Caller> {
    const verification = await store.get(handleDigest(handle))
    const { origin, address, idempotencyKey } = caller
    if (verification?.keyThumbprint === undefined) return { origin, address, idempotencyKey, verification }
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
      // A stranger can make any number of proofs, so what the store has to remember of them is charged for first.
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
 * The charge for one of the proofs that the store remembers for a verification, or for an answered start, so that one visitor
 * cannot fill the store for all others.
 */
function proofCharge(name: string): Tally {
  return { kind: 'tally', key: `proofs:${name}`, amount: 1, limit: MOST_PROOFS, window: HOUR }
}
