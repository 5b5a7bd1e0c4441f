import { callNamedFunction } from './callbacks.js'
import type { Changes } from './changes.js'
import { dispatch } from './events.js'
import { isRefusal, type Failure, type State } from './state.js'

/**
 * Tells the page about a new state: by events, and by the functions that it named.
 *
 * @param lasts whether what began with it goes on: a listener may have begun anew.
 */
export function announceState(
  element: HTMLElement,
  current: State,
  previous: State,
  changes: Changes,
  lasts: () => boolean,
): void {
  if (changes.moved) dispatch(element, 'statechange', { state: current.step })
  if (current.step === 'expired' || (previous.step === 'verified' && changes.moved)) {
    dispatch(element, 'expired', null)
    return callNamedFunction(element, 'expired')
  }
  if (!lasts()) return
  // A verification that a reload interrupted arrives as well, but nothing was sent.
  if (current.step === 'code' && changes.arrived && previous.step === 'sending') {
    const { channel, expiresAt } = current.pending
    dispatch(element, 'sent', { channel, expiresAt })
  } else if (current.step === 'verified' && (changes.moved || changes.freshToken)) {
    const { token, expiresAt } = current
    dispatch(element, 'verified', { token, expiresAt })
    if (lasts()) callNamedFunction(element, 'verified', token)
  }
}

/** Tells the page about a failure. `message` is what the visitor reads. */
export function announceFailure(element: HTMLElement, failure: Failure, message: string): void {
  const { code, retryAfter, retryable, requestId } = failure
  dispatch(element, 'failed', { code, message, retryAfter, retryable, requestId })
  callNamedFunction(element, 'failed', code)
  if (isRefusal(code)) dispatch(element, 'fallback', { code })
}
