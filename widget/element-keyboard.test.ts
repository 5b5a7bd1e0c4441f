import { expect } from '@open-wc/testing'
import { answer, approved, callsTo, held, manyCountries, problem, site } from './test/fake-server.js'
import { mount, press, pressShiftTab, type, type Harness } from './test/harness.js'
import { mountScreen, SCREEN_NAMES } from './test/screens.js'

const CHECK = '/v1/verifications/check'

/** What has the focus: the visitor's words for it, or its tag. */
function focused({ shadow, phone, code }: Harness): string {
  const active = document.activeElement!
  const node = active.localName === 'otp-verify' ? shadow.activeElement! : active
  if (node === phone) return 'number'
  if (node === code) return 'code'
  return node.localName === 'button' ? words(node) : node.className || node.localName
}

function words(button: Element): string {
  const slot = button.querySelector('slot')
  return (slot ?? button).textContent.trim()
}

/** Puts the element between two buttons of the page, and the focus on the first. */
function surround({ element }: Harness): void {
  for (const place of ['before', 'after'] as const) {
    const button = document.createElement('button')
    button.textContent = `the page, ${place}`
    element[place](button)
  }
  ;(element.previousElementSibling as HTMLElement).focus()
}

/** Everything that Tab comes by on its way through the element. */
async function walk(page: Harness, step: () => Promise<void>): Promise<string[]> {
  const stops: string[] = []
  // More than there are stops: a trap ends it too.
  for (let steps = 0; steps < 12; steps++) {
    await step()
    if (focused(page).startsWith('the page')) break
    stops.push(focused(page))
  }
  return stops
}

const STOPS: Record<string, string[]> = {
  phone: ['select', 'number', 'Send code'],
  'phone of many countries': ['HR +385', 'number', 'Send code'],
  'phone of one country': ['number', 'Send code'],
  'phone that the page gives': ['number', 'Send code'],
  disabled: [],
  refused: ['select', 'number', 'Send code'],
  'refused, with another way': ['select', 'number', 'Send code', 'Confirm by e-mail'],
  'solving a challenge': ['number', 'Sending…'],
  code: ['Change number', 'code', 'Verify'],
  'code with resends': ['Change number', 'code', 'Verify', 'Text me again', 'Call me instead'],
  'code without resends': ['Change number', 'code', 'Verify'],
  'code that is over': ['Change number', 'Send a new code'],
  checking: ['Change number', 'code', 'Checking…'],
  verified: ['Change number'],
  expired: ['Verify again'],
}

