import { configure } from 'otp-verify/vue'
import { createApp } from 'vue'
import SignUp from './SignUp.vue'

configure({ server: import.meta.env.VITE_OTP_SERVER })
const nonce = await (await fetch('/nonce')).text()
createApp(SignUp, { nonce }).mount('main')
