import { expect } from '@open-wc/testing'
import { answer, callsTo, pending, problem } from './test/fake-server.js'
import { callBack, installChallenger, removed, rendered } from './test/fake-challenger.js'
import { mount, press, type Harness } from './test/harness.js'
import { en } from './locales/en.js'
import { until } from './test/until.js'

const START = '/v1/verifications'
const CHALLENGES = '/v1/challenges'
const REQUIRED = problem(403, 'challenge_required')
const TURNSTILE = { type: 'turnstile', sitekey: '0x4AAA', cdata: 'bound_to-this' }
const HCAPTCHA = { type: 'hcaptcha', sitekey: '10000000-ffff' }

/** The visitor presses the button and is shown somebody else's challenge. */
async function startAsked(page: Harness, challenge: { type: string } = TURNSTILE): Promise<void> {
  installChallenger(challenge.type as 'turnstile')
  answer(START, REQUIRED, { status: 201, json: pending(page.clock.now()) })
  answer(CHALLENGES, { json: challenge })
  await page.start()
  await until(() => rendered.length === 1)
  await page.settle()
}

function holderOf({ element }: Harness): HTMLElement | null {
  return element.querySelector('[slot=challenge]')
}

describe('<otp-verify> where somebody else sets the challenge', () => {
  for (const challenge of [TURNSTILE, HCAPTCHA]) {
    it(`shows that of ${challenge.type}, and starts with its token (SR-K14)`, async () => {
      const page = await mount()
      await startAsked(page, challenge)
      const { holder, options } = rendered[0]!
      expect(holder.parentElement).to.equal(page.element)
      expect(holder.getBoundingClientRect().height).to.be.above(0)
      expect(options).to.include({ sitekey: challenge.sitekey, theme: 'light', size: 'normal' })
      expect(page.message).to.equal(en.challenge.visitor)
      expect(page.live).to.equal(en.challenge.visitor)
      expect(page.state('sending')).to.equal(true)
      callBack('callback', 'their.token')
      await page.settle()
      expect(callsTo(START)[1]!.body['challenge']).to.equal('their.token')
      expect(page.state('code')).to.equal(true)
      expect(removed).to.deep.equal(['widget-0'])
      expect(holderOf(page)).to.equal(null)
    })
  }

  it('passes on what binds the token to this start, and the language of the element (SR-K14)', async () => {
    const page = await mount('', { lang: 'ar' })
    installChallenger('turnstile')
    answer(START, REQUIRED)
    answer(CHALLENGES, { json: TURNSTILE })
    page.phone.value = '912345667'
    page.shadow.querySelector<HTMLElement>('.primary')!.click()
    await until(() => rendered.length === 1)
    expect(rendered[0]!.options).to.include({ cData: 'bound_to-this', language: 'ar' })
    page.element.reset()
  })

  it('asks for none that is given up just as its place appears', async () => {
    const page = await mount()
    installChallenger('turnstile')
    answer(START, REQUIRED)
    answer(CHALLENGES, { json: TURNSTILE })
    let places = 0
    const observer = new MutationObserver(() => {
      if (holderOf(page) && places++ === 0) page.element.reset()
    })
    observer.observe(page.element, { childList: true })
    await page.start()
    await until(() => places > 0)
    await page.settle()
    observer.disconnect()
    expect(rendered).to.deep.equal([])
    expect(holderOf(page)).to.equal(null)
  })

  it('asks for a dark one on a dark page, and for a small one where there is little room', async () => {
    const page = await mount('theme="dark"')
    page.element.style.inlineSize = '280px'
    await startAsked(page)
    expect(rendered[0]!.options).to.include({ theme: 'dark', size: 'compact' })
    page.element.reset()
  })

  const failures = {
    turnstile: ['error', 'expired', 'timeout', 'unsupported'],
    hcaptcha: ['error', 'expired', 'chalexpired'],
  }
  for (const [challenge, name] of Object.entries(failures).flatMap(([type, names]) =>
    names.map((each) => [type === 'turnstile' ? TURNSTILE : HCAPTCHA, each] as const),
  )) {
    it(`says that the check failed on ${name} of ${challenge.type}, and lets the visitor try again`, async () => {
      const page = await mount()
      await startAsked(page, challenge)
      expect(callBack(`${name}-callback`)).to.equal(true)
      await page.settle()
      expect(page.message).to.equal(en.errors.challenge_failed)
      expect(removed).to.deep.equal(['widget-0'])
      expect(callsTo(START)).to.have.length(1)
      await startAsked(page)
      callBack('callback', 'their.token')
      await page.settle()
      expect(page.state('code')).to.equal(true)
    })
  }

  it('passes each no option that only the other knows', async () => {
    const known = {
      turnstile: ['cData', 'language', 'response-field', 'timeout-callback', 'unsupported-callback'],
      hcaptcha: ['hl', 'chalexpired-callback'],
    }
    for (const challenge of [TURNSTILE, HCAPTCHA]) {
      const page = await mount()
      await startAsked(page, challenge)
      expect(rendered[0]!.options).to.have.all.keys([
        ...['sitekey', 'theme', 'size', 'callback', 'error-callback', 'expired-callback'],
        ...known[challenge.type as 'turnstile'],
      ])
      page.element.reset()
    }
  })

  it('takes it away when the visitor begins anew, and drops what it says then', async () => {
    const page = await mount()
    await startAsked(page)
    page.element.reset()
    await page.settle()
    expect(removed).to.deep.equal(['widget-0'])
    expect(holderOf(page)).to.equal(null)
    callBack('callback', 'their.token')
    await page.settle()
    expect(callsTo(START)).to.have.length(1)
  })

  it('waits five minutes for the visitor', async () => {
    const page = await mount()
    await startAsked(page)
    await page.passSeconds(299)
    expect(page.state('sending')).to.equal(true)
    await page.passSeconds(1)
    expect(page.message).to.equal(en.errors.challenge_failed)
  })

  it('leads the keyboard to it and on to the code', async () => {
    const page = await mount()
    page.phone.focus()
    installChallenger('turnstile')
    answer(START, REQUIRED, { status: 201, json: pending(page.clock.now()) })
    answer(CHALLENGES, { json: TURNSTILE })
    page.phone.value = '912345667'
    await press('Enter')
    await until(() => rendered.length === 1)
    await page.settle()
    expect(document.activeElement).to.equal(holderOf(page))
    expect(document.activeElement).to.include({ role: 'group', ariaLabel: en.challenge.visitor })
    await press('Tab')
    expect(document.activeElement!.textContent).to.equal('I am human')
    callBack('callback', 'their.token')
    await page.settle()
    expect(document.activeElement).to.equal(page.code)
  })

  it('submits nothing of it with the page’s form', async () => {
    const page = await mount('', { form: true })
    await startAsked(page)
    const field = document.createElement('textarea')
    field.name = 'h-captcha-response'
    holderOf(page)!.append(field)
    callBack('callback', 'their.token')
    await page.settle()
    expect([...new FormData(page.element.form!).keys()]).to.deep.equal([])
  })

  it('asks for none whose script arrives after the visitor has begun anew, and leaves no trace of it', async () => {
    const scripts = holdScripts()
    const page = await mount()
    Reflect.deleteProperty(window, 'turnstile')
    answer(START, REQUIRED)
    answer(CHALLENGES, { json: TURNSTILE })
    await page.start()
    await until(() => scripts.length === 1)
    const [script] = scripts
    expect(script!.src).to.match(/^https:\/\/challenges\.cloudflare\.com\//)
    expect([holderOf(page) !== null, script!.isConnected]).to.deep.equal([true, true])
    page.element.reset()
    await page.settle()
    expect([holderOf(page) !== null, script!.isConnected]).to.deep.equal([false, false])
    installChallenger('turnstile')
    script!.dispatchEvent(new Event('load'))
    await page.settle()
    expect(rendered).to.deep.equal([])
    expect(callsTo(START)).to.have.length(1)
  })
})

/** Keeps scripts that are put into the page from being loaded; a test says when they are. */
function holdScripts(): HTMLScriptElement[] {
  const held: HTMLScriptElement[] = []
  document.head.append = (...nodes) => {
    for (const script of nodes as HTMLScriptElement[]) {
      script.type = 'text/plain'
      held.push(document.head.appendChild(script))
    }
    Reflect.deleteProperty(document.head, 'append')
  }
  return held
}
