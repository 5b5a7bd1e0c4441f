import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest'
import { en } from '../../widget/locales/en.js'
import { startStack, type Stack } from './stack.js'
import { launchBrowser, visitShop } from './visit.js'

let stack: Stack
let browser: Browser

beforeAll(async () => {
  ;[stack, browser] = await Promise.all([startStack({ senderConstraint: true }), launchBrowser()])
})

afterAll(async () => {
  await browser.close()
  await stack.stop()
})

it('a handle that left the page is worthless, a reload begins anew, and the page signs up (SR-A17)', async () => {
  const visit = await visitShop(browser, stack)
  onTestFinished(() => visit.close())
  const number = '+12025551717'
  const started = visit.page.waitForResponse(
    (response) => response.url() === `${stack.server}/v1/verifications` && response.status() === 201,
  )
  await visit.enterNumber(number)
  await visit.sendCode()
  const { verificationId } = (await (await started).json()) as { verificationId: string }
  const { pin } = await stack.message(number)

  const stolen = await fetch(`${stack.server}/v1/verifications/check`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Origin: stack.shop },
    body: JSON.stringify({ verificationId, code: pin }),
  })
  expect(stolen.status).toBe(404)
  expect(await visit.page.evaluate(() => sessionStorage.length)).toBe(0)

  await visit.page.reload()
  await visit.enterNumber(number)
  await visit.sendCode()
  await visit.enterCode((await stack.message(number, 2)).pin)
  await visit.sees(en.verified)
  await visit.signUp()
  await visit.sees(number)
  expect(visit.complaints).toEqual([])
})
