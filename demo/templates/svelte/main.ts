import { configure } from 'otp-verify/svelte'
import { mount } from 'svelte'
import SignUp from './SignUp.svelte'

configure({ server: import.meta.env.VITE_OTP_SERVER })
const nonce = await (await fetch('/nonce')).text()
mount(SignUp, { target: document.querySelector('main')!, props: { nonce } })
