import { createRequire } from 'node:module'
import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { PATHS, type VerificationPending } from '../../contract/index.js'
import type { DaySoFar } from '../../server/observe/day.js'
import { MIDNIGHT_PATIENCE, pastMidnight } from '../../server/test/midnight.js'
import { startStack, type Stack } from './stack.js'
import { launchBrowser, wrongCode } from './visit.js'

/** Visits at once, and in all. */
const AT_ONCE = 8
const VISITS = 48

let stack: Stack
let browser: Browser
beforeAll(() => pastMidnight(), MIDNIGHT_PATIENCE)
beforeAll(async () => {
  ;[stack, browser] = await Promise.all([startStack(), launchBrowser()])
})
afterAll(async () => {
  await browser.close()
  await stack.stop()
})

/** The operator's page once it is live, with what it asked for and what the browser complained of. */
async function open(options: BrowserContextOptions = {}) {
  const context = await browser.newContext(options)
  const page = await context.newPage()
  const asked: string[] = []
  const complaints: string[] = []
  await page.addInitScript(() => {
    addEventListener('securitypolicyviolation', ({ effectiveDirective, blockedURI }) => {
      console.error(`policy violated: ${effectiveDirective} ${blockedURI}`)
    })
  })
  page.on('request', (request) => asked.push(new URL(request.url()).origin))
  page.on('console', (message) => complaints.push(message.text()))
  page.on('pageerror', (error) => complaints.push(String(error)))
  await page.goto(stack.admin)
  await page.getByRole('status').filter({ hasText: 'Live' }).waitFor()
  return { context, page, asked, complaints }
}

function post<T>(path: string, body: object): Promise<{ status: number; body: T }> {
  const headers = { 'Content-Type': 'application/json', Origin: stack.shop }
  return fetch(stack.server + path, { method: 'POST', headers, body: JSON.stringify(body) }).then(
    async (answer) => ({ status: answer.status, body: (await answer.json()) as T }),
  )
}

/** Asks for a code; two of three give the right one, the third a wrong one. Every sixth is asked for in Croatia. */
async function visit(n: number): Promise<void> {
  const phoneNumber = n % 6 === 0 ? `+38591234${1000 + n}` : `+1202555${1000 + n}`
  const { status, body } = await post<VerificationPending>(PATHS.start, { sitekey: 'demo', phoneNumber })
  expect(status).toBe(201)
  const { pin } = await stack.message(phoneNumber)
  const code = n % 3 === 2 ? wrongCode(pin) : pin
  const checked = await post(PATHS.check, { verificationId: body.verificationId, code })
  expect(checked.status).toBe(n % 3 === 2 ? 422 : 200)
}

async function load(count: number): Promise<void> {
  for (let n = 0; n < count; n += AT_ONCE) {
    await Promise.all(Array.from({ length: AT_ONCE }, (_, m) => visit(n + m)))
  }
  await post(PATHS.start, { sitekey: 'demo', phoneNumber: '+4479111' })
}

/** The numbers of the page's tiles, by their names. */
async function tiles(page: Page): Promise<Record<string, string>> {
  const pairs = await page
    .locator('.tile')
    .evaluateAll((all) =>
      all.map((one) => [...one.children].slice(0, 2).map((part) => part.textContent ?? '')),
    )
  return Object.fromEntries(pairs) as Record<string, string>
}

function panel(page: Page, title: string): Locator {
  return page.locator('section').filter({ has: page.getByRole('heading', { name: title, exact: true }) })
}

/** What a metric adds up to, over its labels. */
async function metric(name: string): Promise<number> {
  const text = await (await fetch(`${stack.admin}/metrics`)).text()
  const lines = text.split('\n').filter((line) => line.startsWith(`${name}{`))
  return lines.reduce((total, line) => total + Number(line.split(' ').at(-1)), 0)
}

