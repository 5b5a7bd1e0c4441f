import type { Browser } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { en } from '../../widget/locales/en.js'
import { FORM, startOwnPages, type OwnPages } from './own-page.js'
import { launchBrowser, type Visit } from './visit.js'

/** Tells of every time that the page is shown: whether it came from the cache. */
const WATCH = `
  window.shown = []
  addEventListener('pageshow', ({ persisted }) => shown.push(persisted))`

/** As in Firefox and Safari. Chromium keeps no page that has ever asked for a message. */
const NO_WEB_OTP = 'delete window.OTPCredential'

let pages: OwnPages
let browser: Browser
let visit: Visit
let number: string
let numbers = 0

beforeAll(async () => {
  ;[pages, browser] = await Promise.all([
    startOwnPages({ resendCooldowns: [3, 60] }),
    launchBrowser({ keepsPages: true }),
  ])
})
afterAll(async () => {
  await browser.close()
  await pages.stop()
})
afterEach(async () => {
  expect(visit.complaints).toEqual([])
  await visit.close()
})

async function visitPage(script: string): Promise<void> {
  number = `+1203555${2000 + numbers++}`
  const head = `<script>${script}</script>${pages.script}`
  visit = await pages.open(browser, { head, body: `${FORM}<a href="/other">Away</a>` })
}

/** Goes to another page and comes back. */
async function leaveAndReturn({ page }: Visit): Promise<void> {
  await page.getByRole('link', { name: 'Away' }).click()
  await page.getByRole('heading', { name: 'Another page' }).waitFor()
  await page.goBack({ waitUntil: 'commit' })
}

/** Goes to another page and comes back, to one that was not loaded again. */
async function goAndReturn(visit: Visit): Promise<void> {
  const { page } = visit
  await leaveAndReturn(visit)
  await page.waitForFunction(() => Reflect.get(window, 'shown')?.length === 2)
  expect(await page.evaluate(() => Reflect.get(window, 'shown') as boolean[])).toEqual([false, true])
}

async function askForCode(): Promise<void> {
  await visit.enterNumber(number)
  await visit.sendCode()
  await visit.page.locator('otp-verify:state(code)').waitFor()
}

const field = (kind: string) => visit.page.locator(`otp-verify input[autocomplete="${kind}"]`)

/** The token that the form would submit. */
const submitted = () =>
  visit.page
    .locator('form')
    .evaluate((form: HTMLFormElement) => new FormData(form).get('otp-verify-response'))

describe('a visitor who goes back to a page that the browser has kept', () => {
  beforeEach(() => visitPage(`${WATCH}\n${NO_WEB_OTP}`))

  it('finds a half-typed number beside its country, and finishes it', async () => {
    await visit.page.locator('otp-verify select').selectOption('DE')
    await field('tel').pressSequentially('1512')
    await goAndReturn(visit)
    expect(await field('tel').inputValue()).toBe('1512')
    expect(await visit.page.locator('otp-verify [part=country]').innerText()).toContain('+49')
    await field('tel').press('End')
    await field('tel').pressSequentially('3456789')
    await visit.sendCode()
    expect((await pages.stack.message('+4915123456789')).to).toBe('+4915123456789')
  })

  it('finds a half-typed code, and the countdown going on; the code is checked once it is complete', async () => {
    await askForCode()
    const { pin } = await pages.stack.message(number)
    await field('one-time-code').pressSequentially(pin.slice(0, 2))
    await goAndReturn(visit)
    expect(await field('one-time-code').inputValue()).toBe(pin.slice(0, 2))
    await visit.page.locator('otp-verify [part=countdown]').waitFor({ state: 'detached' })
    await field('one-time-code').press('End')
    await field('one-time-code').pressSequentially(pin.slice(2))
    await visit.sees(en.verified)
  })

  it('may have a new code when it is time, and one message for one wish', async () => {
    await askForCode()
    await goAndReturn(visit)
    await visit.press(en.again.sms)
    const { pin } = await pages.stack.message(number, 2)
    await visit.enterCode(pin)
    await visit.sees(en.verified)
    expect(await pages.stack.messages(number)).toHaveLength(2)
  })

  it('finds the number verified, and the form with its token', async () => {
    await askForCode()
    await visit.enterCode((await pages.stack.message(number)).pin)
    await visit.sees(en.verified)
    const token = await submitted()
    expect(token).toMatch(/^ey/)
    await goAndReturn(visit)
    await visit.sees(en.verified)
    expect([await submitted(), await field('tel').count()]).toEqual([token, 1])
  })
})

describe('a visitor who goes back to a page that the browser loads anew, as Chromium does after WebOTP', () => {
  beforeEach(() => visitPage(WATCH))

  it('is asked for the same code, and has been sent no other', async () => {
    await askForCode()
    await leaveAndReturn(visit)
    await visit.page.locator('otp-verify:state(code)').waitFor()
    expect(await visit.page.evaluate(() => Reflect.get(window, 'shown') as boolean[])).toEqual([false])
    const messages = await pages.stack.messages(number)
    expect(messages).toHaveLength(1)
    await visit.enterCode(messages[0]!.pin)
    await visit.sees(en.verified)
  })
})
