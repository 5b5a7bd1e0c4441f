import { expect } from '@open-wc/testing'
import { answer, callsTo, HANDLE, held, pending, problem, type Reply } from './test/fake-server.js'
import { mount, press } from './test/harness.js'

const START = '/v1/verifications'
const RESEND = '/v1/verifications/resend'
const CHECK = '/v1/verifications/check'

describe('the resend of <otp-verify>', () => {
  it('counts down to the resend by the clock, in silence, and then sends again', async () => {
    const page = await mount()
    await page.start()
    const told = page.live
    expect(page.text).to.contain('New code in \u20660:30\u2069')
    await page.passSeconds(1)
    expect(page.text).to.contain('\u20660:29\u2069')
    await page.passSeconds(28)
    expect(page.text).to.contain('\u20660:01\u2069')
    expect(page.live).to.equal(told)
    await page.passSeconds(1)
    expect(page.text).to.not.contain('New code in')
    page.button('Text me again').focus()
    await page.click('Text me again')
    expect(callsTo(RESEND)[0]!.body).to.deep.equal({ verificationId: HANDLE, channel: 'sms' })
    expect(document.activeElement).to.equal(page.code)
    expect(page.eventNames.filter((name) => name === 'sent')).to.have.length(2)
  })

  it('calls instead when the site offers calls', async () => {
    const page = await mount()
    await page.start()
    await page.passSeconds(30)
    await page.click('Call me instead')
    expect(callsTo(RESEND)[0]!.body).to.include({ channel: 'voice' })
    expect(page.text).to.contain('Calling the number ending in')
    await page.passSeconds(30)
    expect(page.button('Text me instead')).to.exist
    expect(page.button('Call me again')).to.exist
  })

  describe('that is not answered yet', () => {
    /** A page on which the code is being sent again, and what ends that. */
    async function resending(attributes = '', reply?: Reply) {
      const page = await mount(attributes)
      await page.start()
      await page.passSeconds(30)
      const { route, release } = held(reply ?? { json: pending(page.clock.now()) })
      answer(RESEND, route)
      page.button('Text me again').focus()
      await page.click('Text me again')
      expect(page.state('sending')).to.equal(true)
      const end = () => (release(), page.settle())
      return { page, end }
    }

    const checked = () => callsTo(CHECK).map(({ body }) => body['code'])

    it('keeps the digits that are typed meanwhile', async () => {
      const { page, end } = await resending()
      await page.typeCode('123')
      expect(page.boxes).to.equal('123___')
      await end()
      expect(page.boxes).to.equal('123___')
      await page.typeCode('456')
      expect(checked()).to.deep.equal(['123456'])
      expect(page.state('verified')).to.equal(true)
    })

    for (const [what, reply] of [
      ['is sent', undefined],
      ['could not be sent', problem(429, 'resends_exhausted')],
    ] as const) {
      it(`has a code that is completed meanwhile checked once it ${what}, and only once`, async () => {
        const { page, end } = await resending('', reply)
        answer(CHECK, problem(422, 'code_incorrect', { attemptsRemaining: 2 }))
        await page.typeCode('123456')
        await press('Enter')
        await page.click('Verify')
        expect(checked()).to.deep.equal([])
        await end()
        expect(checked()).to.deep.equal(['123456'])
        expect([page.message, page.boxes]).to.deep.equal(['That code is not right. 2 tries left.', '______'])
      })
    }

    it('checks no code that was changed again, nor one that nobody asks to be checked', async () => {
      const { page, end } = await resending()
      await page.typeCode('123456')
      await press('Backspace')
      await end()
      expect([checked(), page.boxes]).to.deep.equal([[], '12345_'])
      const { page: patient, end: sent } = await resending('auto-submit="off"')
      await patient.typeCode('123456')
      await sent()
      expect([checked(), patient.boxes]).to.deep.equal([[], '123456'])
      await patient.click('Verify')
      expect(checked()).to.deep.equal(['123456'])
    })

    it('checks nothing of what was typed before the page began anew', async () => {
      const { page, end } = await resending()
      await page.typeCode('123456')
      page.element.reset()
      await page.settle()
      await page.start()
      await end()
      expect([checked(), page.boxes]).to.deep.equal([[], '______'])
      await page.passSeconds(30)
      await page.click('Text me again')
      expect(checked()).to.deep.equal([])
    })
  })

  it('begins with an empty field', async () => {
    const page = await mount()
    await page.start()
    await page.fill('123')
    await page.passSeconds(30)
    await page.click('Text me again')
    expect(page.boxes).to.equal('______')
  })

  it('keeps its height in a narrow page, so that nothing below it moves under a click', async () => {
    const page = await mount('style="inline-size: 280px"')
    const heights = new Set<number>()
    const measure = () => heights.add(page.element.getBoundingClientRect().height)
    await page.start()
    measure()
    expect(getComputedStyle(page.button('Text me again')).visibility).to.equal('hidden')
    await page.passSeconds(30)
    measure()
    const { route, release } = held({ json: pending(page.clock.now()) })
    answer(RESEND, route)
    await page.click('Text me again')
    expect(page.state('sending')).to.equal(true)
    measure()
    release()
    await page.settle()
    measure()
    expect([...heights]).to.have.length(1)
  })

  it('offers no call where the site has none, and no resend when none is left', async () => {
    const page = await mount()
    const now = page.clock.now()
    const resend = { availableAt: new Date(now).toISOString(), remaining: 1, channels: ['sms' as const] }
    answer(START, { status: 201, json: pending(now, { resend }) })
    await page.start()
    expect(page.text).to.not.contain('Call me')
    answer(RESEND, problem(429, 'resends_exhausted'))
    await page.click('Text me again')
    expect(page.text).to.not.contain('Text me again')
    expect(page.message).to.equal('No more codes can be sent.')
    expect(page.code.disabled, 'the code that is on its way still counts').to.equal(false)
  })
})
