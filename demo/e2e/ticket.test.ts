import { SignJWT } from 'jose'
import type { Browser } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { en } from '../../widget/locales/en.js'
import { FORM, proveNumber, startOwnPages, type OwnPages } from './own-page.js'
import { launchBrowser, type Visit } from './visit.js'

const SECRET = `otps_${'ab'.repeat(32)}`

let pages: OwnPages
let browser: Browser
let visit: Visit
let signed = 0

/** What the shop's backend does for a visitor of its own. */
function signTicket(): Promise<string> {
  return new SignJWT({ sid: `session ${++signed}` })
    .setProtectedHeader({ alg: 'HS256', typ: 'otp-start+jwt' })
    .setExpirationTime('90s')
    .sign(new TextEncoder().encode(SECRET))
}

beforeAll(async () => {
  const settings = { secrets: [SECRET], requireTicket: true, resendCooldowns: [1, 1] }
  ;[pages, browser] = await Promise.all([startOwnPages(settings), launchBrowser()])
})
afterAll(async () => {
  await browser.close()
  await pages.stop()
})
afterEach(() => visit.close())

it('a page whose backend signs tickets gets codes from a site that wants them (SR-E10)', async () => {
  visit = await pages.open(browser, { body: FORM + pages.script })
  await visit.page.exposeFunction('signTicket', signTicket)
  await visit.page.evaluate(() => {
    const { signTicket: ticket } = window as unknown as { signTicket: () => Promise<string> }
    Object.assign(document.querySelector('otp-verify')!, { ticket })
  })
  const number = '+12025551801'
  await proveNumber(visit, pages.stack, number, en)
  await visit.press(en.changeNumber)
  await visit.enterNumber('+12025551802')
  await visit.sendCode()
  await pages.stack.message('+12025551802')
  expect(signed).toBe(2)
  expect(visit.complaints).toEqual([])
})

it('a page without one is told so, and nothing is sent', async () => {
  visit = await pages.open(browser, { body: FORM + pages.script })
  await visit.enterNumber('+12025551803')
  await visit.page.getByRole('button', { name: en.send }).click()
  await visit.sees(en.errors.ticket_invalid)
  expect(await pages.stack.messages('+12025551803')).toEqual([])
})
