/**
 * All that `otp-verify` has, and `<otp-verify>` as svelte-check and editors check it in Svelte 5.
 *
 * ```ts
 * import { configure } from 'otp-verify/svelte'
 * ```
 *
 * @packageDocumentation
 */
import type { HTMLAttributes } from 'svelte/elements'
import type { OtpVerify } from '../element.js'
import type { OtpVerifyEvents } from '../events.js'
import type { TicketSource } from '../flow-host.js'
import type { SettingsByAttribute } from '../settings.js'

export * from '../index.js'

type Listeners = {
  [Type in keyof OtpVerifyEvents as `on${Type}`]?:
    ((event: OtpVerifyEvents[Type] & { currentTarget: OtpVerify }) => void) | undefined
}

interface OtpVerifyAttributes extends HTMLAttributes<OtpVerify>, SettingsByAttribute, Listeners {
  /** `true`, or `undefined`: of `false` Svelte makes an attribute "false", and an attribute that is there counts. */
  'readonly-phone'?: true | undefined
  /** Public URL of the server for this element alone; `configure()` names it for all. */
  server?: string | undefined
  /** Asks your backend for a start ticket; called for each new code. */
  ticket?: TicketSource | undefined
}

declare module 'svelte/elements' {
  interface SvelteHTMLElements {
    'otp-verify': OtpVerifyAttributes
  }
}
