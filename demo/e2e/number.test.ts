import type { Browser } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { PATHS } from '../../contract/index.js'
import { en } from '../../widget/locales/en.js'
import { startStack, type Stack } from './stack.js'
import { launchBrowser, visitShop, type Visit } from './visit.js'

let stack: Stack
let browser: Browser
let visit: Visit
/** Paths that the server has answered the page. */
let answered: string[]

beforeAll(async () => {
  ;[stack, browser] = await Promise.all([startStack(), launchBrowser()])
})

afterAll(async () => {
  await browser.close()
  await stack.stop()
})

beforeEach(async () => {
  visit = await visitShop(browser, stack)
  await visit.sees('+1')
  answered = []
  visit.page.on('requestfinished', (request) => {
    if (request.url().startsWith(stack.server)) answered.push(new URL(request.url()).pathname)
  })
})

afterEach(async () => {
  expect(visit.complaints).toEqual([])
  await visit.close()
})

const field = () => visit.page.locator('otp-verify input[autocomplete="tel"]')
const country = () => visit.page.locator('otp-verify .prefix').innerText()

/** Puts a text into the field as the clipboard does. */
async function paste(text: string): Promise<void> {
  await field().fill('')
  await field().evaluate((input: HTMLInputElement, pasted) => {
    input.focus()
    document.execCommand('insertText', false, pasted)
    input.dispatchEvent(new InputEvent('input', { bubbles: true, inputType: 'insertFromPaste' }))
  }, text)
}

const plansOf = (...codes: string[]) =>
  codes.map((code) => `${PATHS.sites}/demo${PATHS.numberingPlans}/${code}`)

const plansAnswered = () => answered.filter((path) => path.includes(PATHS.numberingPlans))

/** The visitor comes to the element and chooses Croatia; the element learns how numbers are written there. */
async function comeTo(): Promise<void> {
  await field().focus()
  await expect.poll(plansAnswered).toContain(plansOf('1')[0])
  await visit.page.getByLabel(en.country).selectOption('HR')
  await expect.poll(plansAnswered).toContain(plansOf('385')[0])
  await field().focus()
}

describe('the number field, with a real server', () => {
  it('fetches nothing before the visitor comes, then the plan of the country, and of another when it is wanted', async () => {
    await visit.page.reload()
    await visit.sees('+1')
    await expect.poll(() => new Set(answered)).toEqual(new Set([PATHS.script, `${PATHS.sites}/demo`]))
    await comeTo()
    await visit.page.getByLabel(en.country).selectOption('DE')
    await expect.poll(plansAnswered).toEqual(plansOf('1', '385', '49'))
  })

  it('groups the number while it is typed, and corrects it in the middle', async () => {
    await comeTo()
    await field().pressSequentially('0912345678')
    expect(await field().inputValue()).toBe('091 234 5678')
    await field().press('Home')
    for (let key = 0; key < 4; key++) await field().press('ArrowRight')
    await field().press('Backspace')
    await field().pressSequentially('8')
    expect(await field().inputValue()).toBe('098 234 5678')
  })

  it('takes a number however it was written', async () => {
    await comeTo()
    for (const text of [
      '+385 91 234 5678',
      '+385 (0)91/234-56-78',
      '00385912345678',
      'tel:+385-91-234-5678',
      '091 234 5678',
      '912345678',
      '(091) 234.5678',
      '＋３８５９１２３４５６７８',
      '+٣٨٥ ٩١ ٢٣٤ ٥٦٧٨',
      '\u202a+385 91 234 5678\u202c',
    ]) {
      await paste(text)
      await field().blur()
      expect((await field().inputValue()).replace(/^0|\s/g, ''), text).toBe('912345678')
      expect((await country()).replace(/\s/g, ''), text).toBe('HR+385')
    }
  })

  it('refuses landlines, premium and impossible numbers with the reason, before anything is sent', async () => {
    await field().focus()
    for (const [text, code, reason] of [
      ['+49 30 123456', '49', en.errors.phone_type_not_allowed],
      ['+49 900 1123456', '49', en.errors.phone_type_not_allowed],
      ['+385 60 123456', '385', en.errors.phone_type_not_allowed],
      ['+385 91 23', '385', en.errors.invalid_phone_number],
      ['+1 202 55', '1', en.errors.invalid_phone_number],
    ] as const) {
      await paste(text)
      await field().blur()
      await expect.poll(plansAnswered).toContain(plansOf(code)[0])
      await field().press('Enter')
      await visit.sees(reason)
    }
    expect(answered).not.toContain(PATHS.start)
    expect(await stack.requests()).toEqual([])
    await paste('+49 1512 3456789')
    await field().press('Enter')
    await visit.enterCode((await stack.message('+4915123456789')).pin)
    await visit.sees(en.verified)
  })
})
