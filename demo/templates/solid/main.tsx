import { configure } from 'otp-verify/solid'
import { render } from 'solid-js/web'
import { SignUp } from './sign-up.jsx'

configure({ server: import.meta.env.VITE_OTP_SERVER })
const nonce = await (await fetch('/nonce')).text()
render(() => <SignUp nonce={nonce} />, document.querySelector('main')!)
