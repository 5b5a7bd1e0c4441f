import type { Channel, VerificationState } from '../../contract/index.js'
import type { Charge, ChargedBy, AccountChanges, Receipt, Short } from './charge.js'
import type { Settlement } from './settlement.js'

export type {
  Charge,
  ChargedBy,
  Credit,
  Earning,
  AccountChanges,
  Receipt,
  Short,
  Spacing,
  Tally,
} from './charge.js'
export { ofGuessAlone, type Settlement } from './settlement.js'

/** What a start fixes for good. Holds no phone number and no handle, only digests of them. */
export interface VerificationFacts {
  /** Digest of the browser's handle. It begins with the same three characters as its slot. */
  id: string
  /**
   * Digest of site, number and action: at most one verification lives in a slot. The three characters with which ids
   * begin like it let a store find both in one place.
   */
  slot: string
  /** Digest of the number, under the pepper. */
  phoneDigest: string
  sitekey: string
  /** The page's origin. */
  origin: string
  /** ISO 3166-1 alpha-2. */
  country: string
  language?: string | undefined
  action?: string | undefined
  /**
   * The host's own note, and a value that its backend bound to the visitor's session. Both are kept as they are, because both
   * are copied into the token. Neither opens anything by itself, and a host puts no secret where a page can read it.
   */
  cdata?: string | undefined
  nonce?: string | undefined
  /** Number and caller's address, sealed so that only the browser's handle opens it. */
  trail?: string | undefined
  /** Thumbprint (RFC 7638) of the page's key, where its calls have to prove that they hold it. */
  keyThumbprint?: string | undefined
}

/** A verification as the store saw it at one instant. Times are the store's, in milliseconds since 1970. */
export interface Verification extends VerificationFacts {
  /** As of this instant; `exhausted` rather than `expired` when both its attempts and its time are over. */
  state: VerificationState
  channel: Channel
  expiresAt: number
  attemptsRemaining: number
  /** Resends that it has had, and those left of the plan that it was started with. */
  resendsUsed: number
  resendsRemaining: number
  /** When the next resend may happen; meaningless once none remain. */
  resendAvailableAt: number
  /** Once verified: what was proven, sealed so that only the browser's handle opens it. */
  proof?: string | undefined
}

/** Terms of a new verification. */
export interface VerificationTerms {
  channel: Channel
  /** Milliseconds until it expires. Nothing extends it. */
  lifetime: number
  attempts: number
  /** Milliseconds to wait before the first, second, … resend. */
  cooldowns: readonly number[]
  /** Id of a verification that this one replaces, whatever its slot. It must be of the same site and origin. */
  supersedes?: string | undefined
}

/** Why a resend was not reserved. `too_soon` carries milliseconds to wait. */
export type ResendRefusal =
  | { refused: 'not_found' | 'expired' | 'exhausted' | 'verified' | 'none_left' }
  | { refused: 'too_soon'; wait: number }

/** Why an attempt was not reserved. `busy` and `too_soon` carry milliseconds to wait. */
export type AttemptRefusal =
  | { refused: 'not_found' | 'expired' | 'exhausted' | 'verified' }
  | { refused: 'busy' | 'too_soon'; wait: number }

/** One attempt, spent before the provider is asked. Only its holder may settle it, and only once. */
export interface Attempt {
  /** Names this attempt; useless for any other. */
  lease: string
  /** The provider's handle to ask with. */
  reference: string
}

/** What a store was found to keep about a number. */
export interface OfNumber {
  verifications: number
  /** Keys in the place of verifications that hold none: another program's, which were left alone. */
  skipped: number
}

/** The store cannot be used: it is unreachable, closed, full, or of another version. */
export class StoreError extends Error {
  override readonly name = 'StoreError'

  /** What a log may say about the reason: one word of the store's own, such as `READONLY`. */
  readonly code: string | undefined

  constructor(message: string, code?: string) {
    super(message)
    this.code = code
  }
}

/** The store has no room for what had to be kept. */
export class StoreFullError extends StoreError {}

/**
 * It was done, but would be lost if the store failed over now: fewer replicas than required are known to have it. They have it
 * once a later step that waits for them is acknowledged.
 */
export class UnreplicatedError extends StoreError {}

/**
 * Everything that outlives a request.
 *
 * Each method is one atomic step, also between processes that share the store: an implementation must not separate a decision
 * from its effect. That is what makes these three impossible, whatever the callers do:
 *
 * - *Two checks mint two tokens.* An attempt is reserved before the provider is asked, one at a time, and only the
 *   holder of the living lease can settle it as `verified`, once.
 * - *Two resends buy two messages.* `reserveResend` hands out each resend of the plan once and starts its cooldown.
 * - *A resend revives a finished verification.* There is no way to write a verification back: `recordSend` touches
 *   only a living one, and states only move towards an end.
 *
 * Every method rejects with a StoreError when the store cannot be reached; nothing goes on without it. What was asked for may
 * have been done nevertheless. What `add`, `begin` and `reserveAttempt` have taken then is given back by itself, as soon as
 * possible; `recordSend`, `discard`, `settleAttempt` and `complete` may be repeated, and do nothing more.
 */
export interface Store {
  /** The clock of every decision, in milliseconds since 1970. */
  now(): Promise<number>
  /** The same clock to within some milliseconds, without asking each time: for what counts by the minute and the day. */
  recent(): Promise<number>

