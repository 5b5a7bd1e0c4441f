import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Browser } from 'playwright-core'
import { build } from 'vite'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { PATHS, type AltchaSolution } from '../../contract/index.js'
import { solved } from '../../server/challenge/test/solve.js'
import { createVerifier } from '../../server/token/verify.js'
import { en } from '../../widget/locales/en.js'
import { startStack, type Stack } from './stack.js'
import { launchBrowser, wrongCode } from './visit.js'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const SECRET = `otps_${'s'.repeat(43)}`
const NUMBER = '+12025550177'
const NONCE = 'the-nonce-of-the-session'

/** The machine may have other things to do; the client waits by itself before it checks again. */
const PATIENT = { timeout: 20_000, interval: 500 }

let stack: Stack
let browser: Browser
let example: { html: string; script: string }

/** What a package that has this one installed gets under that name. */
const exported = (name: string) => ({ find: name, replacement: createRequire(import.meta.url).resolve(name) })

/** The example of the guide, bundled as its reader would. */
async function exampleOf(guide: string): Promise<typeof example> {
  const [html, code] = ['html', 'js'].map((kind) => guide.split(`\`\`\`${kind}\n`)[1]!.split('```')[0]!)
  const folder = await mkdtemp(join(tmpdir(), 'otp-verify-own-markup-'))
  await writeFile(join(folder, 'page.js'), code!.replace('http://localhost:8787', stack.server))
  await build({
    root: folder,
    configFile: false,
    logLevel: 'error',
    resolve: { alias: ['headless', 'locales/en'].map((name) => exported(`otp-verify/${name}`)) },
    build: {
      outDir: folder,
      emptyOutDir: false,
      rolldownOptions: { input: join(folder, 'page.js'), output: { entryFileNames: 'bundle.js' } },
    },
  })
  const script = await readFile(join(folder, 'bundle.js'), 'utf8')
  await rm(folder, { recursive: true })
  return { html: html!.replace('VALUE-BOUND-TO-THE-SESSION', NONCE), script }
}

beforeAll(async () => {
  ;[stack, browser] = await Promise.all([startStack({ secrets: [SECRET] }), launchBrowser()])
  example = await exampleOf(await readFile(join(ROOT, 'docs/own-markup.md'), 'utf8'))
})

afterAll(async () => {
  await browser.close()
  await stack.stop()
})

/** Opens the example in the place of the shop's own page, so that it comes from where the site is allowed. */
async function openExample({ html, script } = example) {
  const page = await (await browser.newContext({ bypassCSP: true })).newPage()
  const mistakes: string[] = []
  page.on('pageerror', (error) => mistakes.push(String(error)))
  await page.goto(stack.shop)
  await page.setContent(`${html}<script type="module">${script}</script>`)
  return {
    page,
    mistakes,
    async sendCode(number: string) {
      await page.getByLabel('Mobile number').fill(number)
      await page.getByRole('button', { name: 'Send code' }).click()
    },
    async enterCode(code: string) {
      await page.getByLabel('Code').fill(code)
      await page.getByRole('button', { name: 'Verify' }).click()
    },
    sees: (text: string) => expect.poll(() => page.getByRole('status').innerText(), PATIENT).toMatch(text),
  }
}

describe('the guide to markup of your own', () => {
  it('leads from a number to a token that a backend believes, of this session and purpose (SR-A09, SR-A11)', async () => {
    const { page, mistakes, sendCode, enterCode, sees } = await openExample()
    await sendCode('+1 202')
    await sees(en.errors.invalid_phone_number)
    await sendCode(NUMBER)
    await sees('Code sent')
    const focused = () => page.evaluate(() => document.activeElement?.closest('[id]')?.id)
    expect(await focused()).toBe('code')
    const { pin } = await stack.message(NUMBER)
    await enterCode(wrongCode(pin))
    await sees(`${en.errors.code_incorrect} 4 tries left.`)
    await enterCode(pin)
    // A second click while the first is still being checked.
    await page.locator('#code').evaluate((form: HTMLFormElement) => form.requestSubmit())
    await sees(en.verified)
    expect(await focused()).toBe('message')
    expect(mistakes).toEqual([])
    const token = await page.locator('#number').getAttribute('data-token')
    const verifier = createVerifier({ issuer: stack.server, audience: 'demo', replayStore: false })
    const claims = await verifier.verify(token, { nonce: NONCE, action: 'signup' })
    expect(claims.phone_number).toBe(NUMBER)
    const body = new URLSearchParams({ secret: SECRET, response: token! })
    const answer = await fetch(`${stack.server}${PATHS.siteverify}`, { method: 'POST', body })
    expect(await answer.json()).toMatchObject({
      ...{ success: true, phone_number: NUMBER },
      ...{ nonce: NONCE, action: 'signup' },
    })
  })

  it('solves a challenge where a start asks for one, and starts once more (SR-K14)', async () => {
    const number = '+12025550179'
    const { page, mistakes, sendCode, sees } = await openExample()
    const starts: Record<string, unknown>[] = []
    await page.route(stack.server + PATHS.start, async (route) => {
      if (route.request().method() !== 'POST') return route.fallback()
      starts.push(route.request().postDataJSON())
      if (starts.length > 1) return route.fallback()
      const body = JSON.stringify({ code: 'challenge_required', status: 403 })
      const headers = { 'Access-Control-Allow-Origin': '*' }
      return route.fulfill({ status: 403, headers, contentType: 'application/problem+json', body })
    })
    await sendCode(number)
    await sees('Code sent')
    expect(await stack.messages(number)).toHaveLength(1)
    const [first, second] = starts
    expect(second).toEqual({ ...first, challenge: expect.any(String) })
    const { challenge, solution } = JSON.parse(atob(String(second!['challenge']))) as AltchaSolution
    expect(solution.counter).toBe((await solved(challenge)).solution.counter)
    expect(mistakes).toEqual([])
  })

  it('says something of a sitekey that nobody has', async () => {
    const script = example.script.replace(/(["'`])demo\1/, '"dmeo"')
    const { sendCode, sees } = await openExample({ ...example, script })
    await sendCode(NUMBER)
    await sees(en.errors.origin_not_allowed)
  })

  it('puts no number into an address where its script is not there yet', async () => {
    const { page, sendCode } = await openExample({ ...example, script: '' })
    await Promise.all([page.waitForEvent('framenavigated'), sendCode(NUMBER)])
    expect(page.url()).not.toContain(NUMBER.slice(1))
  })

  it('leads back to the number after too many wrong codes', async () => {
    const number = '+12025550178'
    const { page, sendCode, enterCode, sees } = await openExample()
    await sendCode(number)
    const { pin } = await stack.message(number)
    for (const left of ['4 tries', '3 tries', '2 tries', '1 try']) {
      await enterCode(wrongCode(pin))
      await sees(left)
    }
    await enterCode(wrongCode(pin))
    await sees(en.errors.attempts_exhausted)
    expect(await page.getByLabel('Code').isVisible()).toBe(false)
    await page.getByRole('button', { name: 'Start again' }).click()
    await sendCode(number)
    const { pin: newPin } = await stack.message(number, 2)
    await enterCode(newPin)
    await sees(en.verified)
  })

  it('has nothing of the element in it', () => {
    expect(example.script).toContain('/v1/verifications')
    for (const trace of ['attachShadow', 'HTMLElement', 'customElements'])
      expect(example.script).not.toContain(trace)
  })
})
