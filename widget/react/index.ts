'use client'

/**
 * `<OtpVerify>` for React 18 and 19, also where React renders on a server.
 *
 * ```tsx
 * import { configure, OtpVerify } from 'otp-verify/react'
 *
 * configure({ server: 'https://otp.example' })
 *
 * <OtpVerify sitekey="shop" tokenNonce={nonce} required onFailed={(event) => report(event.detail.code)} />
 * ```
 *
 * @packageDocumentation
 */
import {
  createElement,
  forwardRef,
  useImperativeHandle,
  useRef,
  useState,
  useSyncExternalStore,
  type ReactElement,
} from 'react'
import type { OtpVerify as OtpVerifyElement } from '../element.js'
import { stock } from '../locales/library.js'
import { importSentences } from '../locales/modules.js'
import { register } from '../register.js'
import { partsOf, type OtpVerifyProps } from './props.js'
import { useAttributes, useClientEffect, useListeners } from './synchronize.js'

export {
  OtpExpiredEvent,
  OtpFailedEvent,
  OtpFallbackEvent,
  OtpReadyEvent,
  OtpSentEvent,
  OtpStateChangeEvent,
  OtpVerifiedEvent,
  type FailedDetail,
  type OtpVerifyEvents,
} from '../events.js'
export { configure, type Configuration } from '../server-address.js'
export type { FailureCode, StateName } from '../state.js'
export type { OtpVerifyAttributes } from './jsx.js'
export type { OtpVerifySettings } from '../settings.js'
export type { TicketSource } from '../flow-host.js'
export type { OtpVerifyCallbacks, OtpVerifyProps } from './props.js'
export type { OtpVerifyElement }

// The element keeps its fields among its children, which are none of React's business. Where it was registered before
// React takes over what a server rendered, it has them already, and React would take them for a mistake: it looks only
// afterwards then. One object for good, because React empties the element on meeting another.
const FOREIGN_CHILDREN = { dangerouslySetInnerHTML: { __html: '' }, suppressHydrationWarning: true }

/**
 * The element as a React component. Children go into its slots: `<span slot="intro">…</span>`.
 *
 * The `ref` is the element itself, with `reset()`, `focus()` and `getResponse()`.
 */
export const OtpVerify = forwardRef<OtpVerifyElement, OtpVerifyProps>(
  function OtpVerify(props, ref): ReactElement {
    const { attributes, listeners, server, ticket, children, rest } = partsOf(props)
    const element = useRef<OtpVerifyElement>(null)
    const [firstAttributes] = useState(attributes)
    const isClient = useIsClient()
    const [hasForeign] = useState(() => !isClient && Boolean(globalThis.customElements?.get('otp-verify')))
    useImperativeHandle(ref, () => element.current!, [])
    useAttributes(element, attributes)
    useListeners(element, listeners)
    useClientEffect(() => {
      element.current!.server = server ?? ''
    }, [server])
    useClientEffect(() => {
      element.current!.ticket = ticket
    }, [ticket])
    useClientEffect(() => {
      // Only now: React has seen its markup untouched, and the element's first events find their listeners.
      if (!isClient) return
      stock(importSentences)
      register()
    }, [isClient])
    return createElement('otp-verify', {
      ...rest,
      ...firstAttributes,
      ...(hasForeign && !(isClient && children) ? FOREIGN_CHILDREN : { children }),
      ref: element,
    })
  },
)

/** `false` on a server, and while React takes over what a server has rendered. */
function useIsClient(): boolean {
  return useSyncExternalStore(
    () => () => {},
    () => true,
    () => false,
  )
}