  /**
   * Adds a verification in state `sending`. Until its message is sent it ends nobody else's.
   *
   * @param facts with an id that was never added before.
   * @param patience milliseconds after which a message that nobody recorded no longer blocks its slot.
   * @returns the verification; `busy` while another message for its slot is being sent, so that clicks which race buy one;
   * `full` when there is no room: no verification under way is ever evicted to make some.
   */
  add(
    facts: VerificationFacts,
    terms: VerificationTerms,
    patience: number,
  ): Promise<Verification | 'busy' | 'full'>

  /**
   * The verification, also for a while after its end (40 minutes once verified, else 10); `undefined` when unknown,
   * superseded or discarded.
   */
  get(id: string): Promise<Verification | undefined>

  /**
   * Adopts the provider's handle and the channel of the newest message. The first time, the verification takes its
   * slot: an unproven one that lived there ends, and so does the unproven one that it supersedes.
   *
   * @param otherSlot the slot under another pepper: the first time, an unproven one that lives there ends as well.
   * @returns `false`, changing nothing, when the verification has ended meanwhile.
   */
  recordSend(id: string, reference: string, channel: Channel, otherSlot?: string): Promise<boolean>

  /** Forgets a verification whose code does not exist. One that is being checked, or is proven, stays. */
  discard(id: string): Promise<void>

  /** Takes the next resend of the plan if its cooldown is over, and starts the following cooldown. */
  reserveResend(id: string): Promise<{ reference: string } | ResendRefusal>

  /** Gives a resend back when, for certain, no message left. The cooldown stays. */
  returnResend(id: string): Promise<void>

  /**
   * Spends an attempt.
   *
   * Refused as `busy` while another is being checked, and as `too_soon` within `interval` ms of the last. A lease that was not
   * settled within `patience` ms is void and its attempt stays spent. While it lives, so does the verification: what was asked
   * in time counts.
   */
  reserveAttempt(id: string, interval: number, patience: number): Promise<Attempt | AttemptRefusal>

  /**
   * Ends an attempt.
   *
   * @returns the verification afterwards, or `undefined`, changing nothing, when the lease is void or settled.
   */
  settleAttempt(id: string, lease: string, settlement: Settlement): Promise<Verification | undefined>

  /**
   * Claims a single-use key (of a ticket or a token, say) for `ttl` ms in the name of `holder`.
   *
   * @param by `under way` for visitors who were admitted before, or `operator`: they find room where a full store has none for
   * newcomers.
   * @returns `true` for exactly one holder, however often it asks.
   */
  claim(key: string, holder: string, ttl: number, by?: ChargedBy): Promise<boolean>

  /** Gives a claimed key back when what it was claimed for did not happen. Only its holder can. */
  release(key: string, holder: string): Promise<void>

  /** Whether the key is claimed; if a holder is named, whether by that holder. */
  isClaimed(key: string, holder?: string): Promise<boolean>

  /**
   * Makes all charges, or none when there is no room for one of them, except those that are made instead of that one
   * (`Tally.insteadOf`).
   *
   * @param by `under way` for visitors who were admitted before: they find room where a full store has none for newcomers. The
   * `operator` finds room even then, and learns when too few replicas have it (UnreplicatedError).
   * @returns the receipt, with what was charged; or the first charge for which there was no room.
   */
  consume(charges: readonly Charge[], by?: ChargedBy): Promise<Receipt | Short>

  /** Gives back what a receipt lists, when what it paid for did not happen. What others were charged since stays. */
  refund(receipt: Receipt): Promise<void>

  /**
   * Pays in, marks and removes: what follows when a number is proven, or an operator decides. What there is no room for is left
   * out: of a proven number, all of it is to the visitor's advantage. What the `operator` marks finds room in a full store, and
   * the operator learns when too few replicas have it (UnreplicatedError).
   */
  apply(changes: AccountChanges, by?: ChargedBy): Promise<void>

  /** What tallies hold at present, in the order of their keys; nothing where none is kept. */
  sums(keys: readonly string[]): Promise<number[]>
  /** Which of these marks stand, in their order. */
  standing(marks: readonly string[]): Promise<boolean[]>
  /** How many of these accounts and marks are kept; some that have expired may be counted. */
  kept(keys: readonly string[]): Promise<number>

  /**
   * Opens an idempotent call under `key` for `patience` ms, in the name of `holder`.
   *
   * @returns `begun` for exactly one caller; `running` while that call runs; afterwards the answer it recorded.
   */
  begin(key: string, holder: string, patience: number): Promise<'begun' | 'running' | { answer: string }>

  /** Records the answer of a begun call for `ttl` ms, unless another has begun or answered it since. */
  complete(key: string, holder: string, answer: string, ttl: number): Promise<void>

  /** Removes a begun call that had no effect, so that it may be tried again. Only its holder can. */
  abandon(key: string, holder: string): Promise<void>

  /**
   * Makes processes that share the store known to each other: `member` of `group` says `value` for `ttl` ms, or until it says
   * something else. A full store has room for it: only servers and operators announce.
   *
   * @returns what every living member says, this one included, by its name.
   */
  announce(group: string, member: string, value: string, ttl: number): Promise<ReadonlyMap<string, string>>

  /** Takes an announcement back. */
  withdraw(group: string, member: string): Promise<void>

  /**
   * How many verifications of one number are kept, those that have ended included.
   *
   * It looks through everything, so it is for an operator's command, not for a request. It is not one step but many: what comes
   * or goes meanwhile may or may not be counted.
   *
   * @param phoneDigests the digests of the number under every pepper.
   */
  countNumber(phoneDigests: readonly string[]): Promise<OfNumber>

  /** Removes the verifications that `countNumber` counts, whatever their state. @returns how many there were. */
  eraseNumber(phoneDigests: readonly string[]): Promise<OfNumber>

  /** Closes files and connections. The store must not be used afterwards. */
  close(): Promise<void>
}
