/**
 * All that `otp-verify` has, and `<otp-verify>` as the compiler checks it in Solid's JSX.
 *
 * ```ts
 * import { configure } from 'otp-verify/solid'
 * ```
 *
 * The compiler takes every attribute with a hyphen that it does not know, as in all JSX.
 *
 * @packageDocumentation
 */
import type { JSX } from 'solid-js'
import type { OtpVerify } from '../element.js'
import type { OtpVerifyEvents } from '../events.js'
import type { TicketSource } from '../flow-host.js'
import type { SettingsByAttribute } from '../settings.js'

export * from '../index.js'

type Listeners = {
  [Type in keyof OtpVerifyEvents as `on:${Type}`]?:
    JSX.EventHandlerWithOptionsUnion<OtpVerify, OtpVerifyEvents[Type]> | undefined
}

interface OtpVerifyAttributes extends JSX.HTMLAttributes<OtpVerify>, SettingsByAttribute, Listeners {
  /** Public URL of the server for this element alone; `configure()` names it for all. Never an attribute. */
  'prop:server'?: string | undefined
  /** Asks your backend for a start ticket; called for each new code. */
  'prop:ticket'?: TicketSource | undefined
}

declare module 'solid-js' {
  namespace JSX {
    interface IntrinsicElements {
      'otp-verify': OtpVerifyAttributes
    }
  }
}
