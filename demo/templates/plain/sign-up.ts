import { configure } from 'otp-verify'

configure({ server: 'https://otp.example' })

const form = document.querySelector('form')!
const element = document.querySelector('otp-verify')!

element.theme = 'dark'
element.addEventListener('verified', (event) => {
  const token: string = event.detail.token
  console.log(token === element.getResponse())
})
element.addEventListener('failed', ({ detail }) => detail.retryable && element.reset())
element.addEventListener('statechange', ({ detail }) => console.log(detail.state))
form.append(document.createElement('otp-verify'))
