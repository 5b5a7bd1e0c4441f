import { mkdir } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { AxeResults } from 'axe-core'
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { PATHS } from '../../contract/index.js'
import { ar } from '../../widget/locales/ar.js'
import { en } from '../../widget/locales/en.js'
import { counted } from '../../widget/locales/sentences.js'
import { startStack, type Stack } from './stack.js'
import { launchBrowser, visitShop, wrongCode, type Visit } from './visit.js'

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const WIDTHS = [320, 1280]

/** What axe looks at: everything once, and again what other colours may break. */
const SCHEMES = { light: undefined, dark: ['color-contrast', 'link-in-text-block'] } as const

/** Where the pictures go, if somebody wants to see them. */
const folder = process.env['E2E_SCREENSHOTS']

let stack: Stack
let browser: Browser

beforeAll(async () => {
  ;[stack, browser] = await Promise.all([startStack({ resendCooldowns: [60] }), launchBrowser()])
  if (folder) await mkdir(folder, { recursive: true })
})

afterAll(async () => {
  await browser.close()
  await stack.stop()
})

describe.each([
  { language: 'en', number: '+12025553001', words: en },
  { language: 'ar', number: '+12025553002', words: ar },
])('every state of the element in the shop ($language)', ({ language, number, words }) => {
  let visit: Visit
  let findings: string[]

  const look = async (state: string) => findings.push(...(await inspect(visit.page, `${language}-${state}`)))
  const sendAndRead = async (count: number) => {
    await visit.enterNumber(number)
    await visit.sendCode()
    return stack.message(number, count)
  }

  beforeEach(async () => {
    findings = []
    visit = await visitShop(browser, stack, `/?lang=${language}`)
    // Countdowns and the token's life are skipped, not waited for.
    await visit.page.clock.install()
    await visit.page.reload()
  })

  afterEach(async () => {
    await stack.disarm()
    expect(findings).toEqual([])
    expect(visit.complaints).toEqual([])
    await visit.close()
  })

  it('fits every screen and has nothing axe objects to: the number', async () => {
    await visit.sees(words.send)
    await look('01-number')
    await visit.enterNumber('+1202')
    await visit.sendCode()
    await visit.sees(words.errors.invalid_phone_number)
    await look('02-number-refused')
    await stack.arm({ kind: 'status', operation: 'send', status: 503 })
    await visit.enterNumber(number)
    await visit.sendCode()
    await visit.sees(words.errors.provider_unavailable)
    await look('03-infobip-down')
    const release = await hold(visit.page, '**/v1/verifications')
    await visit.sendCode()
    await visit.sees(words.sending)
    await look('04-sending')
    release()
  })

  it('fits every screen and has nothing axe objects to: the challenge', async () => {
    const { page } = visit
    const headers = { 'Access-Control-Allow-Origin': stack.shop }
    await page.route(stack.server + PATHS.start, (route) => {
      const code = route.request().postDataJSON().challenge ? 'challenge_failed' : 'challenge_required'
      return route.fulfill({ headers, status: 403, json: { code } })
    })
    // The work takes as long as the pictures.
    await page.addInitScript(() => {
      Worker.prototype.postMessage = () => {}
    })
    await page.reload()
    await visit.enterNumber(number)
    await visit.sendCode()
    await visit.sees(words.challenge.browser)
    await look('15-solving')
    await page.clock.fastForward(31_000)
    await visit.sees(words.errors.challenge_failed)
    await look('16-challenge-failed')
    await page.route(stack.server + PATHS.start, (route) =>
      route.fulfill({ headers, status: 403, json: { code: 'cannot_send' } }),
    )
    await visit.sendCode()
    await visit.sees(words.errors.cannot_send)
    await look('17-refused')
    await page.locator('otp-verify [slot=fallback]').evaluate((element) => element.remove())
    await visit.sees(words.fallback.none)
    await look('18-refused-without-another-way')
  })

  it('fits every screen and has nothing axe objects to: the code', async () => {
    const { pin } = await sendAndRead(1)
    await visit.sees(words.verify)
    await look('05-code')
    await visit.enterCode(wrongCode(pin))
    await visit.sees(words.errors.code_incorrect)
    await look('06-code-wrong')
    await visit.page.clock.fastForward(60_000)
    await visit.sees(words.again.sms)
    await look('07-resend-ready')
    for (let left = 3; left > 0; left--) {
      await visit.enterCode(wrongCode(pin))
      await visit.sees(counted({ language }, words.attemptsLeft, left))
    }
    await visit.enterCode(wrongCode(pin))
    await visit.sees(words.newCode)
    await look('08-exhausted')
    const before = (await stack.messages(number)).length
    await visit.press(words.newCode)
    await stack.message(number, before + 1)
    await visit.sees(words.verify)
    await visit.page.clock.fastForward(301_000)
    await visit.sees(words.errors.verification_expired)
    await look('14-code-expired')
  })

  it('fits every screen and has nothing axe objects to: the end', async () => {
    await visit.page.locator('otp-verify').evaluate((element) => {
      element.setAttribute('refresh-expired', 'off')
    })
    const before = (await stack.messages(number)).length
    const first = await sendAndRead(before + 1)
    const release = await hold(visit.page, '**/v1/verifications/check')
    await visit.enterCode(first.pin)
    await visit.sees(words.checking)
    await look('09-checking')
    release()
    await visit.sees(words.verified)
    await look('10-verified')
    await visit.page.clock.fastForward(301_000)
    await visit.sees(words.verifyAgain)
    await look('11-token-expired')
    await visit.press(words.verifyAgain)
    const second = await sendAndRead(before + 2)
    await visit.enterCode(second.pin)
    await visit.sees(words.verified)
    await visit.signUp('Ada Lovelace')
    await visit.sees(number)
    await look('12-welcome')
    await visit.page.goto(`${stack.shop}/?lang=${language}`)
    await visit.page.locator('otp-verify').evaluate((element) => element.remove())
    await visit.signUp()
    await visit.page.locator('[data-refusal]').waitFor()
    await look('13-refused')
  })
})