describe('<otp-verify> by keyboard alone', () => {
  for (const [screen, stops] of Object.entries(STOPS)) {
    it(`is gone through with Tab, there and back, without a trap: ${screen}`, async () => {
      const page = await mountScreen(screen)
      surround(page)
      expect(await walk(page, () => press('Tab'))).to.deep.equal(stops)
      expect(focused(page)).to.equal('the page, after')
      expect(await walk(page, pressShiftTab)).to.deep.equal(stops.toReversed())
      expect(focused(page)).to.equal('the page, before')
    })
  }

  for (const button of ['Change number', 'Text me again']) {
    it(`leaves the focus on "${button}" while a code is checked that came by itself, and then does nothing`, async () => {
      const page = await mount()
      await page.start()
      await page.passSeconds(30)
      const { route, release } = held({ json: approved(page.clock.now()) })
      answer(CHECK, route)
      page.button(button).focus()
      await page.fill('123456')
      expect([page.state('checking'), focused(page)]).to.deep.equal([true, button])
      await press('Enter')
      await page.settle()
      expect([page.state('checking'), focused(page)]).to.deep.equal([true, button])
      expect(callsTo('/v1/verifications/resend')).to.have.length(0)
      release()
      await page.settle()
      expect(page.state('verified')).to.equal(true)
      expect(focused(page)).to.contain('verified')
    })
  }

  it('takes a visitor through mistakes, another number and a new code, who always is where it goes on', async () => {
    const page = await mount()
    const now = page.clock.now()
    answer(
      CHECK,
      problem(422, 'code_incorrect', { attemptsRemaining: 4 }),
      problem(429, 'attempts_exhausted', { attemptsRemaining: 0 }),
      { json: approved(now) },
    )
    page.phone.focus()
    await press('Enter')
    await page.settle()
    expect([focused(page), page.message]).to.deep.equal(['number', 'Enter a valid phone number.'])
    await type('912345666')
    await press('Enter')
    await page.settle()
    expect(focused(page)).to.equal('code')
    await pressShiftTab()
    expect(focused(page)).to.equal('Change number')
    await press('Enter')
    await page.settle()
    expect([focused(page), page.phone.value]).to.deep.equal(['number', '912345666'])
    await press('Backspace')
    await type('7')
    await press('Enter')
    await page.settle()
    expect(focused(page)).to.equal('code')
    await page.passSeconds(30)
    await press('Tab')
    await press('Tab')
    await press('Tab')
    expect(focused(page)).to.equal('Call me instead')
    await press(' ')
    await page.settle()
    expect(focused(page)).to.equal('code')
    await type('111111')
    await page.settle()
    expect([focused(page), page.boxes]).to.deep.equal(['code', '______'])
    await type('222222')
    await page.settle()
    expect([focused(page), page.message]).to.deep.equal(['message invalid', 'Too many wrong codes.'])
    await press('Tab')
    expect(focused(page)).to.equal('Send a new code')
    await press('Enter')
    await page.settle()
    expect(focused(page)).to.equal('code')
    await type('123456')
    await page.settle()
    expect(focused(page)).to.contain('verified')
    const numbers = callsTo('/v1/verifications').map(({ body }) => body['phoneNumber'])
    expect(numbers).to.deep.equal(['+385912345666', '+385912345667', '+385912345667'])
  })

  for (const [what, end] of [
    ['the tries are used up', (page: Harness) => page.fill('222222')],
    ['its time is over', (page: Harness) => page.passSeconds(301)],
  ] as const) {
    it(`buys no message with an Enter that was meant for a code of which ${what}`, async () => {
      const page = await mount()
      await page.start()
      answer(CHECK, problem(429, 'attempts_exhausted', { attemptsRemaining: 0 }))
      page.code.focus()
      await end(page)
      await press('Enter')
      await press(' ')
      await page.settle()
      expect(callsTo('/v1/verifications')).to.have.length(1)
      expect(focused(page), 'the visitor is where it says what happened').to.equal('message invalid')
      expect(getComputedStyle(page.shadow.activeElement!).outlineStyle, 'which nobody can press').to.equal(
        'none',
      )
    })
  }

  it('leaves what a check has said where Enter follows the last digit by habit', async () => {
    const page = await mount()
    await page.start()
    answer(CHECK, problem(422, 'code_incorrect', { attemptsRemaining: 4 }))
    await page.typeCode('111111')
    const told = page.message
    expect(told).to.contain('4 tries left')
    await press('Enter')
    await page.settle()
    expect(page.message).to.equal(told)
    await type('1')
    await press('Enter')
    expect(page.message).to.equal('Enter all digits of the code.')
  })

  for (const [what, more] of [
    ['is only held', { repeat: true }],
    ['belongs to a composition', { isComposing: true }],
    ['ends a composition in Safari', { keyCode: 229 }],
  ] as const) {
    it(`asks for nothing with an Enter that ${what}`, async () => {
      const page = await mount()
      const enter = () =>
        new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, cancelable: true, ...more })
      page.phone.value = '912345667'
      page.phone.dispatchEvent(enter())
      expect(page.state('phone')).to.equal(true)
      await page.start()
      const event = enter()
      page.code.dispatchEvent(event)
      await page.settle()
      expect([callsTo('/v1/verifications').length, page.message]).to.deep.equal([
        1,
        'It is checked after the last digit.',
      ])
      expect(event.defaultPrevented, 'the page’s form is not meant either').to.equal('repeat' in more)
    })
  }

  it('opens the list of countries once with an Enter that is held, and chooses nothing with it', async () => {
    const page = await mount('', { before: () => answer('/v1/sites', { json: site(manyCountries()) }) })
    const hold = (target: Element) => {
      const init = { key: 'Enter', repeat: true, bubbles: true, composed: true, cancelable: true }
      return !target.dispatchEvent(new KeyboardEvent('keydown', init))
    }
    page.opener!.focus()
    await press('Enter')
    await page.listOpens()
    expect(hold(page.search!)).to.equal(true)
    await page.settle()
    expect(page.opener!.ariaExpanded).to.equal('true')
    await press('Enter')
    await page.settle()
    expect([page.opener!.ariaExpanded, hold(page.opener!)]).to.deep.equal(['false', true])
  })

  it('leaves the focus alone where the visitor is elsewhere in the page', async () => {
    const page = await mount()
    surround(page)
    await page.start()
    await page.fill('123456')
    await page.passSeconds(241)
    await page.passSeconds(1)
    expect(page.state('expired')).to.equal(true)
    expect(focused(page)).to.equal('the page, before')
  })

  for (const [screen, field] of [
    ['phone', 'phone'],
    ['code', 'code'],
  ] as const) {
    it(`leaves Escape to the page, a dialog for instance, and keeps what was typed: ${screen}`, async () => {
      const page = await mountScreen(screen)
      const heard: boolean[] = []
      const listener = (event: KeyboardEvent) => heard.push(event.defaultPrevented)
      document.addEventListener('keydown', listener)
      page[field].focus()
      await type('12')
      heard.length = 0
      await press('Escape')
      document.removeEventListener('keydown', listener)
      expect(heard).to.deep.equal([false])
      expect(page[field].value).to.equal('12')
      expect(page.state(screen)).to.equal(true)
    })
  }

  for (const screen of SCREEN_NAMES) {
    it(`shows where the focus is: ${screen}`, async () => {
      const page = await mountScreen(screen)
      surround(page)
      for (let step = 0; step < 12; step++) {
        await press('Tab')
        if (focused(page).startsWith('the page')) break
        await page.settle()
        expect(outlineOf(page), focused(page)).to.be.at.least(2)
      }
    })
  }
})

/** Width of the outline around what has the focus, wherever it is drawn. */
function outlineOf(page: Harness): number {
  const drawn: Record<string, string> = {
    number: '.field',
    code: '.box.active',
    select: '.country',
  }
  const active = document.activeElement!
  const node = active === page.element ? page.shadow.activeElement! : active
  const style = getComputedStyle(page.shadow.querySelector(drawn[focused(page)] ?? 'none') ?? node)
  // What the page has put in is outlined by the browser.
  if (style.outlineStyle === 'auto') return 2
  return style.outlineStyle === 'none' ? 0 : Number.parseFloat(style.outlineWidth)
}
