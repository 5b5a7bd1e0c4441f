import type { Channel } from '../contract/index.js'
import type { FailureCode, StateName } from './state.js'

/** The site's settings are loaded; codes can be sent. */
export interface OtpReadyEvent extends CustomEvent {
  readonly detail: null
}

/** The element is in another state; `detail.state` names it. */
export interface OtpStateChangeEvent extends CustomEvent {
  readonly detail: { readonly state: StateName }
}

/** A code is on its way. `detail.expiresAt` (ISO 8601 UTC) is when it stops being accepted. */
export interface OtpSentEvent extends CustomEvent {
  readonly detail: { readonly channel: Channel; readonly expiresAt: string }
}

/**
 * The visitor gave the right code. `detail.token` is for your backend, until `detail.expiresAt` (ISO 8601 UTC).
 *
 * Any script of the page can forge this event: nothing is proven until your backend has verified the token.
 */
export interface OtpVerifiedEvent extends CustomEvent {
  readonly detail: { readonly token: string; readonly expiresAt: string }
}

/** The token has left the form: it expired, or the number was changed or reset. */
export interface OtpExpiredEvent extends CustomEvent {
  readonly detail: null
}

/** What a `failed` event says. */
export interface FailedDetail {
  readonly code: FailureCode
  /** The sentence that the visitor reads, in the visitor's language. */
  readonly message: string
  /** Seconds after which the same request may succeed. */
  readonly retryAfter: number | undefined
  /** Whether the same request may succeed later, unchanged. */
  readonly retryable: boolean
  /** Names the request in the server's log (`otp-verify why`), if the server has answered. */
  readonly requestId: string | undefined
}

/** Something failed, and the visitor has been told. Not named `error`, which page error monitors would catch. */
export interface OtpFailedEvent extends CustomEvent {
  readonly detail: FailedDetail
}

/** The visitor cannot get a code, for the reason in `detail.code`, and is shown what the page has in the slot `fallback`. */
export interface OtpFallbackEvent extends CustomEvent {
  readonly detail: { readonly code: FailureCode }
}

/** The events of the element by their type. */
export interface OtpVerifyEvents {
  ready: OtpReadyEvent
  statechange: OtpStateChangeEvent
  sent: OtpSentEvent
  verified: OtpVerifiedEvent
  expired: OtpExpiredEvent
  failed: OtpFailedEvent
  fallback: OtpFallbackEvent
}

/** Dispatches an event of the element. Its listeners cannot change for each other what it says. */
export function dispatch<Name extends keyof OtpVerifyEvents>(
  element: HTMLElement,
  name: Name,
  detail: OtpVerifyEvents[Name]['detail'],
): void {
  element.dispatchEvent(
    new CustomEvent(name, { bubbles: true, composed: true, detail: Object.freeze(detail) }),
  )
}

/** What the element dispatches, under names that other libraries may give to events of theirs. */
type ElementEvents = Omit<HTMLElementEventMap, keyof OtpVerifyEvents> & OtpVerifyEvents

declare module './element.js' {
  interface OtpVerify {
    addEventListener<K extends keyof ElementEvents>(
      type: K,
      listener: (this: OtpVerify, event: ElementEvents[K]) => unknown,
      options?: boolean | AddEventListenerOptions,
    ): void
    addEventListener(
      type: string,
      listener: EventListenerOrEventListenerObject,
      options?: boolean | AddEventListenerOptions,
    ): void
    removeEventListener<K extends keyof ElementEvents>(
      type: K,
      listener: (this: OtpVerify, event: ElementEvents[K]) => unknown,
      options?: boolean | EventListenerOptions,
    ): void
    removeEventListener(
      type: string,
      listener: EventListenerOrEventListenerObject,
      options?: boolean | EventListenerOptions,
    ): void
  }
}