/** Keeps calls to an address waiting until the returned function is called. */
async function hold(page: Page, address: string): Promise<() => void> {
  let release = () => {}
  const released = new Promise<void>((resolve) => (release = resolve))
  await page.route(address, async (route) => {
    await released
    await route.continue()
  })
  return release
}

/** Looks at a state in four ways and returns what is wrong with it: things cut off, and rules of axe broken. */
async function inspect(page: Page, name: string): Promise<string[]> {
  const findings: string[] = []
  // The words of a page may be there before its style sheet is.
  await page.waitForLoadState()
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: 900 })
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
      await page.evaluate(finishTransitions)
      const title = `${name}-${width}-${colorScheme}`
      if (folder) await page.screenshot({ path: join(folder, `${title}.png`), fullPage: true })
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
      if (overflow > 0) findings.push(`${title}: ${overflow} px wider than the screen`)
      const violations = await axeViolations(page, SCHEMES[colorScheme])
      findings.push(...violations.map((violation) => `${title}: ${violation}`))
    }
  }
  return findings
}

/** A colour on its way from light to dark has a contrast that nobody sees. */
function finishTransitions(): void {
  const roots = [
    document,
    ...[...document.querySelectorAll('otp-verify')].map((element) => element.shadowRoot!),
  ]
  for (const animation of roots.flatMap((root) => root.getAnimations())) {
    if (animation instanceof CSSTransition) animation.finish()
  }
}

/** @param rules those that are looked at; all that there are without it. */
async function axeViolations(page: Page, rules?: readonly string[]): Promise<string[]> {
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(AXE)
  return page.evaluate(async (runOnly) => {
    const { axe } = window as unknown as { axe: { run: (options: object) => Promise<AxeResults> } }
    const { violations } = await axe.run(runOnly ? { runOnly } : {})
    return violations.map(
      ({ id, nodes }) => `${id} at ${nodes.map((node) => node.target.join(' ')).join(', ')}`,
    )
  }, rules)
}
