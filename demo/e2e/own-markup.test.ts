import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Browser, Page } from 'playwright-core'
import { build } from 'vite'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { PATHS } from '../../contract/index.js'
import { en } from '../../widget/locales/en.js'
import { startStack, type Stack } from './stack.js'
import { launchBrowser, wrongCode } from './visit.js'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const SECRET = `otps_${'s'.repeat(43)}`
const NUMBER = '+12025550177'

/** The machine may have other things to do; the client waits by itself before it checks again. */
const PATIENT = { timeout: 20_000, interval: 500 }

let stack: Stack
let browser: Browser
let page: Page
let script: string

/** What a package that has this one installed gets under that name. */
const exported = (name: string) => ({ find: name, replacement: createRequire(import.meta.url).resolve(name) })

/** The example of the guide, bundled as its reader would. */
async function exampleOf(guide: string): Promise<{ html: string; script: string }> {
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
  return { html: html!, script }
}

beforeAll(async () => {
  ;[stack, browser] = await Promise.all([startStack({ secrets: [SECRET] }), launchBrowser()])
  const guide = await readFile(join(ROOT, 'docs/own-markup.md'), 'utf8')
  const example = await exampleOf(guide)
  script = example.script
  // In the place of the shop's own page, so that it comes from where the site is allowed.
  page = await (await browser.newContext({ bypassCSP: true })).newPage()
  await page.goto(stack.shop)
  await page.setContent(`${example.html}<script type="module">${script}</script>`)
})

afterAll(async () => {
  await browser.close()
  await stack.stop()
})

describe('the guide to markup of your own', () => {
  it('leads from a number to a token that siteverify believes', async () => {
    const message = page.getByRole('status')
    await page.getByLabel('Mobile number').fill('+1 202')
    await page.getByRole('button', { name: 'Send code' }).click()
    await expect.poll(() => message.innerText(), PATIENT).toBe(en.errors.invalid_phone_number)
    await page.getByLabel('Mobile number').fill(NUMBER)
    await page.getByRole('button', { name: 'Send code' }).click()
    const { pin } = await stack.message(NUMBER)
    await page.getByLabel('Code').fill(wrongCode(pin))
    await page.getByRole('button', { name: 'Verify' }).click()
    await expect.poll(() => message.innerText(), PATIENT).toBe(en.errors.code_incorrect)
    await page.getByLabel('Code').fill(pin)
    await page.getByRole('button', { name: 'Verify' }).click()
    await expect.poll(() => message.innerText(), PATIENT).toBe(en.verified)
    const token = await page.locator('#number').getAttribute('data-token')
    const body = new URLSearchParams({ secret: SECRET, response: token! })
    const answer = await fetch(`${stack.server}${PATHS.siteverify}`, { method: 'POST', body })
    expect(await answer.json()).toMatchObject({ success: true, phone_number: NUMBER })
  })

  it('has nothing of the element in it', () => {
    expect(script).toContain('/v1/verifications')
    for (const trace of ['attachShadow', 'HTMLElement', 'customElements']) expect(script).not.toContain(trace)
  })
})
