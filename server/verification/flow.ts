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

/** The proof of a start that its page holds a key, still to be used up. */
export interface StartProof extends Voucher {
  /** Uses it up on what its start was answered with before. @param answer names that */
  spendOn(answer: string): Promise<void>
}

/**
 * Who calls, as far as the transport knows. Nothing in it is proof of anything, but for `keyThumbprint` and `proof`;
 * `verification` is not of the caller at all.
 */
export interface Caller {
  /** The Origin header; known to be on some site's list. */
  origin: string
  /** The client's address in its one form; `undefined` where nothing tells it. */
  address?: string | undefined
  /** The Idempotency-Key header, of the shape the contract asks for. */
  idempotencyKey?: string | undefined
  /** The DPoP header, unread. */
  keyProof?: string | undefined
  /** Thumbprint of the key that `keyProof` was found to prove, where the verification asks for one. */
  keyThumbprint?: string | undefined
  /** The same proof, where a start is to use it up with all else that it takes, or on the answer that it had before. */
  proof?: StartProof | undefined
  /** What the store has of the verification that the call is about, where it was asked already: also that it has none. */
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
