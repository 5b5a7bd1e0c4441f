// Does not compile, on purpose: every line with the element has a mistake that tsc must name.
import type { OtpFailedEvent } from 'otp-verify/solid'

const handleFailed = (event: OtpFailedEvent) => console.log(event.detail.code)

export const mistakes = () => (
  <>
    <otp-verify theme="dark" />
    <otp-verify sitekey="demo" theme="blue" />
    <otp-verify sitekey="demo" tokenNonce="a" />
    <otp-verify sitekey="demo" readonly-phone="no" />
    <otp-verify sitekey="demo" on:verified={handleFailed} />
    <otp-verify sitekey="demo" on:verified={(event) => console.log(event.detail.phoneNumber)} />
    <otp-verify sitekey="demo" on:verifyed={() => {}} />
  </>
)
