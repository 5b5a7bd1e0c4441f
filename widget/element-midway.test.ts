import { expect } from '@open-wc/testing'
import { configure } from './server-address.js'
import { answer, callsTo, held, pending, plan, problem, SERVER, site } from './test/fake-server.js'
import { mount } from './test/harness.js'

const START = '/v1/verifications'
const CHECK = '/v1/verifications/check'

describe('<otp-verify> whose page changes its mind half-way', () => {
  afterEach(() => configure({ server: SERVER }))

  for (const [what, attributes, change] of [
    ['the number that it has chosen', 'phone="+385912345667" readonly-phone', { phone: '+385912345999' }],
    ['the action', 'action="signup"', { action: 'reset' }],
    ['the nonce', 'token-nonce="0123456789abcdef"', { tokenNonce: 'fedcba9876543210' }],
  ] as const) {
    it(`gives up a code that was for another value of ${what}: its token would be refused`, async () => {
      const page = await mount(attributes)
      await page.start()
      expect(page.state('code')).to.equal(true)
      Object.assign(page.element, change)
      await page.settle()
      expect(page.state('phone')).to.equal(true)
      expect(sessionStorage).to.have.length(0)
    })
  }

  it('keeps a code while nothing has changed in the end', async () => {
    const page = await mount('action="signup"')
    await page.start()
    page.element.action = 'reset'
    page.element.action = 'signup'
    await page.settle()
    expect(page.state('code')).to.equal(true)
  })

  it('does not go on after a reload with the code of another number than the page has come to ask for', async () => {
    const page = await mount('phone="+385912345667" readonly-phone')
    await page.start()
    page.element.remove()
    await page.settle()
    const same = await mount('phone="+385 91 234 56 67" readonly-phone', { keep: true })
    expect(same.state('code')).to.equal(true)
    same.element.remove()
    await same.settle()
    const asked = callsTo('/v1/verifications/status').length
    const other = await mount('phone="+385912345999" readonly-phone', { keep: true })
    expect(other.state('phone')).to.equal(true)
    expect(callsTo('/v1/verifications/status')).to.have.length(asked)
    expect(sessionStorage).to.have.length(0)
  })

  it('goes on where another part of the page names the same server once more, and not where it names another', async () => {
    const page = await mount()
    await page.start()
    configure({ server: `${SERVER}/` })
    await page.settle()
    expect(page.state('code')).to.equal(true)
    configure({ server: 'https://other.example' })
    await page.settle()
    expect(page.state('phone')).to.equal(true)
  })

  it('goes on where its own server is not the one that the page names anew', async () => {
    const page = await mount()
    page.element.server = SERVER
    await page.settle()
    await page.start()
    configure({ server: 'https://other.example' })
    await page.settle()
    expect(page.state('code')).to.equal(true)
  })

  for (const [what, attributes, change] of [
    ['another action', 'action="signup"', { action: 'reset' }],
    ['another number', 'phone="+385912345667" readonly-phone', { phone: '+385912345999' }],
  ] as const) {
    it(`does not go on after a reload with what was for ${what} by the time the server has told of it`, async () => {
      const page = await mount(attributes)
      await page.start()
      page.element.remove()
      await page.settle()
      const status = held({ json: { ...pending(page.clock.now()), state: 'sent' } })
      const again = await mount(attributes, {
        keep: true,
        before: () => answer('/v1/verifications/status', status.route),
      })
      Object.assign(again.element, change)
      await again.settle()
      status.release()
      await again.settle()
      expect(again.state('phone')).to.equal(true)
    })
  }

  it('asks for the number that it chose while another was being sent to', async () => {
    const page = await mount('phone="+385912345667" readonly-phone')
    const start = held(problem(403, 'cannot_send'))
    answer(START, start.route)
    await page.click('Send code')
    page.element.phone = '+385912345999'
    start.release()
    await page.settle()
    expect(page.phone.value.replace(/\D/g, '')).to.equal('912345999')
  })

  it('is of the site that the page has come to name, whatever arrives for the one before', async () => {
    const late = held({ json: site({ countries: ['HR'] }) })
    const page = await mount('', {
      before: () => answer('/v1/sites', late.route, { json: site({ sitekey: 'other' }) }),
    })
    page.element.sitekey = 'other'
    await page.settle()
    late.release()
    await page.settle()
    expect(callsTo('/v1/sites/shop')).to.have.length(1)
    expect(page.eventNames.filter((name) => name === 'ready')).to.have.length(1)
    expect(page.select?.options).to.have.length(4)
  })

  it('keeps the country that the visitor has chosen while it is still offered', async () => {
    const page = await mount()
    page.select!.value = 'GB'
    page.select!.dispatchEvent(new Event('change'))
    page.element.onlyCountries = 'GB,HR,US'
    await page.settle()
    expect(page.select!.value).to.equal('GB')
    page.element.onlyCountries = 'HR,US'
    await page.settle()
    expect(page.select!.value).to.equal('HR')
  })

  it('judges the numbers of another site with the same countries by that site’s rules', async () => {
    const page = await mount('', {
      before: () => answer('/numbering-plans', { json: plan() }, { json: plan({ allowed: '1\\d{7}' }) }),
    })
    page.phone.focus()
    await page.settle()
    answer('/v1/sites', { json: site({ sitekey: 'other' }) })
    page.element.sitekey = 'other'
    await page.settle()
    await page.start('12345678')
    expect(callsTo(START).map(({ body }) => body['sitekey'])).to.deep.equal(['other'])
  })
})

