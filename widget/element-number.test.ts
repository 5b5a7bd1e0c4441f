import { expect } from '@open-wc/testing'
import { answer, calls, callsTo, held, plan, problem, site } from './test/fake-server.js'
import { mount, press, type } from './test/harness.js'
import type { OtpVerify } from './index.js'
import { until } from './test/until.js'

const START = '/v1/verifications'
const PLANS = '/numbering-plans'

const plansAskedFor = () => calls.map(({ path }) => path).filter((path) => path.includes(PLANS))

/** An element whose server knows how the numbers of its countries are written. */
const planned = (attributes = '', options: Parameters<typeof mount>[1] = {}) =>
  mount(attributes, { before: () => answer(PLANS, { json: plan() }), ...options })

describe('the number that is typed into <otp-verify>', () => {
  it('is put into the groups of its country, with or without a trunk prefix', async () => {
    const page = await planned()
    page.phone.focus()
    await page.settle()
    await type('0912345678')
    expect(page.phone.value).to.equal('091 234 5678')
    for (let key = 0; key < 5; key++) await press('Backspace')
    expect(page.phone.value).to.equal('091 23')
    page.phone.value = ''
    await type('912345678')
    expect(page.phone.value).to.equal('91 234 5678')
    await press('Enter')
    await page.settle()
    expect(callsTo(START)[0]!.body['phoneNumber']).to.equal('+385912345678')
  })

  it('can be corrected in the middle', async () => {
    const page = await planned()
    page.phone.focus()
    await page.settle()
    await type('0912345678')
    page.phone.setSelectionRange(4, 4)
    await press('Backspace')
    expect(page.phone.value, 'the space was not meant').to.equal('092 345 678')
    expect(page.phone.selectionStart).to.equal(2)
    await type('1')
    expect(page.phone.value).to.equal('091 234 5678')
    expect(page.phone.selectionStart).to.equal(3)
  })

  it('is grouped when it was pasted, filled in, or typed before the groups were known', async () => {
    const plans = held({ json: plan() })
    const page = await mount('', { before: () => answer(PLANS, plans.route) })
    page.phone.focus()
    await type('0912345678')
    expect(page.phone.value).to.equal('0912345678')
    plans.release()
    await page.settle()
    expect(page.phone.value).to.equal('091 234 5678')
    page.phone.value = '+385 (0)91-234-56-78'
    page.phone.dispatchEvent(new InputEvent('input', { bubbles: true, inputType: 'insertFromPaste' }))
    expect(page.phone.value).to.equal('091 234 5678')
  })

  it('stays selected when the groups become known, so that what is typed then takes its place', async () => {
    const plans = held({ json: plan() })
    const page = await mount('phone="+385912345678"', { before: () => answer(PLANS, plans.route) })
    page.phone.focus()
    page.phone.select()
    plans.release()
    await page.settle()
    expect(page.phone.value).to.equal('91 234 5678')
    expect([page.phone.selectionStart, page.phone.selectionEnd]).to.deep.equal([0, 11])
    await type('0')
    expect(page.phone.value).to.equal('0')
  })

  it('is left alone while it is international, composed, of another script, or no number', async () => {
    const page = await planned()
    page.phone.focus()
    await page.settle()
    await type('+3859123')
    expect(page.phone.value).to.equal('+3859123')
    for (const [text, isComposing] of [
      ['٠٩١٢٣٤٥', false],
      ['091 x 2345', false],
      ['0912345', true],
    ] as const) {
      page.phone.value = text
      page.phone.dispatchEvent(
        new InputEvent('input', { bubbles: true, inputType: 'insertText', isComposing }),
      )
      expect(page.phone.value).to.equal(text)
    }
  })

  it('is as it was typed where the server tells no plan, or one that is none', async () => {
    for (const reply of [
      problem(503, 'service_unavailable'),
      { json: { ...plan(), allowed: '(' } },
      { json: { ...plan(), formats: [['(\\d+)', '$1']] } },
      { json: { ...plan(), trunk: 0 } },
      { json: null },
    ]) {
      const page = await mount('', { before: () => answer(PLANS, reply) })
      await page.start('0912345678')
      expect(page.phone.value).to.equal('0912345678')
      expect(callsTo(START)).to.have.length(1)
    }
  })

  it('names countries when somebody comes, whatever else is to be done, and else when nothing is', async () => {
    /** The country that is chosen when the element is ready, and at the end of that task. */
    const chosen = async (act: (element: OtpVerify) => void) => {
      let soon: string | undefined
      const select = (element: OtpVerify) => element.shadowRoot!.querySelector('select')!
      const textOf = (element: OtpVerify) => select(element).selectedOptions[0]!.text
      const ready = async ({ target }: Event) => {
        const element = target as OtpVerify
        act(element)
        await element.updateComplete
        soon = textOf(element)
      }
      const before = () => document.addEventListener('ready', (event) => void ready(event), { once: true })
      const page = await mount('initial-country="HR"', { before })
      await until(() => textOf(page.element).includes('Croatia'))
      return soon
    }
    expect(await chosen(() => {})).to.equal('HR (⁦+385⁩)')
    expect(await chosen((element) => element.dispatchEvent(new Event('focusin')))).to.equal(
      'Croatia (⁦+385⁩)',
    )
  })

  it('asks for a plan when the visitor comes, once for each calling code, and not for those of no country', async () => {
    const page = await planned('initial-country="US"')
    expect(plansAskedFor()).to.deep.equal([])
    page.phone.focus()
    await page.settle()
    expect(plansAskedFor()).to.deep.equal(['/v1/sites/shop/numbering-plans/1'])
    page.select!.value = 'CA'
    page.select!.dispatchEvent(new Event('change'))
    await type('+385')
    await page.settle()
    await type('91')
    await press('Tab')
    await page.settle()
    expect(plansAskedFor()).to.deep.equal([
      '/v1/sites/shop/numbering-plans/1',
      '/v1/sites/shop/numbering-plans/385',
    ])
  })

  it('forgets the plans of a site that is no longer its own', async () => {
    const plans = held({ json: plan() })
    const page = await mount('', { before: () => answer(PLANS, plans.route) })
    page.phone.focus()
    answer('/v1/sites', { json: site({ sitekey: 'other', countries: ['HR'] }) })
    answer(PLANS, problem(404, 'invalid_request'))
    page.element.sitekey = 'other'
    await page.settle()
    plans.release()
    await page.settle()
    await type('0912345678')
    expect(page.phone.value).to.equal('0912345678')
  })
})

