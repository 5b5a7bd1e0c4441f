import { randomBytes } from 'node:crypto'
import { mkdir, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { PATHS } from '../../contract/index.js'
import { en } from '../../widget/locales/en.js'
import { makePrivateFile } from '../../server/private-file.js'
import { WORDS } from '../html/words.js'
import { startNextDemo, type NextDemo } from './next-demo.js'
import { launchBrowser, visitShop, type Visit } from './visit.js'

/** Milliseconds for npm, Next.js's build and the start, on a slow machine and with nothing installed. */
const SETUP_PATIENCE = 600_000

let demo: NextDemo
let browser: Browser
let visit: Visit
let number: string
let numbers = 0

const FOLDER = join(import.meta.dirname, '../next')

beforeAll(async () => {
  // As a run before this build leaves it there.
  await makePrivateFile(join(FOLDER, 'data/pepper'), async () => randomBytes(32).toString('hex'), randomBytes)
  ;[demo, browser] = await Promise.all([startNextDemo(), launchBrowser()])
}, SETUP_PATIENCE)

afterAll(async () => {
  await browser.close()
  expect(await demo.stop()).toBe(0)
})

beforeEach(async () => {
  number = `+1202555${String(4000 + numbers++)}`
  visit = await visitShop(browser, demo)
})

afterEach(async () => {
  expect(visit.complaints).toEqual([])
  await visit.close()
})

/** The code of the newest message, once there are as many as that. */
async function codeOf(to: string, count = 1): Promise<string> {
  await expect.poll(async () => (await demo.messages(to)).length).toBe(count)
  return (await demo.messages(to)).at(-1)!.pin
}

async function proveNumber(): Promise<void> {
  await visit.enterNumber(number)
  await visit.sendCode()
  await visit.enterCode(await codeOf(number))
  await visit.sees(en.verified)
}

function tokenOf(page: Page): Promise<string> {
  return page.locator('otp-verify').evaluate((element) => (element as HTMLInputElement).value)
}

/** Submits the form with a token of the caller's, as a script of the page could. */
async function signUpWith(page: Page, token: string): Promise<void> {
  await page.locator('form').evaluate((form: HTMLFormElement, forged) => {
    form.noValidate = true
    form.addEventListener('formdata', ({ formData }) => formData.set('otp-verify-response', forged))
  }, token)
  await visit.signUp()
}

function refusal(): Promise<string | null> {
  return visit.page.locator('[data-refusal]').getAttribute('data-refusal')
}

describe('the Next.js demo, built and in production mode', () => {
  it('takes a number, a code and one press of the button; the server action greets the proven number', async () => {
    await look('number')
    await visit.enterNumber(number)
    await visit.sendCode()
    const code = await codeOf(number)
    await visit.sees(en.verify)
    await look('code')
    await visit.enterCode(code)
    await visit.sees(en.verified)
    await look('verified')
    await visit.signUp('Ada Lovelace')
    await visit.sees('Welcome, Ada Lovelace!')
    await visit.sees(number)
    await look('welcome')
    expect(await demo.messages(number)).toHaveLength(1)
  })

  it('goes on where it was when the page is reloaded in the code step, without another message', async () => {
    await visit.enterNumber(number)
    await visit.sendCode()
    const code = await codeOf(number)
    await visit.page.locator('otp-verify input[autocomplete="one-time-code"]').waitFor()
    await visit.page.reload()
    await visit.enterCode(code)
    await visit.sees(en.verified)
    await visit.signUp()
    await visit.sees(number)
    expect(await demo.messages(number)).toHaveLength(1)
  })

  it('does not submit the form before the number is proven', async () => {
    // Without its scripts the form works as forms always did, and the server would refuse.
    await visit.page.locator('otp-verify:defined').waitFor()
    await visit.signUp()
    expect(await visit.page.locator('otp-verify:invalid').count()).toBe(1)
    expect(await visit.page.locator('[data-refusal]').count()).toBe(0)
  })

  it('refuses a forged token in the server action (SR-A20)', async () => {
    await proveNumber()
    const token = await tokenOf(visit.page)
    const [header, payload, signature = ''] = token.split('.')
    const forged = [header, payload, (signature.startsWith('A') ? 'B' : 'A') + signature.slice(1)].join('.')
    await signUpWith(visit.page, forged)
    expect(await refusal()).toBe('forged')
    await look('refused')
  })

  it('refuses a form without a token, and an event that was made up (SR-A20)', async () => {
    await visit.page.locator('otp-verify').evaluate((element) => {
      const detail = { token: 'made.up.token', expiresAt: '2099-01-01T00:00:00.000Z' }
      element.dispatchEvent(new CustomEvent('verified', { detail, bubbles: true, composed: true }))
    })
    await visit.page.locator('form').evaluate((form: HTMLFormElement) => (form.noValidate = true))
    await visit.signUp()
    expect(await refusal()).toBe('missing')
  })

  it('signs up somebody else in the same browser, with another number', async () => {
    await proveNumber()
    await visit.signUp()
    await visit.sees(number)
    await visit.page.getByRole('link', { name: WORDS.en.again }).click()
    number = `+1202555${String(4000 + numbers++)}`
    await proveNumber()
    await visit.signUp('Grace')
    await visit.sees('Welcome, Grace!')
    await visit.sees(number)
  })

  it('refuses a genuine token of another visit, and one that was used; then all begins anew', async () => {
    await proveNumber()
    const token = await tokenOf(visit.page)
    const other = await visitShop(browser, demo)
    const mine = visit
    visit = other
    await signUpWith(other.page, token)
    expect(await refusal()).toBe('other_visit')
    expect(other.complaints).toEqual([])
    await other.close()
    visit = mine
    const cookies = await visit.context.cookies()
    await visit.signUp()
    await visit.sees(number)
    // As if the answer with the next visit's cookie had been lost.
    await visit.context.addCookies(cookies)
    await visit.page.goto(demo.shop)
    await signUpWith(visit.page, token)
    expect(await refusal()).toBe('used')
    await visit.page.getByRole('link', { name: WORDS.en.back }).click()
    number = `+1202555${String(4000 + numbers++)}`
    await proveNumber()
    await visit.signUp()
    await visit.sees(number)
  })
})

describe('what Next.js sends', () => {
  it('begins each visit with a cookie of 128 random bits (SR-A08)', async () => {
    const cookies = await Promise.all(
      [1, 2].map(async () => (await fetch(demo.shop)).headers.get('Set-Cookie')),
    )
    expect(new Set(cookies).size).toBe(2)
    for (const cookie of cookies) expect(cookie).toMatch(/^visit=[\w-]{22}; Path=\/; HttpOnly; SameSite=lax$/)
  })

  it('holds the tag with the nonce of the visit, and never the server’s address as an attribute', async () => {
    const answer = await fetch(demo.shop)
    const cookie = answer.headers.get('Set-Cookie')!
    const [tag = ''] = /<otp-verify [^>]*>/.exec(await answer.text())!
    const nonce = nonceIn(tag)
    expect(tag).toContain('sitekey="demo"')
    expect(tag).not.toContain(demo.server)
    const again = await fetch(demo.shop, { headers: { Cookie: cookie.split(';')[0]! } })
    expect(nonceIn(await again.text())).toBe(nonce)
    expect(nonceIn(await (await fetch(demo.shop)).text())).not.toBe(nonce)
  })

  it('links the sandbox’s phone, whose address the command has printed', async () => {
    const [, phone] = /Phone inbox +(\S+) /.exec(demo.output())!
    expect(await (await fetch(demo.shop)).text()).toContain(`<a href="${phone}"`)
  })

  it('is built without the secrets of the data folder, which a trace would have copied into an image', async () => {
    const files = await readdir(join(FOLDER, '.next/server'), { recursive: true })
    const traces = files.filter((name) => name.endsWith('.nft.json'))
    expect(traces.some((name) => name.includes('api/otp'))).toBe(true)
    for (const name of traces) {
      expect(await readFile(join(FOLDER, '.next/server', name), 'utf8'), name).not.toMatch(
        /[^.\w]data\/(pepper|signing-keys)/,
      )
    }
  })

  it('comes from the mounted server below its path: keys, preflights, refusals', async () => {
    const keys = await fetch(demo.server + PATHS.jwks)
    expect(await keys.json()).toMatchObject({ keys: [{ kty: 'EC', alg: 'ES256' }] })
    const preflight = (origin: string) =>
      fetch(demo.server + PATHS.start, {
        method: 'OPTIONS',
        headers: { Origin: origin, 'Access-Control-Request-Method': 'POST' },
      })
    expect((await preflight(demo.shop)).headers.get('Access-Control-Allow-Origin')).toBe(demo.shop)
    expect((await preflight('https://evil.example')).headers.get('Access-Control-Allow-Origin')).toBeNull()
    const stranger = await fetch(demo.server + PATHS.start, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Origin: 'https://evil.example' },
      body: JSON.stringify({ sitekey: 'demo', phoneNumber: number }),
    })
    expect([stranger.status, (await stranger.json()).code]).toEqual([403, 'origin_not_allowed'])
    expect(await demo.messages(number)).toEqual([])
  })
})

function nonceIn(markup: string): string {
  return /token-nonce="([\w-]{43})"/.exec(markup)![1]!
}

/** Takes pictures of what the visitor sees, if somebody asked for them. */
async function look(name: string): Promise<void> {
  const folder = process.env['E2E_SCREENSHOTS']
  if (!folder) return
  await mkdir(folder, { recursive: true })
  for (const colorScheme of ['light', 'dark'] as const) {
    await visit.page.emulateMedia({ colorScheme })
    await visit.page.screenshot({ path: join(folder, `next-${name}-${colorScheme}.png`), fullPage: true })
  }
}
