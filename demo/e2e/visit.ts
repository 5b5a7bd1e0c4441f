import type { Browser, BrowserContext, Page } from 'playwright-core'
import { chromium } from 'playwright-core'
import type { Stack } from './stack.js'

/** What the browser shall do without, in place of what Playwright would name. */
const WITHOUT = [
  // Pages of its own behind each window's address bar: they took half of the processor's time of a visit.
  'WebUIOmniboxPopup',
  'WebUIOmniboxAimPopup',
  'WebUIOmniboxFullPopup',
  'AimEnabled',
  'LensOverlay',
  'MediaRouter',
  // Questions to strangers.
  'OptimizationHints',
  'NetworkTimeServiceQuerying',
  'PreconnectToSearch',
  // What Playwright does not go together with.
  'AvoidCorsURLLoaderRestartOnRedirect',
  'AvoidUnnecessaryBeforeUnloadCheckSync',
  'DestroyProfileOnBrowserClose',
  'HttpsFirstBalancedModeAutoEnable',
  'HttpsUpgrades',
  'PaintHolding',
]

/**
 * Starts the browser that CHROME_PATH names, or the usual one of this system. `keepsPages`, as every visitor's does: in
 * its back/forward cache, so that a visitor who goes back finds a page as it was left.
 */
export function launchBrowser({ keepsPages = false } = {}): Promise<Browser> {
  const isRoot = process.getuid?.() === 0
  return chromium.launch({
    ignoreDefaultArgs: keepsPages ? ['--disable-back-forward-cache'] : [],
    executablePath: process.env['CHROME_PATH'] ?? '/usr/bin/chromium',
    args: [
      ...(isRoot ? ['--no-sandbox'] : []),
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      `--disable-features=${WITHOUT.join(',')}`,
    ],
  })
}

/** One visitor in the shop, in words of what a visitor does. */
export interface Visit {
  page: Page
  context: BrowserContext
  /** Errors on the console, violated policies and uncaught exceptions, except failed calls that the test provokes. */
  complaints: string[]
  enterNumber(number: string): Promise<void>
  sendCode(): Promise<void>
  /** Types a code digit by digit; the last digit submits it. */
  enterCode(code: string): Promise<void>
  press(button: string): Promise<void>
  sees(text: string | RegExp): Promise<void>
  /** Fills in the rest of the form and submits it. */
  signUp(name?: string): Promise<void>
  close(): Promise<void>
}

/** Opens the shop in a browser context of its own. `query` such as `?lang=ar` is appended to its address. */
export async function visitShop(
  browser: Browser,
  stack: Pick<Stack, 'shop' | 'server'>,
  query = '',
): Promise<Visit> {
  const context = await browser.newContext()
  const page = await context.newPage()
  const complaints: string[] = []
  await page.addInitScript(() => {
    addEventListener('securitypolicyviolation', ({ effectiveDirective, blockedURI }) => {
      console.error(`policy violated: ${effectiveDirective} ${blockedURI}`)
    })
  })
  page.on('console', (message) => {
    // The browser reports every answer above 399 itself; these addresses give them on purpose.
    const provoked = [`${stack.server}/v1/verifications`, `${stack.shop}/signup`]
    const isAnswer = message.text().startsWith('Failed to load resource: the server responded')
    if (isAnswer && provoked.some((address) => message.location().url.startsWith(address))) return
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text())
  })
  page.on('pageerror', (error) => complaints.push(String(error)))
  await page.goto(stack.shop + query)

  const codeField = page.locator('otp-verify input[autocomplete="one-time-code"]')
  const numberField = page.locator('otp-verify input[autocomplete="tel"]')
  return {
    page,
    context,
    complaints,
    enterNumber: (number) => numberField.fill(number),
    sendCode: () => numberField.press('Enter'),
    async enterCode(code) {
      // Nothing can be typed while a message is under way, and the simulated one is there before the page has its answer.
      await page.locator('otp-verify:state(code)').waitFor()
      await codeField.waitFor()
      await codeField.fill('')
      await codeField.pressSequentially(code)
    },
    press: (button) => page.getByRole('button', { name: button }).click(),
    sees: (text) => page.getByText(text).filter({ visible: true }).first().waitFor(),
    async signUp(name = 'Ada') {
      await page.locator('input[name="name"]').fill(name)
      await page.locator('input[name="email"]').fill('ada@example.com')
      await page.locator('form > button').click()
    },
    close: () => context.close(),
  }
}

/** A code that is not the one of a message. */
export function wrongCode(pin: string): string {
  return pin === '000000' ? '111111' : '000000'
}
