import type { VerificationStatus } from '../../contract/index.js'
import { find } from './find.js'
import type { FlowDeps, VerificationFlow } from './flow.js'
import { pending } from './pending.js'

/** Tells where a verification stands, so that a reloaded page continues. Changes nothing. */
export function statusCall({ sites, store }: FlowDeps): VerificationFlow['status'] {
  return async function status({ verificationId }, { origin }): Promise<VerificationStatus> {
    const { verification, site } = await find(verificationId, origin, store, sites)
    return { state: verification.state, ...pending(verificationId, verification, site) }
  }
}
