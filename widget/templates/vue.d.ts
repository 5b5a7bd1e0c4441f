/**
 * All that `otp-verify` has, and `<otp-verify>` as vue-tsc and editors check it in templates.
 *
 * ```ts
 * import { configure } from 'otp-verify/vue'
 * ```
 *
 * `strictTemplates` among the `vueCompilerOptions` makes vue-tsc name misspelt attributes too. Vue itself is told with
 * `isCustomElement` that the tag is no component.
 *
 * @packageDocumentation
 */
import type { HTMLAttributes, PublicProps } from 'vue'
import type { OtpVerify } from '../element.js'
import type { OtpVerifyEvents } from '../events.js'
import type { TicketSource } from '../flow-host.js'
import type { OtpVerifySettings } from '../settings.js'

export * from '../index.js'

type Listeners = {
  [Type in keyof OtpVerifyEvents as `on${Capitalize<Type>}`]?:
    ((event: OtpVerifyEvents[Type]) => void) | undefined
}

interface OtpVerifyProps
  extends HTMLAttributes, Omit<PublicProps, 'class' | 'style'>, OtpVerifySettings, Listeners {
  /** `true`, or `undefined`: of `false` Vue makes an attribute "false", and an attribute that is there counts. */
  readonlyPhone?: true | undefined
  /** Public URL of the server for this element alone; `configure()` names it for all. */
  server?: string | undefined
  /** Asks your backend for a start ticket; called for each new code. */
  ticket?: TicketSource | undefined
  // So vue-tsc calls every `data-…` attribute.
  [data: `data${Capitalize<string>}`]: unknown
}

declare module 'vue' {
  interface GlobalComponents {
    // Vue reads from `$props` what a template may say; the element has no such property.
    'otp-verify': new () => OtpVerify & { $props: OtpVerifyProps }
  }

  interface HTMLAttributes {
    /** The slot of the element around this one. */
    slot?: string | undefined
  }
}
