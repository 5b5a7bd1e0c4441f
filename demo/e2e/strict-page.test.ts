import type { Browser } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { ar } from '../../widget/locales/ar.js'
import { en } from '../../widget/locales/en.js'
import { FORM, proveNumber, startOwnPages, type OwnPages } from './own-page.js'
import { read } from '../release/manifest.js'
import { launchBrowser, type Visit } from './visit.js'

let pages: OwnPages
let browser: Browser
let visit: Visit
let policy: string
let number: string
let numbers = 0

beforeAll(async () => {
  ;[pages, browser] = await Promise.all([startOwnPages(), launchBrowser()])
  policy = policyOf(`'${pages.pinned.hash}'`, pages.stack.server)
})
afterAll(async () => {
  await browser.close()
  await pages.stop()
})
beforeEach(() => {
  number = `+1202555${1000 + numbers++}`
})
afterEach(async () => {
  expect(visit.complaints).toEqual([])
  await visit.close()
})

/** The policy that docs/page-policy.md gives a page, and the picture that our test's page has. */
function policyOf(script: string, server: string): string {
  const [, documented = ''] = /^```\n(default-src [^`]*)```$/m.exec(read('docs/page-policy.md')) ?? []
  return `${documented.replaceAll('\n', ' ')}; img-src data:`
    .replace('script-src https://otp.example', `script-src ${script}`)
    .replace('connect-src https://otp.example', `connect-src ${server}`)
}

describe('a page that lets in one script by its hash, and nothing else', () => {
  it('has no violation from the number to the proof, nor by a resend, another language and a reset (SR-H02)', async () => {
    visit = await pages.open(browser, { policy, body: FORM + pages.pinned.tag })
    await proveNumber(visit, pages.stack, number, en)
    await visit.press(en.changeNumber)
    await visit.sees(en.send)
    await visit.page.locator('form').evaluate((form) => (form as HTMLFormElement).reset())
    await visit.page.evaluate(() => (document.documentElement.lang = 'ar'))
    await visit.sees(ar.send)
    await visit.enterNumber(number)
    await visit.sendCode()
    await pages.stack.message(number, 2)
    await visit.press(ar.again.sms)
    const { pin } = await pages.stack.message(number, 3)
    await visit.enterCode(pin)
    await visit.sees(ar.verified)
  })

  it('would have said so: a policy with another hash lets the script not in', async () => {
    const other = policy.replace(pages.pinned.hash, `sha384-${'A'.repeat(64)}`)
    visit = await pages.open(browser, { policy: other, body: FORM + pages.pinned.tag })
    await expect.poll(() => visit.complaints.join()).toMatch(/policy violated: script-src/)
    visit.complaints.length = 0
  })

  it('sends its form nowhere else, whatever markup somebody gets into it', async () => {
    const elsewhere = 'http://127.0.0.1:9'
    visit = await pages.open(browser, {
      policy,
      head: `<base href="${elsewhere}/">`,
      body: `${FORM}<form action="${elsewhere}/"><button id="theirs">Go on</button></form>${pages.pinned.tag}`,
    })
    const { page } = visit
    expect(
      await page
        .locator('form')
        .first()
        .evaluate((form) => (form as HTMLFormElement).action),
    ).not.toContain(elsewhere)
    const address = page.url()
    // A click would wait for where it leads.
    await page.locator('#theirs').evaluate((button) => (button as HTMLButtonElement).form!.requestSubmit())
    await expect
      .poll(() => visit.complaints.join())
      .toMatch(/policy violated: base-uri.*policy violated: form-action/s)
    expect(page.url()).toBe(address)
    visit.complaints.length = 0
  })

  it('may load the script twice, also before and after the tag', async () => {
    visit = await pages.open(browser, {
      policy,
      head: pages.pinned.tag.replace('defer', 'async'),
      body: FORM + pages.pinned.tag,
    })
    expect(await visit.page.locator('otp-verify input').count()).toBe(2)
    await proveNumber(visit, pages.stack, number, en)
  })

  it('may load the script long after the tag: the form waits, and who types already goes on typing', async () => {
    const body = FORM.replace('required>', 'required><input slot="phone" type="tel">')
    visit = await pages.open(browser, { policy, body: body + pages.pinned.tag.replace('defer', 'async') })
    const { page } = visit
    let arrive = () => {}
    const held = new Promise<void>((resolve) => (arrive = resolve))
    await page.route('**/otp-verify-*.js', (route) => held.then(() => route.continue()))
    await page.goto(page.url(), { waitUntil: 'domcontentloaded' })
    await page.locator('otp-verify input').pressSequentially(number.slice(0, 8))
    expect(await page.locator('otp-verify:defined').count()).toBe(0)
    arrive()
    await page.locator('otp-verify:state(phone)').waitFor()
    await page.keyboard.type(number.slice(8))
    const field = page.locator('otp-verify input[autocomplete="tel"]')
    await expect.poll(async () => (await field.inputValue()).replace(/\D/g, '')).toBe(number.slice(2))
    await proveNumber(visit, pages.stack, number, en)
  })
})

describe('a page that lets in no script without a hash', () => {
  const integrityPolicy = 'blocked-destinations=(script)'

  it('lets in ours with its hash, and in another language (SR-J09)', async () => {
    const body = FORM.replace('<otp-verify', '<otp-verify lang="ar"') + pages.pinned.tag
    visit = await pages.open(browser, { policy, integrityPolicy, body })
    await proveNumber(visit, pages.stack, number, ar)
  })

  it('would have said so: ours without one it does not let in', async () => {
    visit = await pages.open(browser, { integrityPolicy, body: FORM + pages.script })
    const { page } = visit
    const failed = page.waitForEvent('requestfailed')
    await page.reload()
    expect((await failed).failure()).toEqual({ errorText: 'integrity' })
    expect(await page.locator('otp-verify:defined').count()).toBe(0)
  })
})
