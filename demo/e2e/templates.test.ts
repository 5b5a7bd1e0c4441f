import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createVerifier } from '../../server/token/verify.js'
import { startStack, type Stack } from './stack.js'
import { bundle, check, installExamples, type Example } from './templates/examples.js'
import { launchBrowser, visitShop, type Visit } from './visit.js'

/** Milliseconds for npm and four compilers, on a slow machine. */
const SETUP_PATIENCE = 300_000

const NONCE = 'nonce-of-the-visit-1'
const WRONG_EVENT = /OtpVerifiedEvent.* is not assignable to (?:type|parameter of type) .*OtpFailedEvent/s
const NO_SUCH_MEMBER = /'phoneNumber' does not exist on type '\{ readonly token: string/
const NO_SITEKEY = /'sitekey' is missing/
const NO_THEME = /"blue"' is not assignable to type '"/

/** What each checker must name: the line of a mistake, and words for it. */
const MISTAKES: Record<Example, [line: RegExp, message: RegExp][]> = {
  plain: [
    [/getToken/, /'getToken' does not exist on type 'OtpVerify'/],
    [/siteKey/, /Did you mean 'sitekey'\?/],
    [/required = 'yes'/, /'string' is not assignable to type 'boolean'/],
    [/'verified', handleFailed/, WRONG_EVENT],
    [/phoneNumber/, NO_SUCH_MEMBER],
  ],
  vue: [
    [/^<otp-verify theme="dark"/, NO_SITEKEY],
    [/theme="blue"/, NO_THEME],
    [/token-nonse/, /Did you mean to write 'tokenNonce'\?/],
    [/:readonly-phone="false"/, /'false' is not assignable to type 'true'/],
    [/@verified="handleFailed"/, WRONG_EVENT],
    [/phoneNumber/, NO_SUCH_MEMBER],
    [/@verifyed/, /Did you mean to write 'onVerified'\?/],
  ],
  svelte: [
    [/^<otp-verify theme="dark"/, NO_SITEKEY],
    [/theme="blue"/, NO_THEME],
    [/token-nonse/, /'"token-nonse"' does not exist in type/],
    [/readonly-phone=\{false\}/, /'false' is not assignable to type 'true'/],
    [/onverified=\{handleFailed\}/, WRONG_EVENT],
    [/phoneNumber/, NO_SUCH_MEMBER],
    [/onverifyed/, /'"onverifyed"' does not exist in type/],
  ],
  solid: [
    [/^<otp-verify theme="dark"/, NO_SITEKEY],
    [/theme="blue"/, NO_THEME],
    [/tokenNonce/, /Did you mean '"token-nonce"'\?/],
    [/readonly-phone="no"/, /'string' is not assignable to type 'boolean/],
    [/on:verified=\{handleFailed\}/, WRONG_EVENT],
    [/phoneNumber/, NO_SUCH_MEMBER],
    [/on:verifyed/, /Did you mean '"on:verified"'\?/],
  ],
}

const EXAMPLES = Object.keys(MISTAKES) as Example[]
const FRAMEWORKS = EXAMPLES.filter((example) => example !== 'plain')

let checked: Map<Example, ReturnType<typeof check>>
let folder: string
let pages: Server
let address: string
let stack: Stack
let browser: Browser

beforeAll(async () => {
  installExamples()
  folder = await mkdtemp(join(tmpdir(), 'otp-verify-templates-'))
  pages = createServer(
    (request, response) =>
      void answer(request).then(
        ([type, body]) => response.setHeader('Content-Type', type).end(body),
        () => response.writeHead(404).end(),
      ),
  ).listen(0, '127.0.0.1')
  await once(pages, 'listening')
  address = `http://127.0.0.1:${(pages.address() as AddressInfo).port}`
  ;[stack, browser] = await Promise.all([startStack({ origins: [address] }), launchBrowser()])
  await Promise.all(FRAMEWORKS.map((example) => bundle(example, join(folder, example), stack.server)))
  checked = new Map(EXAMPLES.map((example) => [example, check(example)]))
}, SETUP_PATIENCE)

afterAll(async () => {
  await Promise.allSettled(checked.values())
  await browser.close()
  await stack.stop()
  pages.close()
  await rm(folder, { recursive: true })
})

/** The pages of the examples, with the backend that they expect. */
async function answer(request: IncomingMessage): Promise<[type: string, body: string]> {
  const { pathname } = new URL(request.url!, address)
  if (pathname === '/nonce') return ['text/plain', NONCE]
  if (pathname === '/signup') {
    const verifier = createVerifier({ issuer: stack.server, audience: 'demo' })
    const claims = await verifier.verify(await text(request), { nonce: NONCE, action: 'signup' })
    return ['text/plain', `Welcome, ${claims.phone_number}!`]
  }
  const file = pathname.endsWith('/') ? `${pathname}index.html` : pathname
  const type = file.endsWith('.js') ? 'text/javascript' : 'text/html'
  return [type, await readFile(join(folder, file), 'utf8')]
}

describe('the checker', () => {
  it.each(EXAMPLES)(
    'of %s has nothing against the example, and names each mistake on its line',
    { timeout: SETUP_PATIENCE },
    async (example) => {
      const { complaints } = await checked.get(example)!
      expect(complaints).toEqual(
        MISTAKES[example].map(([line, message]) => ({
          file: expect.stringMatching(/mistakes\.\w+$/i),
          line: expect.stringMatching(line),
          message: expect.stringMatching(message),
        })),
      )
    },
  )

  it('reads no framework for a page without one', { timeout: SETUP_PATIENCE }, async () => {
    const { output } = await checked.get('plain')!
    expect(output).toMatch(/otp-verify\/dist\/widget\/index\.d\.ts$/m)
    expect(output).not.toMatch(/node_modules\/(?:@types\/react|react|@?vue|svelte|solid-js)\//)
  })
})

describe.each(FRAMEWORKS)('the example for %s', (example) => {
  it('tells its handler the token, and signs up with what the element’s method gives', async () => {
    const visit = await visitShop(browser, { shop: `${address}/${example}/`, server: stack.server })
    const number = `+1202555${7000 + FRAMEWORKS.indexOf(example)}`
    const element = visit.page.getByTestId('proof')
    await visit.page.getByLabel('Dark').check()
    await visit.page.locator('otp-verify[theme=dark]').waitFor()
    await visit.sees('Where can we reach you?')
    await visit.enterNumber('1')
    await visit.sendCode()
    await visit.sees('invalid_phone_number')
    await visit.enterNumber(number)
    await visit.sendCode()
    await visit.enterCode((await stack.message(number)).pin)
    const told = visit.page.locator('output', { hasText: /^ey/ })
    expect(await told.textContent()).toBe(await element.evaluate((node) => (node as HTMLInputElement).value))
    await visit.press('Sign up')
    await visit.sees(`Welcome, ${number}!`)
    await close(visit)
  })

  it('fills in a number that the page knows, and keeps it', async () => {
    const query = `?phone=${encodeURIComponent('+12025550123')}`
    const visit = await visitShop(browser, { shop: `${address}/${example}/`, server: stack.server }, query)
    const field = visit.page.locator('otp-verify input[autocomplete="tel"][readonly]')
    await expect.poll(() => field.inputValue()).toBe('2025550123')
    await close(visit)
  })
})

/** Ends a visit of which nobody but Lit has complained, whose development build has much to say. */
async function close({ complaints, close }: Visit): Promise<void> {
  expect(complaints.filter((complaint) => !complaint.includes('https://lit.dev/msg/'))).toEqual([])
  await close()
}
