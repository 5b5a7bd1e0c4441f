import type { VerificationStatus } from '../../contract/index.js'
import { codeLengthOf, find } from './find.js'
import type { FlowDeps, VerificationFlow } from './flow.js'
import { pending, type Quoted } from './pending.js'

/** Reports the state of a verification, so that a reloaded page can continue. Changes nothing. */
export function statusCall(deps: FlowDeps): VerificationFlow['status'] {
  return async function status({ verificationId }, caller): Promise<Quoted<VerificationStatus>> {
    const found = await find(verificationId, caller, deps)
    return { state: found.verification.state, ...pending(verificationId, found, codeLengthOf(found)) }
  }
}
