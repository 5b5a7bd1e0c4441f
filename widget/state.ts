import type {
  ChallengeKind,
  ProblemCode,
  VerificationApproved,
  VerificationPending,
} from '../contract/index.js'
import { isFinal, isRefusal } from './failure.js'

/** Why a call failed: the server's stable code, or `network_error` when no answer arrived. */
export type FailureCode = ProblemCode | 'network_error'

/** One failed call, as the screens show it. */
export interface Failure {
  code: FailureCode
  /** Seconds after which the same request may succeed. */
  retryAfter?: number
  /** Checks this verification has left. */
  attemptsRemaining?: number
  /** Whether the same request may succeed later, unchanged. */
  retryable: boolean
  /** Names the call in the server's log, for visitors who ask about it. */
  requestId?: string
  /** The call was a check. */
  checking?: true
}

/** Who has set the challenge that is being solved. */
export type ChallengeSetter = Exclude<ChallengeKind, 'none'>

/** The visitor is asked for a number. */
export interface PhoneState {
  step: 'phone'
  failure?: Failure
  /** Nothing was sent, and trying again changes nothing; until the next start. */
  refused?: true
  /** The code screen that was left to change the number: the way back to it, or what the next start replaces. */
  left?: CodeState
}

/** A code is on its way and the visitor is asked for it. */
export interface CodeState {
  step: 'code'
  pending: VerificationPending
  /** Last two digits of the number: all that is shown of it. */
  lastDigits: string
  failure?: Failure
  /** As in `PhoneState`; until the code is sent again. */
  refused?: true
  /** Only a new verification can succeed; `failure` says why. */
  over?: true
}

/** A start or a resend has not been answered yet; a failure leads to `back`. */
export interface SendingState {
  step: 'sending'
  /** A challenge is being solved before the message is sent: by the browser alone, or by the visitor. */
  challenge?: ChallengeSetter | undefined
  back: PhoneState | CodeState
}

/** A check has not been answered yet; a failure leads to `back`. */
export interface CheckingState {
  step: 'checking'
  back: CodeState
}

/** The number is proven and the token is fresh. */
export interface VerifiedState {
  step: 'verified'
  token: string
  /** ISO 8601 UTC; when the token stops being accepted. */
  expiresAt: string
  lastDigits: string
  verificationId: string
  /** When to ask for a fresh token, in milliseconds since 1970; never, when the token may simply end. */
  refreshAt?: number
}

/** The token's time is over before anybody used it. */
export interface ExpiredState {
  step: 'expired'
}

/** Where the visitor is. Each state carries exactly what its screen needs. */
export type State = PhoneState | SendingState | CodeState | CheckingState | VerifiedState | ExpiredState

/** The name of a state: detail of `statechange` and argument of `:state()`. */
export type StateName = State['step']

/** Everything that can happen to the element. */
export type Action =
  | { type: 'start' }
  | { type: 'resend' }
  /** A challenge has arrived; without one, it is solved. */
  | { type: 'challenge'; setter: ChallengeSetter | undefined }
  | { type: 'sent'; pending: VerificationPending; lastDigits: string }
  | { type: 'check' }
  | { type: 'approved'; answer: VerificationApproved; refreshes: boolean }
  | { type: 'refreshed'; answer: VerificationApproved }
  /** `retryAt` (milliseconds since 1970) when it is worth another try. */
  | { type: 'refreshFailed'; retryAt?: number | undefined }
  /** `now` is the server's clock in milliseconds since 1970. */
  | { type: 'failed'; failure: Failure; now: number }
  | { type: 'edit' }
  | { type: 'lapse' }
  | { type: 'changeNumber' }
  | { type: 'returnToCode' }
  | { type: 'tokenExpired' }
  | { type: 'resume'; pending: VerificationPending; lastDigits: string }
  | { type: 'proven'; verificationId: string; answer: VerificationApproved; refreshes: boolean }
  | { type: 'reset' }

/** Milliseconds before a token expires at which a fresh one is asked for. */
const REFRESH_LEAD = 30_000

/** Where every life begins. */
export const INITIAL_STATE: State = { step: 'phone' }

/**
 * The whole life of the element, with no DOM, no clock and no network in it.
 *
 * An action that means nothing in a state returns that same state object, so a late answer or a second click changes nothing.
 */
export function transition(state: State, action: Action): State {
  if (action.type === 'reset') return INITIAL_STATE
  switch (state.step) {
    case 'phone':
      return fromPhone(state, action)
    case 'sending':
      return fromSending(state, action)
    case 'code':
      return fromCode(state, action)
    case 'checking':
      if (action.type === 'approved') {
        return verifiedState({ ...action, verificationId: state.back.pending.verificationId })
      }
      return action.type === 'failed'
        ? withFailure(state.back, { ...action.failure, checking: true }, action.now)
        : state
    case 'verified':
      return fromVerified(state, action)
    case 'expired':
      return state
  }
}

