// Does not compile, on purpose: every line with the element has a mistake that tsc must name.
import type { OtpFailedEvent, OtpVerify } from 'otp-verify'

const handleFailed = (event: OtpFailedEvent) => console.log(event.detail.code)

export function mistakes(form: HTMLFormElement, element: OtpVerify) {
  form.querySelector('otp-verify')?.getToken()
  element.siteKey = 'demo'
  element.required = 'yes'
  element.addEventListener('verified', handleFailed)
  element.addEventListener('verified', (event) => console.log(event.detail.phoneNumber))
}
