import { expect } from '@open-wc/testing'
import { answer, approved, callsTo, HANDLE, held, pending, problem } from './test/fake-server.js'
import { mount, press, type, type Harness } from './test/harness.js'

const STATUS = '/v1/verifications/status'
const TOKEN = '/v1/verifications/token'
const KEY = 'otp-verify:shop:signup:'

/** The same page, loaded again in the same tab. */
async function reload(page: Harness, attributes = 'action="signup"'): Promise<Harness> {
  page.element.remove()
  await page.settle()
  return mount(attributes, { keep: true })
}

/** A page loaded again while a code is asked for, which learns how things stand only once `release` is called. */
async function slowlyReloaded(): Promise<{ again: Harness; release: () => void }> {
  const page = await mount('action="signup"')
  await page.start()
  const { route, release } = held({ json: { ...pending(page.clock.now()), state: 'sent' } })
  answer(STATUS, route)
  return { again: await reload(page), release }
}

describe('<otp-verify> and the storage of the page', () => {
  it('keeps the handle and two digits while a code is asked for, and nothing else (SR-G13)', async () => {
    const page = await mount('action="signup"')
    expect(sessionStorage).to.have.length(0)
    await page.start()
    expect(Object.keys(sessionStorage)).to.deep.equal([KEY])
    expect(JSON.parse(sessionStorage.getItem(KEY)!)).to.deep.equal({
      verificationId: HANDLE,
      lastDigits: '67',
    })
    answer('/v1/verifications/check', problem(422, 'code_incorrect', { attemptsRemaining: 4 }))
    await page.fill('654321')
    expect(JSON.stringify({ ...sessionStorage })).to.not.match(/654321|912345667/)
    expect(localStorage).to.have.length(0)
    expect(document.cookie).to.equal('')
  })

  it('forgets it when the number is verified on a page without a nonce (SR-G13)', async () => {
    const page = await mount('action="signup"')
    await page.start()
    await page.fill('123456')
    expect(page.state('verified')).to.equal(true)
    expect(sessionStorage).to.have.length(0)
  })

  it('forgets it when the verification is over, the number changes or the page resets (SR-G13)', async () => {
    const page = await mount()
    await page.start()
    await page.passSeconds(301)
    expect(sessionStorage).to.have.length(0)
    await page.click('Change number')
    await page.start()
    expect(sessionStorage).to.have.length(1)
    await page.click('Change number')
    expect(sessionStorage).to.have.length(0)
    await page.start()
    page.element.reset()
    expect(sessionStorage).to.have.length(0)
  })
})

