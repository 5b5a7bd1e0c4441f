import { checkCall } from './check.js'
import type { FlowDeps, VerificationFlow } from './flow.js'
import { resendCall } from './resend.js'
import { startCall } from './start.js'
import { statusCall } from './status.js'
import { tokenCall } from './token.js'

/** The flow over its parts. */
export function createFlow(deps: FlowDeps): VerificationFlow {
  return {
    start: startCall(deps),
    resend: resendCall(deps),
    check: checkCall(deps),
    status: statusCall(deps),
    token: tokenCall(deps),
  }
}