describe('<otp-verify> that is begun anew', () => {
  it('takes the focus to the number, also at once', async () => {
    const page = await mount()
    await page.start()
    page.element.reset()
    page.element.focus()
    await page.settle()
    expect(document.activeElement).to.equal(page.phone)
  })

  it('takes the focus to the code for a page that asks for it when the code is sent', async () => {
    const page = await mount()
    page.element.addEventListener('sent', () => page.element.focus())
    await page.start()
    await page.settle()
    expect(document.activeElement).to.equal(page.code)
  })

  it('makes no call again that was lost in the life before', async () => {
    const page = await mount()
    const start = held('lost')
    answer(START, start.route)
    await page.start()
    page.element.reset()
    start.release()
    await page.settle()
    await page.passSeconds(5)
    expect(callsTo(START)).to.have.length(1)
  })

  it('spends no second try for an element that is gone', async () => {
    const page = await mount()
    await page.start()
    answer(CHECK, problem(429, 'rate_limited', { retryAfter: 3 }))
    await page.fill('123456')
    page.element.remove()
    await page.settle()
    await page.passSeconds(10)
    expect(callsTo(CHECK)).to.have.length(1)
  })

  it('forgets a verification that a reloaded page could not ask about', async () => {
    const page = await mount()
    await page.start()
    page.element.remove()
    await page.settle()
    const again = await mount('', {
      keep: true,
      before: () => answer('/v1/verifications/status', problem(503, 'service_unavailable')),
    })
    expect(sessionStorage).to.have.length(1)
    again.element.reset()
    expect(sessionStorage).to.have.length(0)
  })

  it('leaves the page’s scroll position to the page', async () => {
    const page = await mount()
    const asked: unknown[] = []
    page.element.addEventListener('sent', () => page.element.focus({ preventScroll: true }))
    page.code.focus = (options) => void asked.push(options)
    await page.start()
    await page.settle()
    expect(asked.at(-1)).to.deep.equal({ preventScroll: true })
  })

  it('by a listener tells that a token is over all the same', async () => {
    const page = await mount('refresh-expired="off"')
    page.element.addEventListener('statechange', (event) => {
      if (event.detail.state === 'expired') page.element.reset()
    })
    await page.start()
    await page.fill('123456')
    await page.passSeconds(241)
    expect(page.eventNames.filter((name) => name === 'expired')).to.have.length(1)
    expect(page.state('phone')).to.equal(true)
  })

  it('tells that a code was sent to a listener that has filled it in by then', async () => {
    const page = await mount()
    page.element.addEventListener('statechange', (event) => {
      if (event.detail.state !== 'code') return
      page.code.value = '123456'
      page.code.dispatchEvent(new InputEvent('input', { bubbles: true }))
    })
    await page.start()
    expect(page.eventNames).to.include.members(['sent', 'verified'])
  })

  it('by a listener says no more of the state that is over', async () => {
    const page = await mount('data-callback="proven"')
    const tokens: unknown[] = []
    Object.assign(window, { proven: (token: string) => tokens.push(token) })
    page.element.addEventListener('statechange', (event) => {
      if (event.detail.state === 'verified') page.element.reset()
    })
    await page.start()
    await page.fill('123456')
    expect(page.eventNames).to.not.include('verified')
    expect(tokens).to.deep.equal([])
    Reflect.deleteProperty(window, 'proven')
  })
})

describe('<otp-verify> whose token ends while a fresh one is being asked for', () => {
  it('takes it out of the form at its time', async () => {
    const page = await mount()
    await page.start()
    await page.fill('123456')
    answer('/v1/verifications/token', held('lost').route)
    await page.passSeconds(239)
    expect(page.element.value).to.not.equal('')
    await page.passSeconds(6)
    expect(page.element.value).to.equal('')
    expect(page.state('expired')).to.equal(true)
    expect(page.eventNames.filter((name) => name === 'expired')).to.have.length(1)
  })
})

describe('<otp-verify> whose page takes its own input away', () => {
  const OWN = { children: '<input slot="phone" type="tel">' }

  it('shows its own as the page’s was: disabled, described, and with the text of a required field', async () => {
    const page = await mount('disabled required', OWN)
    page.phone.remove()
    await page.settle()
    expect(page.phone.disabled).to.equal(true)
    expect(page.described(page.phone)).to.equal('We’ll text you a code.')
  })

  it('may be changed in the same breath, also when the page has put its input elsewhere', async () => {
    const page = await mount('required', OWN)
    page.element.cdata = 'another'
    const input = page.phone
    document.body.append(input)
    await page.element.updateComplete
    await page.settle()
    input.remove()
    expect(page.element.validity.valueMissing).to.equal(true)
  })
})
