import type {
  CheckRequest,
  ResendRequest,
  StartRequest,
  StatusRequest,
  VerificationApproved,
  VerificationPending,
  VerificationStatus,
} from '../../contract/index.js'
import type { Guard } from '../guard/guard.js'
import type { Observe } from '../observe/events.js'
import type { Provider } from '../provider/provider.js'
import type { Sites } from '../site.js'
import type { Store } from '../store/store.js'
import type { Issuer } from '../token/issuer.js'
import { checkCall } from './check.js'
import type { Digests, RandomBytes } from './digests.js'
import { resendCall } from './resend.js'
import { startCall } from './start.js'
import { statusCall } from './status.js'

/** Who calls, as far as the transport knows. Nothing in it is proof of anything. */
export interface Caller {
  /** The Origin header; known to be on some site's list. */
  origin: string
  requestId: string
  /** The Idempotency-Key header, of the shape the contract asks for. */
  idempotencyKey?: string | undefined
}

/** The life of a verification. Every refusal is a VerificationError. */
export interface VerificationFlow {
  start(request: StartRequest, caller: Caller): Promise<VerificationPending>
  resend(request: ResendRequest, caller: Caller): Promise<VerificationPending>
  check(request: CheckRequest, caller: Caller): Promise<VerificationApproved>
  status(request: StatusRequest, caller: Caller): Promise<VerificationStatus>
}

/** What the calls are made of. */
export interface FlowDeps {
  sites: Sites
  guard: Guard
  provider: Provider
  store: Store
  issuer: Issuer
  digests: Digests
  observe: Observe
  random: RandomBytes
}

/** The flow over its parts. */
export function createFlow(deps: FlowDeps): VerificationFlow {
  return {
    start: startCall(deps),
    resend: resendCall(deps),
    check: checkCall(deps),
    status: statusCall(deps),
  }
}
