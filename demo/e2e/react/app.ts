import { OtpVerify, type OtpVerifyElement, type OtpVerifyProps } from 'otp-verify/react'
import * as react from 'react'
import { createElement, useRef, useState, type ReactElement } from 'react'

declare global {
  /** Changes the props of the element on the page. */
  var setProps: (changes: Partial<OtpVerifyProps>) => void
  /** Hides what is within React's `<Activity>`, or shows it again. */
  var setHidden: (hidden: boolean) => void
  /** What callbacks of the element were called with, in their order. */
  var told: string[]
}

/** Props with which the page begins. */
export const FIRST_PROPS = {
  sitekey: 'shop',
  tokenNonce: 'nonce-of-the-visit',
  phone: '+12025550123',
  required: true,
  disabled: false,
  className: 'wide',
  'data-callback': 'numberVerified',
} as const

/** A page with one element whose props a test can change. */
export function App({ server }: { server: string }): ReactElement {
  const [changes, setChanges] = useState<Partial<OtpVerifyProps>>({})
  const [readyCount, setReadyCount] = useState(0)
  const element = useRef<OtpVerifyElement>(null)
  globalThis.setProps = setChanges
  const props: OtpVerifyProps = {
    ...FIRST_PROPS,
    server,
    onReady: () => {
      setReadyCount(readyCount + 1)
      globalThis.told.push(`ready, ${element.current?.localName} at ${readyCount}`)
    },
    onFailed: (event) => globalThis.told.push(`failed: ${event.detail.code}`),
    ...changes,
  }
  return createElement(
    'main',
    null,
    createElement(
      OtpVerify,
      { ...props, ref: element },
      createElement('b', { slot: 'intro' }, 'Say who you are'),
    ),
    createElement('output', null, String(readyCount)),
  )
}

/** The same page within an `<Activity>`, which React has from 19.2 on, and which may begin hidden. */
export function HideableApp({ server }: { server: string }): ReactElement {
  const [hidden, setHidden] = useState(location.search.includes('hideable=hidden'))
  globalThis.setHidden = setHidden
  const children = createElement(App, { server })
  return createElement(react.Activity, { mode: hidden ? 'hidden' : 'visible', children })
}
