import { callNamedFunction } from './callbacks.js'
import type { Changes } from './changes.js'
import {
  OtpExpiredEvent,
  OtpFallbackEvent,
  OtpFailedEvent,
  OtpSentEvent,
  OtpStateChangeEvent,
  OtpVerifiedEvent,
} from './events.js'
import { isRefusal } from './failure.js'
import type { Failure, State } from './state.js'

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
  if (changes.moved) element.dispatchEvent(new OtpStateChangeEvent(current.step))
  if (current.step === 'expired' || (previous.step === 'verified' && changes.moved)) {
    element.dispatchEvent(new OtpExpiredEvent())
    return callNamedFunction(element, 'expired')
  }
  if (!lasts()) return
  // A verification that a reload interrupted arrives as well, but nothing was sent.
  if (current.step === 'code' && changes.arrived && previous.step === 'sending') {
    element.dispatchEvent(new OtpSentEvent(current.pending.channel, current.pending.expiresAt))
  } else if (current.step === 'verified' && (changes.moved || changes.freshToken)) {
    element.dispatchEvent(new OtpVerifiedEvent(current.token, current.expiresAt))
    if (lasts()) callNamedFunction(element, 'verified', current.token)
  }
}

/** Tells the page about a failure. `message` is what the visitor reads. */
export function announceFailure(element: HTMLElement, failure: Failure, message: string): void {
  const { code, retryAfter, retryable, requestId } = failure
  element.dispatchEvent(new OtpFailedEvent({ code, message, retryAfter, retryable, requestId }))
  callNamedFunction(element, 'failed', code)
  if (isRefusal(code)) element.dispatchEvent(new OtpFallbackEvent(code))
}