describe('a number that no code can be sent to', () => {
  const visit = async (text: string, attributes = '', options: Parameters<typeof mount>[1] = {}) => {
    const page = await planned(attributes, options)
    page.phone.focus()
    await page.settle()
    await type(text)
    await press('Enter')
    await page.settle()
    return page
  }

  it('is refused with the reason before anything is sent', async () => {
    const landline = await visit('013456789'.slice(0, 9))
    expect(landline.message).to.contain('Try a mobile number')
    expect(landline.phone.getAttribute('aria-invalid')).to.equal('true')
    expect(landline.events.filter(({ type: name }) => name === 'failed')[0]!.detail).to.include({
      code: 'phone_type_not_allowed',
      retryable: false,
    })
    const short = await visit('09123')
    expect(short.message).to.contain('Enter a valid phone number')
    expect(callsTo(START)).to.have.length(0)
    await type('45678')
    await press('Enter')
    await short.settle()
    expect(callsTo(START)).to.have.length(1)
    expect(short.state('code')).to.equal(true)
  })

  it('is refused as an international number too, by the plan of its own country', async () => {
    const page = await visit('+38509123', 'initial-country="US"')
    expect(page.message).to.contain('Enter a valid phone number')
    expect(callsTo(START)).to.have.length(0)
  })

  it('is the same number however it is written, and its code is not bought again', async () => {
    const page = await visit('0912345670')
    expect(page.state('code')).to.equal(true)
    await page.click('Change number')
    page.phone.select()
    await type('+385 91 234 5670')
    await press('Enter')
    await page.settle()
    expect(page.state('code')).to.equal(true)
    expect(callsTo(START).map(({ body }) => body['phoneNumber'])).to.deep.equal(['+385912345670'])
  })

  it('is the same number once its plan has come, and its code is not bought again', async () => {
    const plans = held({ json: plan() })
    const page = await visit('0912345670', '', { before: () => answer(PLANS, plans.route) })
    plans.release()
    await page.settle()
    await page.click('Change number')
    await page.click('Send code')
    expect(page.state('code')).to.equal(true)
    expect(callsTo(START).map(({ body }) => body['phoneNumber'])).to.deep.equal(['+3850912345670'])
  })

  it('is asked for under the same key where its plan has come since the answer was lost', async () => {
    const plans = held({ json: plan() })
    const lost = { status: 502, text: 'Bad gateway' }
    const page = await visit('0912345670', '', {
      before: () => {
        answer(PLANS, plans.route)
        answer(START, lost, lost, problem(403, 'cannot_send'))
      },
    })
    plans.release()
    await page.settle()
    await page.click('Send code')
    await page.click('Send code')
    await page.click('Send code')
    const [first, ...others] = callsTo(START)
    expect(others.map(({ body }) => body['phoneNumber'])).to.deep.equal([
      ...['+3850912345670', '+3850912345670', '+385912345670'],
    ])
    expect(others.map(({ key }) => key === first!.key)).to.deep.equal([true, true, false])
  })

  it('keeps a first digit that may belong to it', async () => {
    const allowed = String.raw`0?9\d{7,8}`
    await visit('0912345670', '', { before: () => answer(PLANS, { json: plan({ allowed }) }) })
    expect(callsTo(START)[0]!.body['phoneNumber']).to.equal('+3850912345670')
  })

  it('is left to the server where the country is not offered', async () => {
    await visit('+33612')
    expect(callsTo(START)[0]!.body['phoneNumber']).to.equal('+33612')
  })
})
