import { readFile } from 'node:fs/promises'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { PATHS, type SiteConfig } from '../../contract/index.js'
import { approved, pending, site } from '../../widget/test/made-answers.js'

/** Where the page is, and the server that is played here. Nobody else is ever asked. */
const SHOP = 'https://shop.example'
const SERVER = 'https://otp.example'

const BUILT = new URL('../../dist/script/', import.meta.url)

const CORS = { 'Access-Control-Allow-Origin': '*', 'Access-Control-Allow-Headers': '*' }

/** When the visits begin. */
const BEGINNING = Date.UTC(2026, 0, 1)

/** What a call is answered: JSON with a status; or nothing, as long as the page is open. */
export type PlayedAnswer = { status?: number; json: object } | 'never'

/** How a page differs from the plainest one. */
export interface PlayedSettings {
  lang?: string
  /** Attributes and children of the element. */
  attributes?: string
  children?: string
  /** What the server says of the site. */
  site?: Partial<SiteConfig>
}

/** Pages with what was built, and a server whose answers the test decides: every state of the element is near. */
export interface PlayedPage {
  page: Page
  /** Opens a page anew, with nothing remembered of the last one. */
  open(settings: PlayedSettings): Promise<void>
  /** Makes calls of one path be answered so, until the next page is opened. */
  answer(path: string, answer: PlayedAnswer): void
  /** Lets time pass; it does not by itself. */
  pass(seconds: number): Promise<void>
  /** Enters a number, unless the page has, and asks for a code. */
  start(): Promise<void>
  /** Types a code; the last digit submits it. */
  enterCode(code: string): Promise<void>
  /** Waits until the element is in a state. */
  reaches(state: string): Promise<void>
  /** The answer to a start, as of now. */
  pending(resend?: object): object
}

/** Opens a browser context whose every request is answered here. `preferences` are the visitor's. */
export async function playServer(
  browser: Browser,
  preferences: BrowserContextOptions = {},
): Promise<PlayedPage> {
  const context = await browser.newContext({ reducedMotion: 'reduce', ...preferences })
  const page = await context.newPage()
  let now = BEGINNING
  await page.clock.install({ time: now - 1000 })
  await page.clock.pauseAt(now)
  const asOfNow = (resend: object = {}) => {
    const usual = pending(now)
    return { ...usual, resend: { ...usual.resend, ...resend } }
  }
  async function run(milliseconds: number): Promise<void> {
    now += milliseconds
    await page.clock.runFor(milliseconds)
  }
  let answers: Record<string, PlayedAnswer>
  let config: SiteConfig
  let markup: string

  await context.route('**/*', async (route) => {
    const { origin, pathname } = new URL(route.request().url())
    if (origin === SHOP) return route.fulfill({ contentType: 'text/html; charset=utf-8', body: markup })
    if (origin !== SERVER) return route.abort()
    if (route.request().method() === 'OPTIONS') return route.fulfill({ status: 204, headers: CORS })
    if (pathname.startsWith(PATHS.sites)) return route.fulfill({ headers: CORS, json: config })
    if (/^\/otp-verify(?:-locales)?[/.]/.test(pathname)) return route.fulfill(await builtFile(pathname))
    const answer = answers[pathname] ?? refusal(404, 'invalid_request')
    if (answer !== 'never') await route.fulfill({ headers: CORS, ...answer })
  })

  const number = page.locator('otp-verify input[autocomplete="tel"]')
  const code = page.locator('otp-verify input[autocomplete="one-time-code"]')
  return {
    page,
    pending: asOfNow,
    async open({ lang = 'en', attributes = '', children = '', site: changes = {} }) {
      answers = {
        [PATHS.start]: { status: 201, json: asOfNow() },
        [PATHS.resend]: { json: asOfNow() },
        [PATHS.check]: { json: approved(now, { phoneNumber: '+12025550123' }) },
      }
      config = site({ countries: ['US', 'HR'], initialCountry: 'US', ...changes })
      // Nothing is kept for a reload, so that each page is the first one.
      markup = `<!doctype html><html lang="${lang}"><title>A page</title><link rel="icon" href="data:,">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <style>:root { color-scheme: light dark; background: Canvas } body { margin: 8px }</style>
        <script src="${SERVER}${PATHS.script}" defer></script><main><h1>A page</h1>
        <otp-verify sitekey="shop" resume="off" ${attributes}>${children}</otp-verify></main>`
      await page.goto(SHOP)
      // The first screen is drawn in a task of its own, and countries are named when there is nothing else to do.
      await run(1)
      await page.locator(`otp-verify [lang="${lang}"]:not(.wordless) [part=country] .region`).waitFor()
      await run(100)
    },
    answer: (path, answer) => void (answers[path] = answer),
    pass: (seconds) => run(seconds * 1000),
    async start() {
      if (await number.isEditable()) await number.fill('2025550123')
      await number.press('Enter')
    },
    enterCode: (digits) => code.pressSequentially(digits),
    reaches: (state) => page.locator(`otp-verify:state(${state})`).waitFor(),
  }
}

/** A refusal with a stable code. */
export function refusal(status: number, code: string, more: object = {}): PlayedAnswer {
  return { status, json: { code, ...more } }
}

async function builtFile(pathname: string): Promise<object> {
  const file = pathname.replace(PATHS.locales, '/locales')
  const type = file.endsWith('.js') ? 'text/javascript' : 'application/json'
  return {
    headers: CORS,
    contentType: `${type}; charset=utf-8`,
    body: await readFile(new URL(`.${file}`, BUILT)),
  }
}
