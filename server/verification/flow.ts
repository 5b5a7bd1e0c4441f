import type {
  CheckRequest,
  ResendRequest,
  StartRequest,
  StatusRequest,
  TokenRequest,
  VerificationApproved,
  VerificationPending,
  VerificationStatus,
} from '../../contract/index.js'
import type { Guard } from '../guard/guard.js'
import type { Voucher } from '../guard/voucher.js'
import type { Observe } from '../observe/events.js'
import type { Digests } from '../pepper/digests.js'
import type { Provider } from '../provider/provider.js'
import type { RandomBytes } from '../random.js'
import type { Sites } from '../site/site.js'
import type { Sleep } from '../store/insist.js'
import type { Store, Verification } from '../store/store.js'
import type { Issuer } from '../token/issuer.js'
import type { Quoted } from './pending.js'

/** The proof that the page of a start holds a key, still to be used up. */
interface StartProof extends Voucher {
  /** Uses it up on the answer that its start already had. @param answer names that answer */
  spendOn(answer: string): Promise<void>
}

/**
 * Who is calling, as far as the transport knows. Nothing in it proves anything, except `keyThumbprint` and `proof`;
 * `verification` is not the caller's at all, but what was looked up for the call.
 */
export interface Caller {
  /** The Origin header; known to be on some site's list. */
  origin: string
  /** The client's address in its one form; `undefined` where it is not known. */
  address?: string | undefined
  /** The Idempotency-Key header, of the shape the contract asks for. */
  idempotencyKey?: string | undefined
  /** The DPoP header, unread. */
  keyProof?: string | undefined
  /** Thumbprint of the key that `keyProof` was found to prove, where the verification asks for one. */
  keyThumbprint?: string | undefined
  /** That proof, where a start is to use it up with everything else that it takes, or on the answer that it already had. */
  proof?: StartProof | undefined
  /**
   * The verification that the call is about, if the store was already asked for it; the member is there, but `undefined`, if it
   * has none.
   */
  verification?: Verification | undefined
}

/** The life of a verification. Every refusal is a VerificationError. */
export interface VerificationFlow {
  start(request: StartRequest, caller: Caller): Promise<Quoted<VerificationPending>>
  resend(request: ResendRequest, caller: Caller): Promise<Quoted<VerificationPending>>
  check(request: CheckRequest, caller: Caller): Promise<VerificationApproved>
  status(request: StatusRequest, caller: Caller): Promise<Quoted<VerificationStatus>>
  token(request: TokenRequest, caller: Caller): Promise<VerificationApproved>
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
  sleep: Sleep
}
