import type { DetailedHTMLProps, HTMLAttributes } from 'react'
import type { OtpVerify } from '../element.js'
import type { SettingsByAttribute } from '../settings.js'

/** Attributes of a bare `<otp-verify>` in JSX, under the names that they have in HTML. */
export type OtpVerifyAttributes = DetailedHTMLProps<HTMLAttributes<OtpVerify>, OtpVerify> &
  SettingsByAttribute

declare module 'react' {
  // The way that React itself has for tags that it does not know.
  // eslint-disable-next-line @typescript-eslint/no-namespace
  namespace JSX {
    interface IntrinsicElements {
      'otp-verify': OtpVerifyAttributes
    }
  }
}
