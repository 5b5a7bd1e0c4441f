import type { Browser } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { ar } from '../../widget/locales/ar.js'
import { en } from '../../widget/locales/en.js'
import { counted } from '../../widget/locales/sentences.js'
import { startStack, type Stack } from './stack.js'
import { launchBrowser, visitShop, wrongCode, type Visit } from './visit.js'

let stack: Stack
let browser: Browser
let visit: Visit
let number: string
let numbers = 0

beforeAll(async () => {
  ;[stack, browser] = await Promise.all([startStack(), launchBrowser()])
})

afterAll(async () => {
  await browser.close()
  await stack.stop()
})

beforeEach(async () => {
  number = `+1202555${String(1000 + numbers++)}`
  visit = await visitShop(browser, stack)
})

afterEach(async () => {
  expect(visit.complaints).toEqual([])
  await visit.close()
})

describe('signing up in a browser, over what was built', () => {
  it('takes a number, a code and one press of the button to be greeted with the proven number', async () => {
    await visit.enterNumber(number)
    await visit.sendCode()
    await visit.enterCode((await stack.message(number)).pin)
    await visit.sees(en.verified)
    await visit.signUp('Ada Lovelace')
    await visit.sees('Welcome, Ada Lovelace!')
    await visit.sees(number)
    expect(await stack.messages(number)).toHaveLength(1)
  })

  it('asks nobody but the shop and the server, from the first byte to the last (SR-G12)', async () => {
    const asked = new Set<string>()
    visit.context.on('request', (request) => asked.add(new URL(request.url()).origin))
    await visit.page.reload()
    await visit.enterNumber(number)
    await visit.sendCode()
    await visit.enterCode((await stack.message(number)).pin)
    await visit.sees(en.verified)
    await visit.signUp()
    await visit.sees(number)
    expect([...asked].sort()).toEqual([stack.server, stack.shop].sort())
  })

  it('does not submit the form before the number is proven', async () => {
    await visit.signUp()
    await visit.enterNumber(number)
    await visit.signUp()
    expect(new URL(visit.page.url()).pathname).toBe('/')
  })

  it('tells how many tries a wrong code leaves, and then takes the right one', async () => {
    await visit.enterNumber(number)
    await visit.sendCode()
    const { pin } = await stack.message(number)
    await visit.enterCode(wrongCode(pin))
    await visit.sees(en.errors.code_incorrect)
    await visit.sees(counted({ language: 'en' }, en.attemptsLeft, 4))
    await visit.enterCode(pin)
    await visit.sees(en.verified)
  })

  it('sends the code again when asked, once the wait is over', async () => {
    await visit.enterNumber(number)
    await visit.sendCode()
    await stack.message(number)
    await visit.press(en.again.sms)
    const { pin, channel } = await stack.message(number, 2)
    expect(channel).toBe('sms')
    await visit.enterCode(pin)
    await visit.sees(en.verified)
  })

  it('calls with the code when asked, and the token says so', async () => {
    await visit.enterNumber(number)
    await visit.sendCode()
    await stack.message(number)
    await visit.press(en.instead.voice)
    const { pin, channel } = await stack.message(number, 2)
    expect(channel).toBe('voice')
    await visit.enterCode(pin)
    await visit.sees(en.verified)
    expect((await claimsOf(visit))['amr']).toEqual(['otp', 'tel'])
  })

  it('lets the number be changed: the old code is worth nothing, the new number is greeted', async () => {
    const other = number.replace('+1202', '+1203')
    await visit.enterNumber(number)
    await visit.sendCode()
    await stack.message(number)
    await visit.press(en.changeNumber)
    await visit.enterNumber(other)
    await visit.sendCode()
    const { pin } = await stack.message(other)
    await visit.enterCode(pin)
    await visit.sees(en.verified)
    await visit.signUp()
    await visit.sees(other)
  })

  it('goes on where it was when the page is reloaded in the code step, without another message', async () => {
    await visit.enterNumber(number)
    await visit.sendCode()
    const { pin } = await stack.message(number)
    await visit.page.locator('otp-verify input[autocomplete="one-time-code"]').waitFor()
    await visit.page.reload()
    await visit.enterCode(pin)
    await visit.sees(en.verified)
    await visit.signUp()
    await visit.sees(number)
    expect(await stack.messages(number)).toHaveLength(1)
  })

  it('keeps number and code out of what the form posts', async () => {
    await visit.enterNumber(number)
    await visit.sendCode()
    const { pin } = await stack.message(number)
    await visit.enterCode(pin)
    await visit.sees(en.verified)
    const posted = visit.page.waitForRequest((request) => request.method() === 'POST')
    await visit.signUp()
    const fields = new URLSearchParams((await posted).postData() ?? '')
    expect([...fields.keys()]).toEqual(['name', 'email', 'otp-verify-response'])
    expect([...fields.values()].join()).not.toContain(number.slice(2))
  })

  it('works from right to left in Arabic', async () => {
    await visit.page.goto(`${stack.shop}/?lang=ar&theme=dark`)
    await visit.enterNumber(number)
    await visit.sendCode()
    await visit.enterCode((await stack.message(number)).pin)
    await visit.sees(ar.verified)
    await visit.signUp('ليلى')
    await visit.sees('أهلًا بك يا ليلى!')
  })
})

async function claimsOf({ page }: Visit): Promise<Record<string, unknown>> {
  const token = await page.locator('otp-verify').evaluate((element) => {
    return new FormData(element.closest('form')!).get('otp-verify-response') as string
  })
  return JSON.parse(Buffer.from(token.split('.')[1]!, 'base64url').toString()) as Record<string, unknown>
}
