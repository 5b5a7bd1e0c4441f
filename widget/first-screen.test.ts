import { expect } from '@open-wc/testing'
import { nextTask, pageClock, passed } from './clock.js'
import { answer, calls, callsTo, HANDLE, SERVER, site } from './test/fake-server.js'
import { mount } from './test/harness.js'
import { configure, type OtpVerify } from './index.js'

const TAG = '<otp-verify sitekey="shop" phone="912345667"></otp-verify>'
const WITH_FALLBACK = TAG.replace('><', '><a slot="fallback" href="/post">By post</a><')

/** A place in the page, once the server answers. */
async function place(): Promise<HTMLElement> {
  const { parentElement } = (await mount()).element
  parentElement!.replaceChildren()
  return parentElement!
}

/** An element that the page has before its script: in a document of its own nothing is defined. */
function undefinedYet(): OtpVerify {
  return new DOMParser().parseFromString(TAG, 'text/html').querySelector('otp-verify')!
}

/** What of the task is left to do, but nothing of the next. */
async function restOfTask(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve()
}

const asked = () => callsTo('/v1/sites/shop').length
const isDrawn = (element: Element) => element.shadowRoot!.querySelector('.root') !== null
const heightOf = (element: Element) => element.getBoundingClientRect().height
const numberOf = (element: Element) => element.querySelector<HTMLInputElement>('input[type=tel]')!.value

describe('the first screen of <otp-verify>', () => {
  it('is drawn in a task of its own where the tag was there before, and takes no more room than was kept', async () => {
    for (const [fontSize, tag] of Object.entries({ '12px': TAG, '16px': WITH_FALLBACK, '20px': TAG })) {
      const page = await place()
      page.style.fontSize = fontSize
      page.innerHTML = tag
      const element = page.querySelector('otp-verify')!
      await restOfTask()
      const [wasDrawn, kept] = [isDrawn(element), heightOf(element)]
      await element.updateComplete
      expect([wasDrawn, isDrawn(element)]).to.deep.equal([false, true])
      // Engines round in different ways.
      expect(kept).to.be.closeTo(heightOf(element), 0.5)
    }
  })

  it('is drawn in another task than the one in which its site is asked for, with what the page says by then', async () => {
    const page = await place()
    const before = asked()
    page.innerHTML = TAG
    const element = page.querySelector<OtpVerify>('otp-verify')!
    for (let turn = 0; turn < 9 && asked() === before; turn++) await nextTask()
    expect([asked() - before, isDrawn(element)]).to.deep.equal([1, false])
    element.phone = '916543210'
    await element.updateComplete
    expect([isDrawn(element), numberOf(element)]).to.deep.equal([true, '916543210'])
  })

  it('is drawn at once where a script of the page makes the element', async () => {
    const page = await place()
    page.append(document.createElement('otp-verify'))
    await restOfTask()
    expect(isDrawn(page.querySelector('otp-verify')!)).to.equal(true)
  })

  it('asks for nothing and holds nothing when the element is gone by then, and begins when it is back', async () => {
    const page = await place()
    const before = asked()
    page.innerHTML = TAG
    const element = page.querySelector<OtpVerify>('otp-verify')!
    element.remove()
    await element.updateComplete
    expect([asked() - before, numberOf(element)]).to.deep.equal([0, ''])
    page.append(element)
    expect([asked() - before, numberOf(element)]).to.deep.equal([1, '912345667'])
  })

  it('asks the server, and goes on or not, as the page has said before the element was defined', async () => {
    const page = await place()
    answer('/other/v1/sites/shop', { json: site() })
    sessionStorage.setItem('otp-verify:shop::', JSON.stringify({ verificationId: HANDLE, lastDigits: '67' }))
    const before = calls.length
    const element = undefinedYet()
    Object.assign(element, { server: `${SERVER}/other`, resume: 'off' })
    page.append(element)
    for (let turn = 0; turn < 9; turn++) await nextTask()
    await element.updateComplete
    expect([isDrawn(element), element.server, element.resume]).to.deep.equal([true, `${SERVER}/other`, 'off'])
    expect(calls.slice(before).map(({ path }) => path)).to.deep.equal(['/other/v1/sites/shop'])
  })

  it('comes once a wrong server, which the page is told of, is corrected', async () => {
    const page = await place()
    const told: PromiseRejectionEvent[] = []
    const tell = (event: PromiseRejectionEvent) => {
      event.preventDefault()
      event.stopImmediatePropagation()
      told.push(event)
    }
    window.addEventListener('unhandledrejection', tell, { capture: true })
    const element = undefinedYet()
    element.server = 'no address'
    page.append(element)
    for (let turn = 0; turn < 9; turn++) await nextTask()
    await passed(pageClock, 50)
    expect([isDrawn(element), told.length]).to.deep.equal([false, 1])
    expect(element.shadowRoot!.childElementCount).to.equal(0)
    element.server = SERVER
    await element.updateComplete
    await passed(pageClock, 50)
    window.removeEventListener('unhandledrejection', tell, { capture: true })
    expect(isDrawn(element)).to.equal(true)
  })

  it('asks its site once where the page names the server when the script is there', async () => {
    const page = await place()
    const before = asked()
    page.innerHTML = TAG
    const element = page.querySelector('otp-verify')!
    configure({ server: `${SERVER}/moved` })
    configure({ server: SERVER })
    await element.updateComplete
    expect(asked() - before).to.equal(1)
  })

  it('begins and draws where the page has given up the task that it comes from, and leaves no place behind', async () => {
    const page = await place()
    const before = asked()
    const { scheduler } = globalThis
    const named = (value: unknown) =>
      Object.defineProperty(globalThis, 'scheduler', { value, configurable: true })
    try {
      named({ yield: () => Promise.reject(new Error('given up')) })
      page.innerHTML = TAG
      const element = page.querySelector('otp-verify')!
      await element.updateComplete
      const places = element.shadowRoot!.querySelectorAll('div:not([class])')
      expect([isDrawn(element), places.length, asked() - before]).to.deep.equal([true, 0, 1])
    } finally {
      named(scheduler)
    }
  })
})
