import type { Channel } from '../contract/index.js'
import type { FailureCode, StateName } from './state.js'

const BUBBLES = { bubbles: true, composed: true } as const

/** The site's settings are loaded; codes can be sent. */
export class OtpReadyEvent extends CustomEvent<null> {
  constructor() {
    super('ready', BUBBLES)
  }
}

/** The element is in another state; `detail.state` names it. */
export class OtpStateChangeEvent extends CustomEvent<{ readonly state: StateName }> {
  constructor(state: StateName) {
    super('statechange', { ...BUBBLES, detail: Object.freeze({ state }) })
  }
}

/** A code is on its way. `detail.expiresAt` (ISO 8601 UTC) is when it stops being accepted. */
export class OtpSentEvent extends CustomEvent<{ readonly channel: Channel; readonly expiresAt: string }> {
  constructor(channel: Channel, expiresAt: string) {
    super('sent', { ...BUBBLES, detail: Object.freeze({ channel, expiresAt }) })
  }
}

/**
 * The visitor gave the right code. `detail.token` is for your backend, until `detail.expiresAt` (ISO 8601 UTC).
 *
 * Any script of the page can forge this event: nothing is proven until your backend has verified the token.
 */
export class OtpVerifiedEvent extends CustomEvent<{ readonly token: string; readonly expiresAt: string }> {
  constructor(token: string, expiresAt: string) {
    super('verified', { ...BUBBLES, detail: Object.freeze({ token, expiresAt }) })
  }
}

/** The token has left the form: it expired, or the number was changed or reset. */
export class OtpExpiredEvent extends CustomEvent<null> {
  constructor() {
    super('expired', BUBBLES)
  }
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
export class OtpFailedEvent extends CustomEvent<FailedDetail> {
  constructor(detail: FailedDetail) {
    super('failed', { ...BUBBLES, detail: Object.freeze({ ...detail }) })
  }
}

/** The visitor cannot get a code, for the reason in `detail.code`, and is shown what the page has in the slot `fallback`. */
export class OtpFallbackEvent extends CustomEvent<{ readonly code: FailureCode }> {
  constructor(code: FailureCode) {
    super('fallback', { ...BUBBLES, detail: Object.freeze({ code }) })
  }
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
