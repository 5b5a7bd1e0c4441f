import { codeBehind } from './render/view.js'
import type { Failure, State } from './state.js'

/** What is new about a state. */
export interface Changes {
  /** The state has another name. */
  moved: boolean
  /** What went wrong just now. */
  failure: Failure | undefined
  /** A code is on its way that was not before. */
  arrived: boolean
  /** A token has replaced the one before. */
  freshToken: boolean
  /** A call has begun whose button keeps the focus. */
  waits: boolean
}

/** Compares a state with the one before. */
export function compare(current: State, previous: State): Changes {
  const failure = failureIn(current) === failureIn(previous) ? undefined : failureIn(current)
  const code = codeBehind(current)
  return {
    moved: current.step !== previous.step,
    failure,
    arrived:
      current.step === 'code' && !failure && (previous.step === 'sending' || previous.step === 'phone'),
    freshToken:
      current.step === 'verified' && previous.step === 'verified' && current.token !== previous.token,
    waits: current.step === 'checking' || (current.step === 'sending' && (!code || code.over === true)),
  }
}

function failureIn(state: State): Failure | undefined {
  return 'failure' in state ? state.failure : undefined
}
