import type { Browser } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { en } from '../../widget/locales/en.js'
import { counted } from '../../widget/locales/sentences.js'
import { startStack, type Stack } from './stack.js'
import { launchBrowser, visitShop, wrongCode, type Visit } from './visit.js'

let stack: Stack
let hasty: Stack
let browser: Browser
let visit: Visit
let number: string
let numbers = 0

beforeAll(async () => {
  ;[stack, hasty, browser] = await Promise.all([
    startStack(),
    startStack({ codeLifetime: 8 }),
    launchBrowser(),
  ])
})

afterAll(async () => {
  await browser.close()
  await Promise.all([stack.stop(), hasty.stop()])
})

beforeEach(() => {
  number = `+1203555${String(1000 + numbers++)}`
})

afterEach(async () => {
  await stack.disarm()
  await visit.close()
  expect(visit.complaints).toEqual([])
})

describe('when things go wrong in a browser, over what was built', () => {
  it('says that the time is over, and starts again with one press', async () => {
    visit = await visitShop(browser, hasty)
    await visit.enterNumber(number)
    await visit.sendCode()
    await hasty.message(number)
    await visit.sees(en.errors.verification_expired)
    await visit.press(en.newCode)
    await visit.enterCode((await hasty.message(number, 2)).pin)
    await visit.sees(en.verified)
  })

  it('takes five wrong codes and no sixth, and starts again with one press', async () => {
    visit = await visitShop(browser, stack)
    await visit.enterNumber(number)
    await visit.sendCode()
    const { pin } = await stack.message(number)
    for (let left = 4; left > 0; left--) {
      await visit.enterCode(wrongCode(pin))
      await visit.sees(counted({ language: 'en' }, en.attemptsLeft, left))
    }
    await visit.enterCode(wrongCode(pin))
    await visit.sees(en.errors.attempts_exhausted)
    await visit.press(en.newCode)
    await visit.enterCode((await stack.message(number, 2)).pin)
    await visit.sees(en.verified)
  })

  it('says so when Infobip is down, sends nothing twice, and works once it is back', async () => {
    visit = await visitShop(browser, stack)
    await stack.arm({ kind: 'status', operation: 'send', status: 503, times: 1 })
    await visit.enterNumber(number)
    await visit.sendCode()
    await visit.sees(en.errors.provider_unavailable)
    expect(await stack.messages(number)).toHaveLength(0)
    await visit.sendCode()
    await visit.enterCode((await stack.message(number)).pin)
    await visit.sees(en.verified)
    expect(await stack.messages(number)).toHaveLength(1)
  })

  it('waits patiently for a slow Infobip, and sends once however often the visitor asks', async () => {
    visit = await visitShop(browser, stack)
    await stack.arm({ kind: 'delay', operation: 'send', ms: 3000 })
    await visit.enterNumber(number)
    await visit.sendCode()
    await visit.sees(en.sending)
    await visit.sendCode()
    await visit.sendCode()
    await visit.enterCode((await stack.message(number)).pin)
    await visit.sees(en.verified)
    expect(await stack.messages(number)).toHaveLength(1)
  })

  it('waits by itself when Infobip looks at one code in three seconds, and spends no attempt on it', async () => {
    visit = await visitShop(browser, stack)
    await visit.enterNumber(number)
    await visit.sendCode()
    const { pin } = await stack.message(number)
    await visit.enterCode(wrongCode(pin))
    await visit.sees(counted({ language: 'en' }, en.attemptsLeft, 4))
    await stack.arm({ kind: 'status', operation: 'verify', status: 429, retryAfter: 3 })
    await visit.enterCode(pin)
    await visit.sees(en.checking)
    await visit.sees(en.verified)
    expect((await stack.requests()).filter(({ status }) => status === 429)).toHaveLength(1)
  })

  it('says so when a check fails, and waits patiently for a slow one', async () => {
    visit = await visitShop(browser, stack)
    await visit.enterNumber(number)
    await visit.sendCode()
    const { pin } = await stack.message(number)
    await stack.arm({ kind: 'html', operation: 'verify' })
    await visit.enterCode(pin)
    await visit.sees(en.checkUnavailable)
    await stack.arm({ kind: 'delay', operation: 'verify', ms: 4000 })
    await visit.enterCode(pin)
    await visit.sees(en.checking)
    await visit.sees(en.verified)
  })

  it('keeps what was proven when the page is reloaded, even in the middle of the check', async () => {
    visit = await visitShop(browser, stack)
    await visit.enterNumber(number)
    await visit.sendCode()
    const { pin } = await stack.message(number)
    await stack.arm({ kind: 'delay', operation: 'verify', ms: 3000 })
    const checks = async () => (await stack.requests()).filter(({ path }) => path.endsWith('/verify'))
    await visit.enterCode(pin)
    await visit.sees(en.checking)
    // A call that the page has not yet made when it is left is never made.
    const isAsked = async () => (await checks()).some(({ status }) => status === null)
    await expect.poll(isAsked).toBe(true)
    await visit.page.reload()
    await expect.poll(isAsked).toBe(false)
    // Infobip's answer is there a moment before the server has written down what it says.
    const isVerified = async () => {
      await visit.page.reload()
      await visit.page.locator('otp-verify:is(:state(code), :state(verified))').waitFor()
      return visit.page.locator('otp-verify:state(verified)').isVisible()
    }
    await expect.poll(isVerified).toBe(true)
    await visit.page.reload()
    await visit.sees(en.verified)
    await visit.signUp()
    await visit.sees(number)
    expect(await stack.messages(number)).toHaveLength(1)
  })

  it('buys no second message when the visitor changes the number and then does not', async () => {
    visit = await visitShop(browser, stack)
    await visit.enterNumber(number)
    await visit.sendCode()
    const { pin } = await stack.message(number)
    for (let times = 0; times < 5; times++) {
      await visit.press(en.changeNumber)
      await visit.sendCode()
    }
    await visit.enterCode(pin)
    await visit.sees(en.verified)
    expect(await stack.messages(number)).toHaveLength(1)
  })

  it('refuses a number that cannot receive a code before anything is sent', async () => {
    visit = await visitShop(browser, stack)
    await visit.enterNumber('+1202555')
    await visit.sendCode()
    await visit.sees(en.errors.invalid_phone_number)
  })

  it('gains nothing from an answer rewritten on its way: the shop refuses the token (SR-A19)', async () => {
    visit = await visitShop(browser, stack)
    const claims = Buffer.from(JSON.stringify({ phone_number: number, iss: stack.server, aud: 'demo' }))
    const header = Buffer.from('{"alg":"ES256","typ":"otp-verified+jwt"}').toString('base64url')
    const answer = {
      token: `${header}.${claims.toString('base64url')}.${'A'.repeat(86)}`,
      expiresAt: new Date(Date.now() + 300_000).toISOString(),
      phoneNumber: number,
    }
    await visit.page.route('**/v1/verifications/check', async (route) => {
      const headers = { 'Access-Control-Allow-Origin': stack.shop }
      await route.fulfill({ status: 200, headers, json: answer })
    })
    await visit.enterNumber(number)
    await visit.sendCode()
    const { pin } = await stack.message(number)
    await visit.enterCode(wrongCode(pin))
    await visit.sees(en.verified)
    await visit.signUp()
    await visit.sees('is not genuine')
    expect(await visit.page.getByText(number).count()).toBe(0)
  })

  it('takes no refusal for a success, whatever status and members it was given on its way (SR-A19)', async () => {
    visit = await visitShop(browser, stack)
    await visit.page.route('**/v1/verifications/**', async (route) => {
      const answer = await route.fetch()
      const lies = answer.ok() ? {} : { success: true, verified: true, state: 'verified' }
      await route.fulfill({ response: answer, status: 200, json: { ...(await answer.json()), ...lies } })
    })
    await visit.enterNumber(number)
    await visit.sendCode()
    const { pin } = await stack.message(number)
    await visit.enterCode(wrongCode(pin))
    await visit.sees(en.errors.code_incorrect)
    expect(
      await visit.page.locator('otp-verify').evaluate((element) => (element as HTMLInputElement).value),
    ).toBe('')
    expect(await visit.page.getByText(en.verified).count()).toBe(0)
  })

  it('gains nothing from a verified event that a script of the page made up (SR-A20)', async () => {
    visit = await visitShop(browser, stack)
    await visit.page.locator('otp-verify').evaluate((element) => {
      const detail = { token: 'forged', expiresAt: new Date(Date.now() + 300_000).toISOString() }
      element.dispatchEvent(new CustomEvent('verified', { detail, bubbles: true, composed: true }))
      element.removeAttribute('required')
    })
    await visit.signUp()
    await visit.sees('Your phone number is not confirmed yet.')
  })
})
