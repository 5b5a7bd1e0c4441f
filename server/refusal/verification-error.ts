import type { ProblemCode } from '../../contract/index.js'
import type { Whom } from './reasons.js'

/** How often the code of a verification may be sent again. */
export interface ResendQuota {
  /** Resends of its plan, used or not. */
  resends: number
  /** Seconds from its start to its end, in which they fall. */
  lifetime: number
}

/** What a refused call may tell beside its code; for the operator alone, whom it met and why. */
export interface RefusalDetails extends Whom {
  /** Whole seconds after which the same call may succeed. */
  retryAfter?: number | undefined
  /** Checks left. */
  attemptsRemaining?: number | undefined
  /** Of what there is no room for a resend, and how many are left of it: the next after `retryAfter`. */
  quota?: (ResendQuota & { remaining: number }) | undefined
  /**
   * The call has had its effect (a message, an attempt, an answer for good): made again, it must not have it twice.
   *
   * @default false
   */
  done?: boolean
}

/** A call that ends in a problem. Its message is the code: it may be logged anywhere. */
export class VerificationError extends Error {
  override readonly name = 'VerificationError'
  readonly code: ProblemCode
  readonly retryAfter: number | undefined
  readonly attemptsRemaining: number | undefined
  readonly quota: RefusalDetails['quota']
  readonly done: boolean
  /** Whom it met and why, for the operator alone. */
  readonly whom: Readonly<Whom>

  constructor(code: ProblemCode, details: RefusalDetails = {}) {
    // A refusal is no mistake of ours: nobody reads where it came from, and an attack is made of them.
    const { stackTraceLimit } = Error
    Error.stackTraceLimit = 0
    super(code)
    Error.stackTraceLimit = stackTraceLimit
    const { retryAfter, attemptsRemaining, quota, done = false, ...whom } = details
    this.code = code
    this.retryAfter = retryAfter
    this.attemptsRemaining = attemptsRemaining
    this.quota = quota
    this.done = done
    this.whom = whom
  }

  /** The same refusal, of which more is known. */
  about(whom: Omit<Whom, 'reason'>): VerificationError {
    const { code, retryAfter, attemptsRemaining, quota, done } = this
    const details = { retryAfter, attemptsRemaining, quota, done }
    return new VerificationError(code, { ...details, ...this.whom, ...whom })
  }
}