describe('<otp-verify> on a reloaded page', () => {
  it('goes on where it was, without taking the focus', async () => {
    const page = await mount('action="signup"')
    await page.start()
    const again = await reload(page)
    expect(callsTo(STATUS)[0]!.body).to.deep.equal({ verificationId: HANDLE })
    expect(again.state('code')).to.equal(true)
    expect(again.text).to.contain('ending in \u206667\u2069')
    expect(document.activeElement).to.equal(document.body)
    expect(again.eventNames).to.not.include('sent')
    await again.fill('123456')
    expect(again.state('verified')).to.equal(true)
  })

  it('goes on, too, while the code is still being sent', async () => {
    const page = await mount('action="signup"')
    await page.start()
    answer(STATUS, { json: { ...pending(page.clock.now()), state: 'sending' } })
    const again = await reload(page)
    expect(again.state('code')).to.equal(true)
    expect(sessionStorage).to.have.length(1)
  })

  it('goes on with the number that the page gives, in whatever digits', async () => {
    const attributes = 'phone="+٣٨٥٩١٢٣٤٥٦٦٧" readonly-phone'
    const page = await mount(attributes)
    await page.click('Send code')
    expect(callsTo('/v1/verifications')[0]!.body['phoneNumber']).to.equal('+385912345667')
    expect((await reload(page, attributes)).state('code')).to.equal(true)
  })

  it('says nothing of a site that it cannot load, where it goes on without', async () => {
    const page = await mount('action="signup"')
    await page.start()
    answer('/v1/sites', 'lost')
    const again = await reload(page)
    for (let second = 0; second < 5; second++) await again.passSeconds(1)
    expect(callsTo('/v1/sites/shop').length).to.be.above(2)
    expect(again.eventNames).to.not.include('failed')
    expect(again.text).to.contain('ending in')
    await again.fill('123456')
    expect(again.state('verified')).to.equal(true)
  })

  it('shows nothing while it asks how things stand, but not for long', async () => {
    const { again, release } = await slowlyReloaded()
    const shown = () => getComputedStyle(again.phone).visibility
    expect(shown()).to.equal('hidden')
    await again.passSeconds(2)
    expect(shown()).to.equal('visible')
    release()
    await again.settle()
    expect(again.state('code')).to.equal(true)
  })

  it('takes no digit of the number for the code where it learns how things stand while that is typed', async () => {
    const { again, release } = await slowlyReloaded()
    await again.passSeconds(2)
    again.phone.focus()
    await type('912')
    release()
    await again.settle()
    expect(again.state('code')).to.equal(true)
    expect(again.shadow.activeElement?.matches('.message')).to.equal(true)
    expect(again.live).to.contain('ending in \u206667\u2069')
    await type('345667')
    await press('Enter')
    await again.settle()
    expect([again.boxes, callsTo('/v1/verifications/check').length]).to.deep.equal(['______', 0])
    again.element.focus()
    expect(document.activeElement === again.code).to.equal(true)
  })

  it('asks for the number again when the code is over, for it does not know the number any more', async () => {
    const page = await mount('action="signup"')
    await page.start()
    const again = await reload(page)
    answer('/v1/verifications/check', problem(429, 'attempts_exhausted', { attemptsRemaining: 0 }))
    await again.fill('111111')
    await again.click('Send a new code')
    expect(again.state('phone')).to.equal(true)
    await again.start()
    expect(callsTo('/v1/verifications').at(-1)!.body['supersedes']).to.equal(HANDLE)
  })

  for (const state of ['verified', 'expired', 'exhausted']) {
    it(`begins anew when the verification is ${state} and the page has no nonce`, async () => {
      const page = await mount('action="signup"')
      await page.start()
      answer(STATUS, { json: { ...pending(page.clock.now()), state } })
      answer(TOKEN, { json: approved(page.clock.now()) })
      const again = await reload(page)
      expect(again.state('phone')).to.equal(true)
      expect(callsTo(TOKEN)).to.have.length(0)
      expect(again.message).to.equal('We’ll text you a code.')
      expect(sessionStorage).to.have.length(0)
    })
  }

  it('forgets a handle that the server does not know, and keeps one that it could not ask about', async () => {
    const page = await mount('action="signup"')
    await page.start()
    answer(STATUS, problem(503, 'service_unavailable'))
    const again = await reload(page)
    expect(again.state('phone')).to.equal(true)
    expect(sessionStorage).to.have.length(1)
    answer(STATUS, problem(404, 'verification_not_found'))
    await reload(again)
    expect(sessionStorage).to.have.length(0)
  })

  it('goes on however wrong the clock of the device is: the server knows whose time is over', async () => {
    const page = await mount('action="signup"')
    await page.start()
    const headers = { Date: new Date().toUTCString() }
    answer(STATUS, { json: { ...pending(page.clock.now()), state: 'sent' }, headers })
    const { now } = Date
    let late: Harness
    try {
      // By this clock the code has lasted an hour.
      Date.now = () => now() + 3_600_000
      late = await reload(page)
    } finally {
      Date.now = now
    }
    await late.passSeconds(10)
    expect(late.state('code')).to.equal(true)
    answer(STATUS, problem(404, 'verification_not_found'))
    expect((await reload(late)).state('phone')).to.equal(true)
    expect(sessionStorage).to.have.length(0)
  })

  it('is forgotten, and not hidden for good, where the page resets the element before the answer', async () => {
    const { again, release } = await slowlyReloaded()
    expect(again.shadow.querySelector('.waiting')).to.exist
    again.element.reset()
    await again.settle()
    expect(again.shadow.querySelector('.waiting')).to.equal(null)
    release()
    await again.settle()
    expect([again.state('phone'), sessionStorage.length]).to.deep.equal([true, 0])
  })

  it('is not led astray by what somebody else put into its place', async () => {
    const page = await mount('action="signup"')
    for (const text of [
      '',
      'null',
      '{',
      '[]',
      '{"verificationId":"../x","expiresAt":"2999-01-01","lastDigits":"67"}',
    ]) {
      sessionStorage.setItem(KEY, text)
      expect((await reload(page)).state('phone')).to.equal(true)
    }
    expect(callsTo(STATUS)).to.have.length(0)
  })

  it('neither keeps nor continues anything with resume="off"', async () => {
    const page = await mount('action="signup"')
    await page.start()
    await reload(page, 'action="signup" resume="off"')
    expect(callsTo(STATUS)).to.have.length(0)
    const off = await mount('action="signup" resume="off"')
    await off.start()
    expect(sessionStorage).to.have.length(0)
  })
})

describe('<otp-verify> that the page moves', () => {
  it('goes on when it is only moved', async () => {
    const page = await mount()
    await page.start()
    const timers = page.clock.waiting
    const main = document.createElement('main')
    page.element.after(main)
    main.append(page.element)
    await page.settle()
    expect(page.state('code')).to.equal(true)
    expect(page.text).to.contain('0:30')
    await page.passSeconds(1)
    expect(page.text).to.contain('0:29')
    expect(page.clock.waiting, 'no timer is doubled').to.equal(timers)
  })

  it('leaves nothing behind when it is removed, and begins properly when it comes back (SR-G13)', async () => {
    const page = await mount('resume="off" required', { form: true })
    const form = page.element.form!
    await page.start()
    await page.fill('123456')
    page.events.length = 0
    page.element.remove()
    await page.settle()
    expect(page.eventNames).to.deep.equal(['statechange', 'expired'])
    expect(page.element.value).to.equal('')
    expect(page.phone.value).to.equal('')
    expect(page.code.value).to.equal('')
    expect(page.clock.waiting).to.equal(0)
    form.append(page.element)
    await page.settle()
    expect(page.state('phone')).to.equal(true)
    await page.start()
    expect(page.state('code')).to.equal(true)
  })
})
