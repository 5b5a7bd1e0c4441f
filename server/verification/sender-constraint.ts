import { PATHS } from '../../contract/index.js'
import { readKeyProof, type KeyProof } from '../guard/key-proof.js'
import type { RandomBytes } from '../random.js'
import type { Sites } from '../site.js'
import type { Store } from '../store/store.js'
import { handleDigest } from './digests.js'
import type { Caller, VerificationFlow } from './flow.js'
import { VerificationError } from './verification-error.js'

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

  async function proven(call: keyof VerificationFlow, handle: string, caller: Caller): Promise<Caller> {
    const verification = await store.get(handleDigest(handle))
    if (verification?.keyThumbprint === undefined) return { ...caller, verification }
    const proof = await read(call, caller)
    if (proof?.thumbprint !== verification.keyThumbprint || !(await proof.spend())) {
      throw new VerificationError('verification_not_found')
    }
    return { ...caller, verification, keyThumbprint: proof.thumbprint }
  }

  return {
    async start(request, caller) {
      if (!sites.get(request.sitekey)?.senderConstraint) return flow.start(request, caller)
      const proof = await read('start', caller)
      if (!proof || !(await proof.spend())) throw new VerificationError('invalid_request')
      return flow.start(request, { ...caller, keyThumbprint: proof.thumbprint })
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
