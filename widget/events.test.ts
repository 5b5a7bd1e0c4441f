import { expect } from '@open-wc/testing'
import { OtpVerifiedEvent, OtpReadyEvent } from './events.js'
import { OtpVerify } from './element.js'
import { register } from './register.js'

declare global {
  interface HTMLElementEventMap {
    /** As another library, whose event has the same name, declares it. */
    ready: CustomEvent<{ player: string }>
  }
}

/** What somebody's listeners hear. */
const heard: unknown[] = []

describe('listeners of the element', () => {
  it('know its events and the element, and no other element is said to have them', () => {
    register()
    const element = document.createElement('otp-verify')
    const listen = function (this: OtpVerify, event: OtpVerifiedEvent) {
      heard.push(this.getResponse(), event.detail.token)
    }
    element.addEventListener('verified', listen)
    element.addEventListener('verified', function (event) {
      heard.push(this.getResponse(), event.detail.token)
    })
    element.addEventListener('ready', ({ detail }) => heard.push(detail satisfies null))
    element.addEventListener('click', ({ clientX }) => heard.push(clientX))
    // @ts-expect-error That event has no number.
    element.addEventListener('verified', (event) => heard.push(event.detail.phoneNumber))
    // @ts-expect-error A button has no such event.
    document.createElement('button').addEventListener('verified', (event) => heard.push(event.detail))
    document.createElement('div').addEventListener('ready', (event) => heard.push(event.detail.player))
    element.removeEventListener('verified', listen)
    element.dispatchEvent(new OtpVerifiedEvent('token', ''))
    element.dispatchEvent(new OtpReadyEvent())
    expect(heard).to.deep.equal(['', 'token', undefined, null])
  })
})