async function axeFindings(page: Page): Promise<unknown> {
  await page.addScriptTag({ path: createRequire(import.meta.url).resolve('axe-core') })
  return page.evaluate(
    'axe.run().then(({ violations }) => violations.map(({ id, nodes }) => [id, nodes[0].html]))',
  )
}

describe("the operator's page, in Chromium", () => {
  it('says that nothing was sent, then moves with the visits and agrees with the metrics', async () => {
    const { page, asked, complaints } = await open()
    await page.getByText('Nothing has been sent yet.').waitFor()
    expect(await panel(page, 'Alerts').innerText()).toMatch(/No alerts from this server since \d\d:\d\d\./)
    await load(VISITS)
    const right = (VISITS / 3) * 2
    // The wrong codes, and the number that `load` gets refused last of all.
    const refused = VISITS / 3 + 1
    const expected = {
      ...{ 'Messages sent': `${VISITS}`, 'Codes verified': `${right}`, Conversion: '67%' },
      'Requests refused': `${refused}`,
    }
    await expect.poll(() => tiles(page)).toMatchObject(expected)
    expect(await page.getByText('Nothing has been sent yet.').count()).toBe(0)
    expect(await metric('otp_messages_sent_total')).toBe(VISITS)
    expect(await metric('otp_verifications_started_total')).toBe(VISITS)
    expect(await metric('otp_verifications_verified_total')).toBe(right)
    expect(await metric('otp_calls_refused_total')).toBe(refused)

    const row = (name: string) => page.getByRole('row').filter({ hasText: name })
    expect(await row('United States').locator('td').allInnerTexts()).toMatchObject(['40', /^60%/, '16', ''])
    expect(await row('code_incorrect').locator('td').innerText()).toMatch(/^16/)
    expect(await page.locator('.budgets li').first().innerText()).toMatch(/demo\s+48 of 1,000/)
    await page.getByText('By the hour, as a table').click()
    const hours = await page
      .locator('details tbody tr')
      .evaluateAll((rows) => rows.map((one) => Number(one.children[2]!.textContent)))
    expect(hours).toHaveLength(24)
    expect(hours.reduce((sum, count) => sum + count, 0)).toBe(VISITS)
    expect(await page.locator('.canvas canvas').count()).toBe(3)

    expect(new Set(asked)).toEqual(new Set([stack.admin]))
    expect(complaints).toEqual([])
    // Neither the page nor what it reads knows a number.
    const read = await (await fetch(`${stack.admin}/day.json`)).text()
    expect((await page.content()) + read).not.toMatch(/202555|38591|\+1/)
    await page.context().close()
  })

  it('shows one site alone, and comes back to it by its address', async () => {
    const { page, context } = await open()
    await page.getByLabel('Site').selectOption('other')
    await expect.poll(() => tiles(page)).toMatchObject({ 'Messages sent': '0', 'Requests refused': '0' })
    await page.reload()
    await expect.poll(() => tiles(page).catch(() => ({}))).toMatchObject({ 'Messages sent': '0' })
    expect(await page.getByLabel('Site').inputValue()).toBe('other')

    for (const site of ['demo', 'other', 'demo']) await page.getByLabel('Site').selectOption(site)
    await expect.poll(() => tiles(page)).toMatchObject({ 'Messages sent': `${VISITS}` })
    await page.goBack()
    await expect.poll(() => tiles(page)).toMatchObject({ 'Messages sent': '0' })
    expect(await page.getByLabel('Site').inputValue()).toBe('other')
    await context.close()
  })

  it.each([
    ['light', 320],
    ['dark', 2560],
  ] as const)('is accessible and fits, %s at %i pixels', async (colorScheme, width) => {
    // The checker has to be injected, which the page's own policy forbids.
    const { page, context } = await open({
      ...{ colorScheme, viewport: { width, height: 900 }, bypassCSP: true, reducedMotion: 'reduce' },
    })
    expect(await axeFindings(page)).toEqual([])
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width)
    await context.close()
  })

  it.each([320, 360, 768, 1024, 1440])(
    'keeps the figures of an attack in their cards, at %i pixels',
    async (width) => {
      const { page, context } = await open({ viewport: { width, height: 900 } })
      await page.route('**/day.json', async (route) => {
        const answer = await route.fetch()
        const report = (await answer.json()) as { day: DaySoFar }
        const of = report.day.sites['demo']!
        const attacked = { ...of.countries['US']!, started: 345_678, verified: 34_567, refused: 987_654 }
        const countries = { ...of.countries, GB: attacked, BA: attacked, CF: attacked, GS: attacked }
        const day = { ...report.day, sites: { ...report.day.sites, demo: { ...of, countries } } }
        await route.fulfill({ json: { ...report, day } })
      })
      await page.getByRole('row').filter({ hasText: '987,654' }).first().waitFor()
      const outside = await page.locator('.panel').evaluateAll((panels) =>
        panels.flatMap((card) => {
          const end = card.getBoundingClientRect().right - parseFloat(getComputedStyle(card).paddingRight)
          const tables = [...card.querySelectorAll('table')].map((one) => one.getBoundingClientRect())
          return tables.map(({ right }) => Math.round(right - end)).filter((pixels) => pixels > 0)
        }),
      )
      expect(outside).toEqual([])
      await context.close()
    },
  )

  it('has no card longer than what is in it', async () => {
    const { page, context } = await open({ viewport: { width: 1440, height: 900 } })
    await page.route('**/day.json', async (route) => {
      const answer = await route.fetch()
      const report = (await answer.json()) as { budgets: { sitekey: string }[] }
      const budgets = Array.from({ length: 12 }, (_, n) => ({ ...report.budgets[0]!, sitekey: `shop-${n}` }))
      await route.fulfill({ json: { ...report, budgets } })
    })
    await page.getByText('shop-11').waitFor()
    const provider = panel(page, 'Provider')
    const [card, last] = [await provider.boundingBox(), await provider.locator('table').boundingBox()]
    expect(card!.y + card!.height - last!.y - last!.height).toBeLessThan(40)
    await context.close()
  })

  it('says so when the server does not answer, and goes on when it does', async () => {
    const { page, context } = await open()
    await page.route('**/day.json', (route) => route.abort())
    await page.getByText(/^No answer since \d\d:\d\d; trying again$/).waitFor()
    expect(await tiles(page)).toMatchObject({ 'Messages sent': `${VISITS}` })
    await page.unroute('**/day.json')
    await page.getByRole('status').filter({ hasText: 'Live' }).waitFor()
    await context.close()
  })

  it.each([
    ['of another version', (report: object) => ({ ...report, version: 'the next' })],
    ['that it cannot show', ({ day: _, ...report }: { day?: object }) => report],
  ])('takes up the page of today when it is told a report %s', async (_, changed) => {
    const { page, context } = await open()
    await page.route('**/day.json', async (route) => {
      const answer = await route.fetch()
      await route.fulfill({ json: changed((await answer.json()) as object) })
    })
    await page.waitForEvent('load')
    await page.unrouteAll({ behavior: 'ignoreErrors' })
    await page.getByRole('status').filter({ hasText: 'Live' }).waitFor()
    await context.close()
  })

  it('counts what should not happen, a proof of another number for one', async () => {
    const { page, context } = await open()
    const failures = panel(page, 'Failures')
    expect(await failures.innerText()).toContain('None known to this server.')
    await stack.arm({ kind: 'foreign-msisdn', operation: 'verify' })
    const phoneNumber = '+12025553000'
    const { body } = await post<VerificationPending>(PATHS.start, { sitekey: 'demo', phoneNumber })
    const { pin } = await stack.message(phoneNumber)
    await post(PATHS.check, { verificationId: body.verificationId, code: pin })
    await expect.poll(() => failures.innerText()).toMatch(/1 in 24 hours that should not happen/)
    await context.close()
  })
})
