import { codeBehind } from './render/view.js'
import type { ChallengeSetter, Failure, State } from './state.js'

/** What is new about a state. */
export interface Changes {
  /** The state has another name. */
  moved: boolean
  /** A code is being sent or sent again: what the code field holds is older than that. */
  begins: boolean
  /** What went wrong just now. */
  failure: Failure | undefined
  /** A challenge has to be solved that was not there before. */
  challenged: boolean
  /** A code is on its way that was not before. */
  arrived: boolean
  /** A token has replaced the one before. */
  freshToken: boolean
  /** The visitor has to do something else than before; a call that has begun leaves the focus on its button. */
  leads: boolean
}

/** Compares a state with the one before. */
export function compare(current: State, previous: State): Changes {
  const failure = failureIn(current) === failureIn(previous) ? undefined : failureIn(current)
  const challenge = challengeIn(previous) ? undefined : challengeIn(current)
  const moved = current.step !== previous.step
  const code = codeBehind(current)
  const waits = current.step === 'checking' || (current.step === 'sending' && (!code || code.over === true))
  return {
    moved,
    begins: moved && (current.step === 'sending' || previous.step === 'phone'),
    failure,
    challenged: challenge !== undefined,
    arrived:
      current.step === 'code' && !failure && (previous.step === 'sending' || previous.step === 'phone'),
    freshToken:
      current.step === 'verified' && previous.step === 'verified' && current.token !== previous.token,
    leads: challenge ? challenge !== 'altcha' : (moved || failure !== undefined) && !waits,
  }
}

function challengeIn(state: State): ChallengeSetter | undefined {
  return state.step === 'sending' ? state.challenge : undefined
}

/** What went wrong last, while it is to be read. */
export function failureIn(state: State): Failure | undefined {
  return 'failure' in state ? state.failure : undefined
}
