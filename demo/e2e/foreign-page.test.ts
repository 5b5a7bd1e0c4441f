import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { PATHS } from '../../contract/index.js'
import { startStack, type Stack } from './stack.js'
import { launchBrowser } from './visit.js'

let stack: Stack
let browser: Browser
let stranger: Server
let strangersPage: string

beforeAll(async () => {
  stack = await startStack()
  browser = await launchBrowser()
  stranger = createServer((_, response) => {
    response
      .setHeader('Content-Type', 'text/html')
      .end('<!doctype html><title>A page of somebody else</title>')
  }).listen(0, '127.0.0.1')
  await once(stranger, 'listening')
  strangersPage = `http://127.0.0.1:${(stranger.address() as AddressInfo).port}`
})

afterAll(async () => {
  stranger.close()
  await browser.close()
  await stack.stop()
})

const START = { sitekey: 'demo', phoneNumber: '+12025550177' }

/** What a page can try: the way our own element calls, and the ways that need no leave of the server. */
async function tryEverything({ address, start }: { address: string; start: object }): Promise<string[]> {
  const body = JSON.stringify(start)
  const attempts: RequestInit[] = [
    { headers: { 'Content-Type': 'application/json' } },
    { mode: 'no-cors', headers: { 'Content-Type': 'text/plain' } },
    { mode: 'no-cors', headers: { 'Content-Type': 'application/x-www-form-urlencoded' } },
    { mode: 'no-cors', credentials: 'include' },
  ]
  const outcomes: string[] = []
  for (const attempt of attempts) {
    const outcome = fetch(address, { method: 'POST', body, ...attempt }).then(
      (response) => response.type,
      () => 'blocked',
    )
    outcomes.push(await outcome)
  }
  return outcomes
}

describe('a page of somebody else', () => {
  it('sends no message, whatever its scripts try (SR-E03, SR-E06)', async () => {
    const page = await browser.newPage()
    await page.goto(strangersPage)
    const tried = await page.evaluate(tryEverything, { address: stack.server + PATHS.start, start: START })
    expect(tried).toEqual(['blocked', 'blocked', 'blocked', 'blocked'])
    expect(await stack.requests()).toEqual([])
    await page.close()
  })

  it('gains nothing from a sandboxed frame, whose origin is null (SR-E02)', async () => {
    const page = await browser.newPage()
    await page.goto(strangersPage)
    await page.evaluate(() => {
      const iframe = document.createElement('iframe')
      iframe.setAttribute('sandbox', 'allow-scripts')
      iframe.srcdoc = '<!doctype html><p>framed</p>'
      document.body.append(iframe)
    })
    await page.frameLocator('iframe').locator('p').waitFor()
    const frame = page.frames().at(-1)!
    expect(await frame.evaluate(() => self.origin)).toBe('null')
    const tried = await frame.evaluate(tryEverything, { address: stack.server + PATHS.start, start: START })
    expect(tried).toEqual(['blocked', 'blocked', 'blocked', 'blocked'])
    expect(await stack.requests()).toEqual([])
    await page.close()
  })

  it('sends a message from the site’s own page, so that the above says something', async () => {
    const page = await browser.newPage()
    await page.goto(stack.shop)
    const tried = await page.evaluate(tryEverything, { address: stack.server + PATHS.start, start: START })
    expect(tried[0]).toBe('cors')
    expect(await stack.messages(START.phoneNumber)).toHaveLength(1)
    await page.close()
  })
})
