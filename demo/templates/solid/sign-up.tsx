import type { OtpVerifiedEvent, OtpVerify } from 'otp-verify/solid'
import { createSignal } from 'solid-js'

export function SignUp(props: { nonce: string }) {
  const invited = new URLSearchParams(location.search).get('phone') ?? undefined
  let element!: OtpVerify
  const [dark, setDark] = createSignal(false)
  const [token, setToken] = createSignal('')
  const [failure, setFailure] = createSignal('')
  const [greeting, setGreeting] = createSignal('')

  function handleVerified(event: OtpVerifiedEvent) {
    setToken(event.detail.token)
  }

  async function signUp(event: SubmitEvent) {
    event.preventDefault()
    const answer = await fetch('/signup', { method: 'POST', body: element.getResponse() })
    setGreeting(await answer.text())
  }

  return (
    <form onSubmit={signUp}>
      <label>
        <input type="checkbox" onInput={(event) => setDark(event.currentTarget.checked)} /> Dark
      </label>
      <otp-verify
        ref={element}
        data-testid="proof"
        sitekey="demo"
        action="signup"
        required
        token-nonce={props.nonce}
        phone={invited}
        readonly-phone={invited !== undefined}
        theme={dark() ? 'dark' : 'auto'}
        on:verified={handleVerified}
        on:failed={(event) => setFailure(event.detail.code)}
      >
        <span slot="intro">Where can we reach you?</span>
      </otp-verify>
      <button>Sign up</button>
      <output>{token()}</output>
      <p>{failure()}</p>
      <p>{greeting()}</p>
    </form>
  )
}
