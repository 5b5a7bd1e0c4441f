import type { IssuedChallenge, StartRequest } from '../contract/index.js'
import type { Clock } from './clock.js'
import type { Failure, FailureCode, State } from './state.js'

/** Gives a start ticket, which the page's backend signed: one for each new code. */
export type TicketSource = () => string | Promise<string>

/** What the page has chosen; read again at every use. */
export interface FlowSettings {
  clock: Clock
  /** Public URL of the server; empty while none is named. */
  server: string
  /** Gives the start ticket of a new code, where the page has one. */
  ticket?: TicketSource | undefined
  /** Whether a reloaded page continues. */
  resumes: boolean
  /** Whether a token is replaced by a fresh one before it ends. */
  refreshes: boolean
  /** The number that the page asks for and keeps from being changed, as it has written it; empty while that is still to come. */
  fixedNumber: string | undefined
  /** What a start says besides the number. */
  request: Omit<StartRequest, 'phoneNumber' | 'supersedes' | 'ticket'>
}

/** A number as the visitor has entered it so far. */
interface EnteredNumber {
  /** The international form; `undefined` when there is none. */
  readonly number: string | undefined
  /** A number as it is written by now: its plan may have come since it was entered. */
  plain(number: string | undefined): string | undefined
  /** Why it is refused for certain, before anything is sent; `undefined` where the server may take it. */
  readonly refusal: FailureCode | undefined
  /** Whether the visitor has been at it. */
  readonly touched: boolean
  /** Whether its country is only a guess, which the visitor has to see before anything is sent there. */
  readonly isGuess: boolean
}

/** What the flow asks of the element and reports to it. */
export interface FlowHost {
  settings(): FlowSettings
  /** What the fields hold at the moment. */
  entered(): EnteredNumber
  /** The site's configuration has arrived. */
  handleSite(): void
  /** The state has changed from `previous`. */
  handleState(state: State, previous: State): void
  /** A call failed and the state says so. */
  handleFailure(failure: Failure): void
  /** Returns the solution of a challenge, unless it is stopped before. */
  solve(challenge: IssuedChallenge, stop: AbortSignal): Promise<string>
  requestUpdate(): void
}
