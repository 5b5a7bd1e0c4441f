import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { chromium, type Browser, type BrowserContextOptions } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { post, send, start } from './test/server.js'
import type { RunningSandbox } from './index.js'

const executablePath = process.env['CHROME_PATH'] ?? '/usr/bin/chromium'
const FLAGS =
  '--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking ' +
  '--disable-component-update --disable-sync'

describe.skipIf(!existsSync(executablePath))('the phone, in Chromium', () => {
  let browser: Browser

  beforeAll(async () => {
    browser = await chromium.launch({ executablePath, args: FLAGS.split(' ') })
  })
  afterAll(() => browser.close())

  /** The phone, once it is live, and every complaint of the browser since. */
  async function open(sandbox: RunningSandbox, options: BrowserContextOptions = {}) {
    const context = await browser.newContext(options)
    const page = await context.newPage()
    const complaints: string[] = []
    page.on('console', (message) => complaints.push(message.text()))
    page.on('pageerror', (error) => complaints.push(error.message))
    await page.goto(sandbox.url)
    await page.getByText('Live', { exact: true }).waitFor()
    return { page, context, complaints }
  }

  it('says what to do while nothing has arrived, then shows each message at once', async () => {
    const sandbox = await start()
    const { page, complaints } = await open(sandbox)
    expect(await page.getByRole('heading', { name: 'No messages yet' }).isVisible()).toBe(true)
    expect(await page.locator('.empty code').textContent()).toBe(sandbox.url)
    await send(sandbox, {}, '12025550123')
    const { pinId, pin, text } = sandbox.messages()[0]!
    await page.getByText(text).waitFor()
    await post(sandbox, `/2fa/2/pin/${pinId}/resend/voice`, {})
    const call = page.getByRole('listitem').filter({ hasText: 'Phone call' })
    await call.waitFor()
    expect(await page.getByRole('listitem').first().textContent()).toContain('Phone call')
    expect(await call.locator('.to').textContent()).toBe('To +12025550123')
    expect(await call.locator('.text').textContent()).toBe(text)
    expect(await call.locator('.pin').textContent()).toBe(pin)
    expect(await page.getByRole('heading', { name: 'No messages yet' }).isVisible()).toBe(false)
    expect(complaints).toEqual([])
  })

  it('shows markup as text', async () => {
    const sandbox = await start()
    const { page, complaints } = await open(sandbox)
    const messageText = '<img src=x onerror="document.title=1"><b>{{pin}}</b>'
    const path = `/2fa/2/applications/${sandbox.applicationId}/messages`
    const created = await post(sandbox, path, { messageText, pinType: 'NUMERIC' })
    const { messageId } = (await created.json()) as { messageId: string }
    await send({ ...sandbox, messageId })
    const { text } = sandbox.messages()[0]!
    expect(await page.locator('.text').textContent()).toBe(text)
    expect(await page.locator('.message img, .message b').count()).toBe(0)
    expect(complaints).toEqual([])
  })

  it('shows one number only when asked', async () => {
    const sandbox = await start()
    for (const to of ['12025550123', '41793026727', '12025550123']) await send(sandbox, {}, to)
    const { page } = await open(sandbox)
    const field = page.getByRole('combobox', { name: 'Show messages to' })
    await field.fill('+1 (202) 555-0123')
    await expect.poll(() => page.getByRole('listitem').count()).toBe(2)
    await field.fill('999')
    expect(await page.getByRole('listitem').count()).toBe(0)
    expect(await page.getByText('Nothing was sent to this number.').isVisible()).toBe(true)
    await field.fill('')
    await expect.poll(() => page.getByRole('listitem').count()).toBe(3)
  })

  it('copies the code', async () => {
    const sandbox = await start()
    await send(sandbox)
    const { page, context } = await open(sandbox)
    await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: sandbox.url })
    const button = page.locator('.copy')
    await button.click()
    await expect.poll(() => button.textContent()).toBe('Copied')
    expect(await page.evaluate('navigator.clipboard.readText()')).toBe(sandbox.messages()[0]!.pin)
  })

  it('reconnects by itself to a sandbox that was restarted', async () => {
    const first = await start()
    await send(first)
    const { page } = await open(first)
    await first.stop()
    await page.getByText('Reconnecting', { exact: true }).waitFor()
    const second = await start({ port: Number(new URL(first.url).port) })
    await send(second)
    await page.getByText(second.messages()[0]!.text).waitFor()
    expect(await page.getByRole('listitem').count()).toBe(1)
  })

  it.each([
    ['light', 320],
    ['light', 1280],
    ['dark', 320],
    ['dark', 1280],
  ] as const)('is accessible and fits, %s at %i pixels', async (colorScheme, width) => {
    const sandbox = await start()
    // The checker has to be injected, which the page's own policy forbids.
    const options = {
      colorScheme,
      viewport: { width, height: 700 },
      bypassCSP: true,
      reducedMotion: 'reduce',
    } as const
    const { page } = await open(sandbox, options)
    await page.addScriptTag({ path: createRequire(import.meta.url).resolve('axe-core') })
    const violations = () =>
      page.evaluate('axe.run().then(({ violations }) => violations.map(({ id }) => id))')
    expect(await violations()).toEqual([])
    for (const path of ['', '/voice']) {
      const { applicationId, messageId } = sandbox
      await post(sandbox, `/2fa/2/pin${path}`, { applicationId, messageId, to: '12025550123' })
    }
    await page.getByText('Phone call').waitFor()
    expect(await violations()).toEqual([])
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width)
  })
})