function fromSending(state: SendingState, action: Action): State {
  switch (action.type) {
    case 'challenge':
      return { ...state, challenge: action.setter }
    case 'sent':
      return codeState(action)
    case 'failed':
      return withFailure(state.back, action.failure, action.now)
    default:
      return state
  }
}

function fromPhone(state: PhoneState, action: Action): State {
  switch (action.type) {
    case 'start':
      return { step: 'sending', back: withoutRefusal(state) }
    case 'failed':
      return withFailure(state, action.failure, action.now)
    case 'edit':
      return state.failure ? withoutFailure(state) : state
    case 'resume':
      return codeState(action)
    case 'proven':
      return verifiedState(action)
    case 'returnToCode':
      return state.left && !state.left.over ? state.left : state
    default:
      return state
  }
}

function fromCode(state: CodeState, action: Action): State {
  switch (action.type) {
    case 'check':
      return state.over ? state : { step: 'checking', back: withoutFailure(state) }
    case 'resend':
      return state.over ? state : { step: 'sending', back: withoutRefusal(state) }
    case 'start':
      return state.over ? { step: 'sending', back: withoutRefusal(state) } : state
    case 'failed':
      return state.over ? state : withFailure(state, action.failure, action.now)
    case 'edit':
      return state.failure && !state.over ? withoutFailure(state) : state
    case 'lapse':
      return state.over
        ? state
        : { ...state, failure: { code: 'verification_expired', retryable: false }, over: true }
    case 'changeNumber':
      return { step: 'phone', left: withoutFailure(state) }
    default:
      return state
  }
}

function codeState({ pending, lastDigits }: { pending: VerificationPending; lastDigits: string }): CodeState {
  return { step: 'code', pending, lastDigits }
}

function fromVerified(state: VerifiedState, action: Action): State {
  const { refreshAt: _, ...rest } = state
  switch (action.type) {
    case 'tokenExpired':
      return { step: 'expired' }
    case 'refreshed':
      return { ...rest, ...tokenOf(action.answer), refreshAt: refreshTime(action.answer) }
    case 'refreshFailed':
      return action.retryAt === undefined ? rest : { ...rest, refreshAt: action.retryAt }
    default:
      return state
  }
}

function verifiedState({
  verificationId,
  answer,
  refreshes,
}: {
  verificationId: string
  answer: VerificationApproved
  refreshes: boolean
}): VerifiedState {
  return {
    step: 'verified',
    ...tokenOf(answer),
    lastDigits: answer.phoneNumber.slice(-2),
    verificationId,
    ...(refreshes ? { refreshAt: refreshTime(answer) } : {}),
  }
}

function tokenOf({ token, expiresAt }: VerificationApproved): Pick<VerifiedState, 'token' | 'expiresAt'> {
  return { token, expiresAt }
}

function refreshTime({ expiresAt }: VerificationApproved): number {
  return Date.parse(expiresAt) - REFRESH_LEAD
}

/** The verification that a start from this state replaces. */
export function supersededBy(state: State): string | undefined {
  const code = state.step === 'phone' ? state.left : state
  return code?.step === 'code' ? code.pending.verificationId : undefined
}

function withoutFailure<S extends PhoneState | CodeState>(state: S): S {
  const { failure: _, ...rest } = state
  return rest as S
}

function withoutRefusal<S extends PhoneState | CodeState>(state: S): S {
  const { refused: _, ...rest } = withoutFailure(state)
  return rest as S
}

function withFailure<S extends PhoneState | CodeState>(before: S, failure: Failure, now: number): S {
  const state = isRefusal(failure.code) ? { ...before, refused: true as const } : before
  if (state.step === 'phone') return { ...state, failure }
  const attemptsRemaining = failure.attemptsRemaining ?? state.pending.attemptsRemaining
  const pending = { ...state.pending, attemptsRemaining, resend: resendAfter(state, failure, now) }
  const over = state.over ?? (isFinal(failure.code) || attemptsRemaining === 0)
  return over ? { ...state, pending, failure, over } : { ...state, pending, failure }
}

function resendAfter({ pending }: CodeState, failure: Failure, now: number): VerificationPending['resend'] {
  if (failure.code === 'resends_exhausted') return { ...pending.resend, availableAt: null, remaining: 0 }
  if (failure.code !== 'resend_too_soon' || !failure.retryAfter) return pending.resend
  return { ...pending.resend, availableAt: new Date(now + failure.retryAfter * 1000).toISOString() }
}
