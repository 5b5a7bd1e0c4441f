import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Browser, Frame, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import { en } from '../../widget/locales/en.js'
import { FORM, startOwnPages, type OwnPages } from './own-page.js'
import { launchBrowser, type Visit } from './visit.js'

let pages: OwnPages
let browser: Browser
let stranger: Server
let visit: Visit

beforeAll(async () => {
  stranger = createServer((request, response) => {
    const framed = new URL(request.url ?? '/', 'http://stranger').searchParams.get('page')
    response.setHeader('Content-Type', 'text/html')
    response.end(`<!doctype html><title>A page of somebody else</title><iframe src="${framed}"></iframe>`)
  }).listen(0, '127.0.0.1')
  ;[pages, browser] = await Promise.all([startOwnPages(), launchBrowser(), once(stranger, 'listening')])
})
afterAll(async () => {
  await browser.close()
  stranger.close()
  await pages.stop()
})

/** The page of the site, in a browser that would read text messages, and tells how often it was asked to. */
beforeEach(async () => {
  visit = await pages.open(browser, { body: FORM + pages.script })
  await visit.context.addInitScript(() => {
    const view = globalThis as unknown as { OTPCredential: unknown; asked: number }
    Object.assign(view, { OTPCredential: class {}, asked: 0 })
    const get = () => new Promise(() => view.asked++)
    Object.defineProperty(navigator, 'credentials', { value: { get } })
  })
})
afterEach(() => visit.close())

const messagesAsked = (place: Page | Frame) =>
  place.evaluate(() => (globalThis as unknown as { asked: number }).asked)

async function sendCode(place: Page | Frame, number: string): Promise<void> {
  const field = place.locator('otp-verify input[autocomplete="tel"]')
  await field.fill(number)
  await field.press('Enter')
  await place.locator('otp-verify:state(code)').waitFor()
}

it('shows no form in a frame of another origin, and asks its server for nothing (SR-H08)', async () => {
  const page = await visit.context.newPage()
  const asked: string[] = []
  page.on('request', (request) => asked.push(new URL(request.url()).pathname))
  const shop = encodeURIComponent(visit.page.url())
  await page.goto(`http://127.0.0.1:${(stranger.address() as AddressInfo).port}/?page=${shop}`)
  const frame = page.frames()[1]!
  await frame.getByText(en.errors.origin_not_allowed).waitFor()
  const controls = frame.locator('otp-verify').locator('input, button, select, a')
  expect(await controls.filter({ visible: true }).count()).toBe(0)
  const { width, height } = (await frame.locator('otp-verify').boundingBox())!
  for (let place = 0; place < 20; place++) {
    const position = { x: ((place + 0.5) * width) / 20, y: height / 2 }
    await frame.locator('otp-verify').click({ position, force: true })
  }
  await page.keyboard.type('2025550177\n')
  expect(asked.filter((path) => path.startsWith('/v1/'))).toEqual([])
  expect(await pages.stack.requests()).toEqual([])
})

it('shows the form in a frame of its own origin, and lets the browser read no message there (SR-H08, SR-H12)', async () => {
  await visit.page.evaluate((srcdoc) => {
    const frame = document.createElement('iframe')
    frame.srcdoc = srcdoc
    document.body.replaceChildren(frame)
  }, FORM + pages.script)
  await visit.page.frameLocator('iframe').locator('otp-verify').waitFor()
  const frame = visit.page.frames()[1]!
  await sendCode(frame, '+12025550178')
  expect(await messagesAsked(frame)).toBe(0)
})

it('lets the browser read the message where it is not framed, so that the above says something (SR-H12)', async () => {
  await visit.page.reload()
  await sendCode(visit.page, '+12025550179')
  expect(await messagesAsked(visit.page)).toBe(1)
})
