import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Browser } from 'playwright-core'
import { PATHS } from '../../contract/index.js'
import { startStack, type SiteSettings, type Stack } from './stack.js'
import { visitShop, wrongCode, type Visit } from './visit.js'

/** A page of the test's own: what it says, and under which policies. */
export interface PageText {
  head?: string
  body: string
  /** Its Content-Security-Policy. */
  policy?: string
  /** Its Integrity-Policy. */
  integrityPolicy?: string
}

/** The built server, and pages of the test's own on an origin that the server knows. */
export interface OwnPages {
  stack: Stack
  /** The script tag of the version that stays for good, pinned by its hash, and that hash. */
  pinned: { tag: string; hash: string }
  /** The plain script tag. */
  script: string
  open(browser: Browser, text: PageText): Promise<Visit>
  stop(): Promise<void>
}

/** Starts both. */
export async function startOwnPages(settings: SiteSettings = {}): Promise<OwnPages> {
  let text: PageText = { body: '' }
  const server = createServer((request, response) => {
    response.setHeader('Content-Type', 'text/html; charset=utf-8')
    if (text.policy) response.setHeader('Content-Security-Policy', text.policy)
    if (text.integrityPolicy) response.setHeader('Integrity-Policy', text.integrityPolicy)
    const { head, body } = request.url === '/' ? text : { head: '', body: '<h1>Another page</h1>' }
    response.end(`<!doctype html><html lang="en"><title>A page</title><link rel="icon" href="data:,">
      ${head ?? ''}<body>${body}`)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const shop = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const stack = await startStack({ ...settings, origins: [shop] })
  const { files } = (await (await fetch(stack.server + PATHS.integrity)).json()) as {
    files: Record<string, string>
  }
  const [path, hash] = Object.entries(files).find(([name]) => name !== PATHS.script)!
  return {
    stack,
    pinned: {
      hash,
      tag: `<script src="${stack.server}${path}" integrity="${hash}" crossorigin="anonymous" defer></script>`,
    },
    script: `<script src="${stack.server}${PATHS.script}" defer></script>`,
    open(browser, its) {
      text = its
      return visitShop(browser, { shop, server: stack.server })
    },
    async stop() {
      server.close()
      server.closeAllConnections()
      await stack.stop()
    },
  }
}

/** The element, required in a form. */
export const FORM =
  '<form><otp-verify sitekey="demo" initial-country="US" required></otp-verify><button>Sign up</button></form>'

/** A visitor who goes from a number to its proof, with one mistake on the way. */
export async function proveNumber(visit: Visit, stack: Stack, number: string, words: Words): Promise<void> {
  await visit.enterNumber(number)
  await visit.sendCode()
  const { pin } = await stack.message(number)
  await visit.enterCode(wrongCode(pin))
  await visit.sees(words.errors.code_incorrect)
  await visit.enterCode(pin)
  await visit.sees(words.verified)
}

interface Words {
  errors: { code_incorrect: string }
  verified: string
}
