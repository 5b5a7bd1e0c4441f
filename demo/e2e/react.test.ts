import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type { Browser, Page } from 'playwright-core'
import { build, type InlineConfig } from 'vite'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { numberingPlan } from '../../server/phone-number/numbering-plan.js'
import { DEFAULT_NUMBER_TYPES } from '../../server/phone-number/phone-number.js'
import { de } from '../../widget/locales/de.js'
import { en } from '../../widget/locales/en.js'
import { site } from '../../widget/test/made-answers.js'
import { launchBrowser } from './visit.js'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const REACT_18 = join(ROOT, 'demo/e2e/react/react-18')

const SITE = site({ countries: ['US'], callingCodes: { US: '1' }, initialCountry: 'US' })
const PLAN = numberingPlan('1', { countries: new Set(SITE.countries), types: DEFAULT_NUMBER_TYPES })

let browser: Browser

beforeAll(async () => {
  browser = await launchBrowser()
})

afterAll(() => browser.close())

describe.each([
  ['18', REACT_18],
  ['19', ROOT],
])('<OtpVerify> with React %s, in React’s development build', (version, home) => {
  let folder: string
  let server: Server
  let address: string
  let markup: string
  let page: Page
  let complaints: string[]

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'otp-verify-react-'))
    if (!existsSync(join(home, 'node_modules/react'))) install(home)
    await bundle('in-browser', folder, home, { target: 'es2022' })
    await bundle('on-server', folder, home, { ssr: true })
    server = createServer(
      (request, response) =>
        void answer(request.url!).then(
          ([type, body]) => response.setHeader('Content-Type', type).end(body),
          () => response.writeHead(404).end(),
        ),
    ).listen(0, '127.0.0.1')
    await once(server, 'listening')
    address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const onServer = (await import(pathToFileURL(join(folder, 'on-server.js')).href)) as {
      render: (server: string) => string
    }
    markup = onServer.render(address)
  })

  afterAll(async () => {
    server.close()
    await rm(folder, { recursive: true })
  })

  async function answer(url: string): Promise<[type: string, body: string]> {
    const { pathname, searchParams } = new URL(url, address)
    if (pathname === '/v1/sites/shop') return ['application/json', JSON.stringify(SITE)]
    if (pathname === '/v1/sites/shop/numbering-plans/1') return ['application/json', JSON.stringify(PLAN)]
    if (pathname !== '/') return ['text/javascript', await readFile(join(folder, pathname), 'utf8')]
    const content = searchParams.has('empty') ? '' : markup
    const lang = searchParams.get('lang') ?? 'en'
    const head = `<!doctype html><html lang="${lang}"><title>Page</title><link rel="icon" href="data:,">`
    return [
      'text/html',
      `${head}<div id="root">${content}</div><script type="module" src="/in-browser.js"></script>`,
    ]
  }

  beforeEach(async () => {
    page = await browser.newPage()
    complaints = []
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) complaints.push(message.text())
    })
    page.on('pageerror', (error) => complaints.push(String(error)))
  })

  afterEach(async () => {
    expect(complaints).toEqual([])
    await page.close()
  })

  const open = async (query = '') => {
    await page.goto(`${address}/${query}`)
    await page.locator('output', { hasText: '1' }).waitFor()
  }

  it('renders the tag with its attributes and children on a server, and the server’s address never as one', () => {
    expect(markup).toMatch(/<otp-verify [^>]*><b slot="intro">Say who you are<\/b><\/otp-verify>/)
    const [tag] = /<otp-verify [^>]*>/.exec(markup)!
    for (const attribute of [
      'sitekey="shop"',
      'token-nonce="nonce-of-the-visit"',
      'phone="+12025550123"',
      'required=""',
      'class="wide"',
      'data-callback="numberVerified"',
    ]) {
      expect(tag).toContain(attribute)
    }
    expect(tag).not.toMatch(/disabled|server|127\.0\.0\.1/)
  })

  it.each([
    ['takes over what a server rendered', ''],
    ['takes it over when the element was there before React', '?early'],
    ['renders in the browser alone', '?empty'],
    ['renders in the browser alone when the element was there before', '?empty&early'],
  ])('%s, without a word on the console, and the element works', async (_title, query) => {
    await open(query)
    await page.locator('otp-verify input[autocomplete="tel"]').waitFor()
    expect(await page.locator('otp-verify input[autocomplete="tel"]').inputValue()).toContain('202')
    expect(await page.getByText('Say who you are').evaluate((node) => node.assignedSlot?.name)).toBe('intro')
    expect(await page.locator('otp-verify').getAttribute('server')).toBeNull()
  })

  it.each(['?lang=de', '?lang=de&empty'])('speaks the language of the page: %s', async (query) => {
    await open(query)
    await page.locator('otp-verify').getByRole('button', { name: de.send }).waitFor()
  })

  it('hands over the events of the element, typed and to the latest callback', async () => {
    await open()
    expect(await page.evaluate(() => told)).toEqual(['ready, otp-verify at 0'])
    await page.evaluate(() => setProps({ phone: '' }))
    await page.locator('otp-verify input[autocomplete="tel"]').press('Enter')
    await expect.poll(() => page.evaluate(() => told.at(-1))).toBe('failed: invalid_phone_number')
    await page.evaluate(() => setProps({ onReady: () => told.push('another callback') }))
    await page.locator('otp-verify').evaluate((element) => element.dispatchEvent(new Event('ready')))
    await expect.poll(() => page.evaluate(() => told.at(-1))).toBe('another callback')
  })

  // React 18 has nothing that hides a part of a page.
  const itHides = version === '18' ? () => {} : it

  itHides('hands them over while React hides the element, and again when it is shown', async () => {
    await open('?empty&hideable')
    const dispatch = () =>
      page.locator('otp-verify').evaluate((element) => element.dispatchEvent(new Event('ready')))
    const count = () => page.evaluate(() => told.length)
    await page.evaluate(() => setHidden(true))
    await page.locator('otp-verify').waitFor({ state: 'hidden' })
    await dispatch()
    await expect.poll(count).toBe(2)
    await page.evaluate(() => setHidden(false))
    await page.locator('otp-verify').waitFor({ state: 'visible' })
    await dispatch()
    await expect.poll(count).toBe(3)
  })

  itHides(
    'says that it is ready where it began hidden, once it is shown, if its server is a prop',
    async () => {
      await page.goto(`${address}/?empty&early&hideable=hidden`)
      await page.locator('otp-verify').waitFor({ state: 'attached' })
      await page.evaluate(() => setHidden(false))
      await expect.poll(() => page.evaluate(() => told)).toEqual(['ready, otp-verify at 0'])
    },
  )

  it('asks the latest `ticket` that it was given for a start ticket, which never becomes an attribute (SR-E10)', async () => {
    await open()
    const tickets: unknown[] = []
    await page.route('**/v1/verifications', (route) => {
      tickets.push((route.request().postDataJSON() as { ticket?: string }).ticket)
      return route.fulfill({ status: 403, json: { code: 'ticket_invalid' } })
    })
    const button = page.locator('otp-verify').getByRole('button', { name: en.send })
    await page.evaluate(() => setProps({ ticket: () => Promise.resolve('the first') }))
    await page.evaluate(() => setProps({ ticket: () => 'the second' }))
    await button.click()
    await expect.poll(() => page.evaluate(() => told.at(-1))).toBe('failed: ticket_invalid')
    expect(tickets).toEqual(['the second'])
    expect(await page.locator('otp-verify').getAttribute('ticket')).toBeNull()
    // Browsers say of a refused call that it was one.
    expect(complaints.splice(0).join()).toMatch(/^Failed to load resource: [^,]* 403 [^,]*$/)
  })

  it('follows its props, takes away what is no longer said, and keeps what was typed', async () => {
    await open()
    const element = page.locator('otp-verify')
    const attribute = (name: string) => element.getAttribute(name)
    await page.locator('otp-verify input[autocomplete="tel"]').fill('+12025559999')
    await page.evaluate(() =>
      setProps({ required: false, theme: 'dark', className: 'narrow', action: 'signup' }),
    )
    await expect.poll(() => attribute('class')).toBe('narrow')
    expect(await attribute('required')).toBeNull()
    expect(await attribute('theme')).toBe('dark')
    expect(await attribute('action')).toBe('signup')
    await page.evaluate(() => setProps({ disabled: true, className: undefined, hidden: true }))
    await expect.poll(() => attribute('disabled')).toBe('')
    expect(await attribute('hidden')).toBe('')
    for (const gone of ['class', 'action']) expect(await attribute(gone)).toBeNull()
    expect(await attribute('required')).toBe('')
    expect(await page.locator('otp-verify input[autocomplete="tel"]').inputValue()).toMatch(/9999$/)
    await page.evaluate(() => setProps({ hidden: false }))
    await expect.poll(() => attribute('hidden')).toBeNull()
  })
})

/** Installs what a package-lock.json of the tests asks for. */
function install(folder: string): void {
  console.log(`Installing ${folder} (npm ci) …`)
  execFileSync('npm', ['ci'], { cwd: folder, stdio: 'ignore', shell: process.platform === 'win32' })
}

/** Bundles a file of the page as an application would, with the development build of the React in `home`. */
async function bundle(
  name: string,
  outDir: string,
  home: string,
  options: InlineConfig['build'],
): Promise<void> {
  const entry = join(ROOT, `demo/e2e/react/${name}.ts`)
  const alias = ['react', 'react-dom', 'scheduler'].map((find) => ({
    find: new RegExp(`^${find}(?=$|/)`),
    replacement: join(home, 'node_modules', find),
  }))
  await build({
    configFile: false,
    logLevel: 'error',
    mode: 'development',
    define: { 'process.env.NODE_ENV': '"development"' },
    // Not Lit's development build, which writes to the console.
    resolve: { alias, conditions: ['browser', 'production', 'import', 'default'] },
    ssr: { noExternal: true },
    build: {
      outDir,
      emptyOutDir: false,
      minify: false,
      ...options,
      rolldownOptions: { input: entry, output: { entryFileNames: `${name}.js`, format: 'es' } },
    },
  })
}
