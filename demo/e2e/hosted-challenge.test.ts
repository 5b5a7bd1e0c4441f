import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Browser } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { PATHS } from '../../contract/index.js'
import { en } from '../../widget/locales/en.js'
import { startStack, type Stack } from './stack.js'
import { launchBrowser, visitShop, type Visit } from './visit.js'

const SCRIPTS = {
  turnstile: 'https://challenges.cloudflare.com/turnstile/v0/api.js?render=explicit',
  hcaptcha: 'https://js.hcaptcha.com/1/api.js?render=explicit',
} as const
type Kind = keyof typeof SCRIPTS

/** Does what theirs do as published: `render` fills a node and calls back, `remove` empties it. */
const scriptOf = (kind: Kind) => `{
  let shown
  window.${kind} = {
    render(node, options) {
      const button = document.createElement('button')
      button.type = 'button'
      button.textContent = 'I am human'
      button.onclick = () => options.callback('their.token')
      node.append(button)
      shown = node
      return 'w1'
    },
    remove(id) { if (id === 'w1') shown.replaceChildren() },
  }
}`

let page: Server
let shop: string
let policy: string
let nonce: string
let stack: Stack
let browser: Browser
let visit: Visit
let starts: Record<string, unknown>[]
let loaded: string[]

beforeAll(async () => {
  page = createServer((_, response) => {
    response.setHeader('Content-Type', 'text/html').setHeader('Content-Security-Policy', policy)
    response.end(`<!doctype html><html lang="en"><title>A page</title><link rel="icon" href="data:,">
      <script src="${stack.server}/otp-verify.js" nonce="${nonce}" defer></script>
      <otp-verify sitekey="demo" initial-country="US"><a slot="fallback" href="/">E-mail</a></otp-verify>`)
  }).listen(0, '127.0.0.1')
  await once(page, 'listening')
  shop = `http://127.0.0.1:${(page.address() as AddressInfo).port}`
  ;[stack, browser] = await Promise.all([startStack({ origins: [shop] }), launchBrowser()])
})

afterAll(async () => {
  page.close()
  await browser.close()
  await stack.stop()
})

beforeEach(() => {
  starts = []
  loaded = []
  nonce = ''
})
afterEach(() => visit.close())

/** A policy as strict as it can be with scripts from there. */
const policyWith = (scripts: string, rest = '') =>
  `default-src 'none'; script-src ${scripts}; connect-src ${stack.server}; img-src data:; ` +
  "require-trusted-types-for 'script'; trusted-types lit-html otp-verify; " +
  `base-uri 'none'; form-action 'self'; ${rest}`

/**
 * Opens the page, where starts are answered with a challenge of that kind. The server, which would ask the real ones about
 * the token, is played here; so are their scripts, and whatever else is asked for is not there.
 */
async function open(kind: Kind): Promise<void> {
  visit = await visitShop(browser, { shop, server: stack.server })
  const headers = { 'Access-Control-Allow-Origin': shop }
  await visit.context.route(/^https:/, (route) => {
    loaded.push(route.request().url())
    if (route.request().url() !== SCRIPTS[kind]) return route.abort()
    return route.fulfill({ contentType: 'text/javascript', body: scriptOf(kind) })
  })
  await visit.page.route(stack.server + PATHS.challenges, (route) =>
    route.fulfill({ headers, json: { type: kind, sitekey: 'their-key' } }),
  )
  await visit.page.route(stack.server + PATHS.start, (route) => {
    const body = route.request().postDataJSON() as Record<string, unknown>
    starts.push(body)
    const code = body['challenge'] ? 'cannot_send' : 'challenge_required'
    return route.fulfill({ headers, status: 403, json: { code } })
  })
}

async function start(): Promise<void> {
  await visit.enterNumber('+12025550123')
  await visit.sendCode()
}

async function solve(): Promise<void> {
  await start()
  await visit.sees(en.challenge.visitor)
  await visit.page.getByRole('button', { name: 'I am human' }).click()
  await visit.sees(en.errors.cannot_send)
  expect(starts.map((body) => body['challenge'])).toEqual([undefined, 'their.token'])
  expect(await visit.page.getByText('I am human').count()).toBe(0)
  expect(visit.complaints).toEqual([])
}

describe('somebody else’s challenge', () => {
  it.each(['turnstile', 'hcaptcha'] as const)(
    'of %s is loaded when it is asked for and not before, from its own address, under a strict policy (SR-H02)',
    async (kind) => {
      policy = policyWith(`${stack.server} ${new URL(SCRIPTS[kind]).origin}`)
      await open(kind)
      expect(loaded).toEqual([])
      await solve()
      expect(loaded).toEqual([SCRIPTS[kind]])
      starts = []
      await solve()
      expect(loaded).toEqual([SCRIPTS[kind]])
    },
  )

  it('is let in by the nonce of our own script (SR-H02)', async () => {
    nonce = 'bm9uY2U'
    policy = policyWith(`'nonce-${nonce}'`)
    await open('turnstile')
    await solve()
  })

  it.each([
    ['the policy does not let its script in', () => policyWith(stack.server)],
    [
      'the page’s Trusted Types do not know the element',
      () => policyWith(`${stack.server} ${new URL(SCRIPTS.turnstile).origin}`).replace(' otp-verify;', ';'),
    ],
  ])('fails honestly where %s, and the visitor has another way (SR-K09)', async (_where, its) => {
    policy = its()
    await open('turnstile')
    await start()
    await visit.sees(en.errors.challenge_failed)
    await visit.sees('E-mail')
    expect(loaded).toEqual([])
  })

  it('fails honestly where its script cannot be loaded, and is loaded at the next try (SR-K09)', async () => {
    policy = policyWith(`${stack.server} ${new URL(SCRIPTS.turnstile).origin}`)
    await open('turnstile')
    await visit.context.route(/^https:/, (route) => route.abort(), { times: 1 })
    await start()
    await visit.sees(en.errors.challenge_failed)
    expect(await visit.page.locator('script').count()).toBe(1)
    visit.complaints.length = 0
    starts = []
    await solve()
  })

  it('is not taken away with one that was still loading when the visitor began anew', async () => {
    policy = policyWith(`${stack.server} ${new URL(SCRIPTS.turnstile).origin}`)
    await open('turnstile')
    const { page } = visit
    let arrive = () => {}
    const held = new Promise<void>((resolve) => (arrive = resolve))
    await visit.context.route(/^https:/, (route) => held.then(() => route.fallback()), { times: 1 })
    await start()
    await visit.sees(en.challenge.visitor)
    await page
      .locator('otp-verify')
      .evaluate((element) => (element as HTMLInputElement & { reset(): void }).reset())
    starts = []
    await start()
    await visit.sees(en.challenge.visitor)
    arrive()
    await page.getByRole('button', { name: 'I am human' }).click()
    await visit.sees(en.errors.cannot_send)
    expect(starts.map((body) => body['challenge'])).toEqual([undefined, 'their.token'])
  })
})
