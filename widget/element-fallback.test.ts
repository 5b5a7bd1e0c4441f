import { expect } from '@open-wc/testing'
import { PROBLEM_CODES, PROBLEM_STATUS } from '../contract/index.js'
import { answer, pending, problem } from './test/fake-server.js'
import { mount, press, type } from './test/harness.js'
import { ar } from './locales/ar.js'
import { en } from './locales/en.js'

const START = '/v1/verifications'
const RESEND = '/v1/verifications/resend'
const CHECK = '/v1/verifications/check'
const OTHER_WAY = '<a slot="fallback" href="/e-mail">Confirm by e-mail</a>'

/** The refusals after which a visitor cannot have a code. */
const REFUSALS: readonly string[] = [
  'cannot_send',
  'challenge_failed',
  'challenge_required',
  'country_not_allowed',
  'phone_type_not_allowed',
  'delivery_failed',
  'resends_exhausted',
  'attempts_exhausted',
]

describe('<otp-verify> for a visitor who cannot have a code', () => {
  for (const code of PROBLEM_CODES) {
    const refuses = REFUSALS.includes(code)
    it(`${refuses ? 'offers' : 'does not offer'} another way after ${code} (SR-K09)`, async () => {
      const page = await mount('', { children: OTHER_WAY })
      answer(START, problem(PROBLEM_STATUS[code], code))
      answer('/v1/challenges', problem(PROBLEM_STATUS[code], code))
      await page.start()
      const told = page.events.filter(({ type }) => type === 'fallback').map(({ detail }) => detail)
      expect(told).to.deep.equal(refuses ? [{ code }] : [])
      const link = page.element.querySelector('a')!
      expect(link.checkVisibility()).to.equal(refuses)
      expect(page.text.includes(en.fallback.given)).to.equal(refuses)
    })
  }

  it('tells the page once for each refusal, after failed, in a frozen detail', async () => {
    const page = await mount()
    answer(START, problem(403, 'cannot_send'))
    await page.start()
    expect(page.eventNames.slice(-2)).to.deep.equal(['failed', 'fallback'])
    const event = page.events.at(-1)!
    expect(event).to.include({ bubbles: true, composed: true, cancelable: false })
    expect(Object.isFrozen(event.detail)).to.equal(true)
    await page.click('Send code')
    expect(page.eventNames.filter((name) => name === 'fallback')).to.have.length(2)
  })

  for (const [lang, words] of Object.entries({ en, ar })) {
    it(`says honestly that the page has no other way, in ${lang} (SR-K09)`, async () => {
      const page = await mount('', { lang })
      answer(START, problem(403, 'cannot_send'))
      page.phone.value = '912345667'
      await page.click(words.send)
      const region = page.shadow.querySelector('[part=fallback]')!
      expect(region.textContent).to.contain(words.fallback.none)
      expect(page.live).to.equal(`${words.errors.cannot_send} ${words.fallback.none}`)
    })
  }

  it('takes up another way that the page puts in later', async () => {
    const page = await mount()
    answer(START, problem(403, 'cannot_send'))
    await page.start()
    page.element.insertAdjacentHTML('beforeend', OTHER_WAY)
    await page.settle()
    expect(page.text).to.contain(en.fallback.given).and.not.contain(en.fallback.none)
  })

  it('leads there by keyboard, after what can be tried again (SR-K09)', async () => {
    const page = await mount('', { children: OTHER_WAY })
    answer(START, problem(403, 'cannot_send'))
    page.phone.focus()
    await type('912345667')
    await press('Enter')
    await page.settle()
    expect(document.activeElement).to.equal(page.phone)
    await press('Tab')
    expect(page.shadow.activeElement).to.equal(page.button('Send code'))
    await press('Tab')
    expect(document.activeElement).to.equal(page.element.querySelector('a'))
  })

  it('stays while the visitor corrects the number, and goes when a code is sent', async () => {
    const page = await mount('', { children: OTHER_WAY })
    answer(START, problem(422, 'country_not_allowed'), { status: 201, json: pending(page.clock.now()) })
    await page.start()
    page.phone.focus()
    await type('1')
    await page.settle()
    expect(page.message).to.equal(en.phoneHint.sms)
    const link = page.element.querySelector('a')!
    expect(link.checkVisibility()).to.equal(true)
    await page.click('Send code')
    expect(page.state('code')).to.equal(true)
    expect(link.checkVisibility()).to.equal(false)
    await page.click('Change number')
    expect(link.checkVisibility()).to.equal(false)
  })

  it('stands beside the code when it cannot be sent again, and while one is checked', async () => {
    const page = await mount('', { children: OTHER_WAY })
    await page.start()
    await page.passSeconds(30)
    answer(RESEND, problem(429, 'resends_exhausted'))
    await page.click('Text me again')
    const link = page.element.querySelector('a')!
    expect(link.checkVisibility()).to.equal(true)
    await page.fill('123456')
    expect(page.state('verified')).to.equal(true)
    expect(link.checkVisibility()).to.equal(false)
  })

  it('stands beside a new code after too many wrong ones, and goes when that is sent', async () => {
    const page = await mount('', { children: OTHER_WAY })
    await page.start()
    answer(CHECK, problem(429, 'attempts_exhausted', { attemptsRemaining: 0 }))
    await page.fill('111111')
    const link = page.element.querySelector('a')!
    expect(link.checkVisibility()).to.equal(true)
    await page.click('Send a new code')
    expect(link.checkVisibility()).to.equal(false)
  })

  it('shows nothing of it to anybody else, and goes at a reset', async () => {
    const page = await mount('', { children: OTHER_WAY })
    const link = page.element.querySelector('a')!
    expect(link.checkVisibility()).to.equal(false)
    answer(START, problem(403, 'cannot_send'))
    await page.start()
    page.element.reset()
    await page.settle()
    expect(link.checkVisibility()).to.equal(false)
  })
})
