import type { ProblemCode } from '../../contract/index.js'
import type { Whom } from './reasons.js'

/** How often the code of a verification may be sent again. */
export interface ResendQuota {
  /** Resends of its plan, used or not. */
  resends: number
  /** Seconds from its start to its end; all resends fall within. */
  lifetime: number
}

/** What a refused call may say besides its code; for the operator alone, what it was about and why. */
export interface RefusalDetails extends Whom {
  /** Whole seconds after which the same call may succeed. */
  retryAfter?: number | undefined
  /** Checks left. */
  attemptsRemaining?: number | undefined
  /** The quota of resends that was used up or waited for, and how many are left: the next after `retryAfter`. */
  quota?: (ResendQuota & { remaining: number }) | undefined
  /**
   * The call has had its effect (a message, an attempt, a final answer): made again, it must not have it twice.
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
  /** What it was about and why, for the operator alone. */
  readonly whom: Readonly<Whom>

  constructor(code: ProblemCode, details: RefusalDetails = {}) {
    // A refusal is not our mistake: nobody needs its stack, and an attack consists of refusals.
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

  /** This refusal with more context. */
  about(whom: Omit<Whom, 'reason'>): VerificationError {
    const { code, retryAfter, attemptsRemaining, quota, done } = this
    const details = { retryAfter, attemptsRemaining, quota, done }
    return new VerificationError(code, { ...details, ...this.whom, ...whom })
  }
}
