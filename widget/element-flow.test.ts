import { expect } from '@open-wc/testing'
import { answer, approved, calls, callsTo, HANDLE, held, pending, problem, site } from './test/fake-server.js'
import { mount, press, type } from './test/harness.js'

const START = '/v1/verifications'
const CHECK = '/v1/verifications/check'

describe('<otp-verify>', () => {
  it('goes from the number to the token by keyboard alone', async () => {
    const page = await mount()
    await press('Tab')
    expect(document.activeElement).to.equal(page.element)
    expect(page.shadow.activeElement).to.equal(page.select)
    await press('Tab')
    expect(document.activeElement).to.equal(page.phone)
    await type('912345667')
    await press('Enter')
    await page.settle()
    expect(document.activeElement).to.equal(page.code)
    await type('123456')
    await page.settle()
    expect(page.state('verified')).to.equal(true)
    expect(page.element.getResponse()).to.equal('header.claims.signature')
    expect(page.shadow.activeElement).to.equal(page.shadow.querySelector('.verified'))
    expect(callsTo(START)[0]!.body['phoneNumber']).to.equal('+385912345667')
    expect(callsTo(CHECK)[0]!.body).to.deep.equal({ verificationId: HANDLE, code: '123456' })
  })

  it('tells the page what happens, in order, in frozen details without the number (SR-H07)', async () => {
    const page = await mount()
    await page.start()
    await page.fill('123456')
    expect(page.eventNames).to.deep.equal([
      'ready',
      'statechange',
      'statechange',
      'sent',
      'statechange',
      'statechange',
      'verified',
    ])
    const states = page.events
      .filter(({ type }) => type === 'statechange')
      .map(({ detail }) => detail['state'])
    expect(states).to.deep.equal(['sending', 'code', 'checking', 'verified'])
    const { token, expiresAt } = approved(page.clock.now())
    expect(page.events.at(-1)!.detail).to.deep.equal({ token, expiresAt })
    expect(page.events.find(({ type }) => type === 'sent')!.detail).to.deep.equal({
      channel: 'sms',
      expiresAt: pending(page.clock.now()).expiresAt,
    })
    for (const event of page.events) {
      expect(event).to.include({ bubbles: true, composed: true, cancelable: false })
      expect(Object.isFrozen(event.detail), event.type).to.equal(true)
      expect(JSON.stringify(event.detail)).to.not.contain('912345667')
    }
  })

  it('sends the page’s wishes with the start, and nothing that the page left out', async () => {
    const page = await mount('action="signup" cdata="c1" token-nonce="0123456789abcdef" channel="voice"', {
      lang: 'en-GB',
    })
    await page.start()
    expect(callsTo(START)[0]!.body).to.deep.equal({
      sitekey: 'shop',
      channel: 'voice',
      language: 'en-GB',
      action: 'signup',
      cdata: 'c1',
      nonce: '0123456789abcdef',
      phoneNumber: '+385912345667',
    })
    const plain = await mount('', { lang: '' })
    await plain.start()
    expect(callsTo(START)[0]!.body).to.deep.equal({ sitekey: 'shop', phoneNumber: '+385912345667' })
  })

  it('sends once when the button is clicked twice', async () => {
    const page = await mount()
    page.phone.value = '912345667'
    const button = page.button('Send code')
    button.click()
    button.click()
    await page.settle()
    expect(callsTo(START)).to.have.length(1)
  })

  it('keeps the button in place and in focus while it waits', async () => {
    const page = await mount()
    const { route, release } = held({ status: 201, json: pending(page.clock.now()) })
    answer(START, route)
    page.phone.value = '912345667'
    const button = page.button('Send code')
    const { height, width } = button.getBoundingClientRect()
    button.focus()
    await page.click('Send code')
    expect(page.state('sending')).to.equal(true)
    expect([page.phone.readOnly, page.select!.disabled], 'what was asked for stays').to.deep.equal([
      true,
      true,
    ])
    expect(button.getAttribute('aria-disabled')).to.equal('true')
    expect(button.getBoundingClientRect()).to.include({ height, width })
    expect(page.shadow.activeElement).to.equal(button)
    release()
    await page.settle()
    expect(document.activeElement).to.equal(page.code)
  })

  it('says that a number is missing without asking the server', async () => {
    const page = await mount()
    page.button('Send code').focus()
    await page.click('Send code')
    expect(page.message).to.equal('Enter a valid phone number.')
    expect(page.phone.getAttribute('aria-invalid')).to.equal('true')
    expect(document.activeElement).to.equal(page.phone)
    expect(callsTo(START)).to.have.length(0)
    await type('9')
    expect(page.phone.getAttribute('aria-invalid')).to.equal('false')
  })

  it('shows a refusal, tells the page, and lets the visitor try again', async () => {
    const page = await mount()
    answer(START, problem(403, 'cannot_send'))
    await page.start()
    expect(page.state('phone')).to.equal(true)
    expect(page.message).to.contain('We cannot send a code')
    expect(page.live).to.contain(page.message)
    expect(page.events.find(({ type }) => type === 'failed')!.detail).to.deep.equal({
      code: 'cannot_send',
      message: page.message,
      retryAfter: undefined,
      retryable: false,
      requestId: 'r',
    })
    answer(START, { status: 201, json: pending(page.clock.now()) })
    await page.click('Send code')
    expect(page.state('code')).to.equal(true)
  })

  it('tells how many tries are left after a wrong code, then takes the right one', async () => {
    const page = await mount()
    await page.start()
    answer(CHECK, problem(422, 'code_incorrect', { attemptsRemaining: 2 }))
    await page.typeCode('111111')
    expect(page.message).to.equal('That code is not right. 2 tries left.')
    expect(page.live).to.equal(page.message)
    expect(page.boxes).to.equal('______')
    expect(document.activeElement).to.equal(page.code)
    answer(CHECK, { json: approved(page.clock.now()) })
    await type('123456')
    await page.settle()
    expect(page.state('verified')).to.equal(true)
  })

  it('leads on from a button that a mouse has pressed and the browser has not focused, as in Safari', async () => {
    const page = await mount()
    const click = (text: string) => {
      page.button(text).dispatchEvent(new MouseEvent('mouseup', { bubbles: true }))
      return page.click(text)
    }
    page.phone.value = '912345667'
    await click('Send code')
    expect(document.activeElement === page.code).to.equal(true)
    page.code.blur()
    await click('Change number')
    expect(document.activeElement === page.phone).to.equal(true)
  })

  it('offers a new code for the same number when the tries are used up', async () => {
    const page = await mount()
    await page.start()
    answer(CHECK, problem(429, 'attempts_exhausted', { attemptsRemaining: 0 }))
    page.code.focus()
    await page.fill('111111')
    expect(page.message).to.equal('Too many wrong codes.')
    expect(page.code.disabled).to.equal(true)
    expect(page.shadow.activeElement?.part.value).to.equal('message')
    await page.click('Send a new code')
    expect(callsTo(START)[1]!.body).to.deep.include({ phoneNumber: '+385912345667', supersedes: HANDLE })
    expect(page.state('code')).to.equal(true)
    expect(page.code.disabled).to.equal(false)
  })

  it('says when the code’s time is over, without being asked', async () => {
    const page = await mount()
    await page.start()
    await page.passSeconds(299)
    expect(page.message).to.equal('It is checked after the last digit.')
    await page.passSeconds(2)
    expect(page.message).to.equal('This code has expired.')
    expect(page.button('Send a new code').disabled).to.equal(false)
    expect(page.events.at(-1)!.detail).to.include({ code: 'verification_expired' })
  })

  it('leaves neither the number nor the code in the fields of a page that has its proof (SR-G13)', async () => {
    const page = await mount()
    await page.start()
    await page.fill('123456')
    expect(page.phone.value).to.equal('')
    expect(page.code.value).to.equal('')
    expect(page.code.getAttribute('autocomplete')).to.equal('one-time-code')
  })

  it('says of a check that could not be made how many tries are left', async () => {
    const page = await mount()
    await page.start()
    answer(CHECK, problem(503, 'provider_unavailable', { attemptsRemaining: 4 }))
    await page.fill('123456')
    const sentence = 'Codes cannot be checked at the moment. Please try again soon. 4 tries left.'
    expect(page.message).to.equal(sentence)
    expect(page.events.at(-1)!.detail, 'with what the server’s log has it under').to.include({
      message: sentence,
      requestId: 'r',
    })
  })

  it('lets the token go when its time is over', async () => {
    const page = await mount('refresh-expired="off"')
    await page.start()
    await page.fill('123456')
    await page.passSeconds(241)
    expect(page.state('expired')).to.equal(true)
    expect(page.element.value).to.equal('')
    expect(page.eventNames.slice(-2)).to.deep.equal(['statechange', 'expired'])
    await page.click('Verify again')
    expect(page.state('phone')).to.equal(true)
  })

  it('drops the answers of a life that a reset has ended', async () => {
    const page = await mount()
    const { route, release } = held({ status: 201, json: pending(page.clock.now()) })
    answer(START, route)
    await page.start()
    page.element.reset()
    await page.settle()
    expect(page.state('phone')).to.equal(true)
    expect(page.phone.value).to.equal('')
    const second = held({ status: 201, json: pending(page.clock.now()) })
    answer(START, second.route)
    await page.start('912345699')
    release()
    await page.settle()
    expect(page.state('sending'), 'the first answer is not that of the second start').to.equal(true)
    second.release()
    await page.settle()
    expect(page.text).to.contain('\u206699\u2069')
  })

  it('reports a site that cannot be loaded and loads it when the visitor tries', async () => {
    const page = await mount('id="first"')
    answer('/v1/sites', problem(403, 'origin_not_allowed'), { json: site() })
    const second = await mount('', { keep: true })
    expect(second.message).to.equal('Phone verification is not set up for this page.')
    expect(second.eventNames).to.deep.equal(['failed'])
    await second.start()
    expect(second.state('code')).to.equal(true)
    expect(page.state('phone')).to.equal(true)
  })

  it('keeps several elements of a page apart', async () => {
    const first = await mount('action="one"')
    const second = await mount('action="two"', { keep: true })
    await first.start('912345667')
    expect(first.state('code')).to.equal(true)
    expect(second.state('phone')).to.equal(true)
    await second.start('912345699')
    await second.fill('123456')
    expect(second.state('verified')).to.equal(true)
    expect(first.state('code')).to.equal(true)
    expect(first.element.value).to.equal('')
    expect(calls.filter(({ path }) => path === START).map(({ body }) => body['action'])).to.deep.equal([
      'one',
      'two',
    ])
  })
})
