import { createChallenge } from 'altcha-lib'
import { deriveKey } from 'altcha-lib/algorithms/pbkdf2'
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { PATHS, type AltchaChallenge, type Problem } from '../../contract/index.js'
import { answerOf, solved } from '../../server/challenge/test/solve.js'
import { en } from '../../widget/locales/en.js'
import { startStack, type Stack } from './stack.js'
import { launchBrowser, visitShop, type Visit } from './visit.js'

let stack: Stack
let browser: Browser
let visit: Visit
let networks = 0
let ranges = 0

beforeAll(async () => {
  ;[stack, browser] = await Promise.all([
    startStack({ guard: 'enforce' }, { trustProxy: ['1'] }),
    launchBrowser(),
  ])
})

afterAll(async () => {
  await browser.close()
  await stack.stop()
})

beforeEach(() => openShop())
afterEach(() => visit.close())

/** An address of a network that nobody else is in. */
const somewhere = () => ({ 'X-Forwarded-For': `2001:db8:${(++networks).toString(16)}::1` })

/** A number of an operator that has no credit left. Each number that is proven brings some, so it is used up every time. */
async function numberWithoutCredit(): Promise<string> {
  for (;;) {
    const number = `+1202${200 + ranges++}0123`
    if ((await startFromElsewhere(number)) === 'challenge_required') return number
  }
}

/** Asks for a code, not as the visitor. Resolves with what is wrong. */
async function startFromElsewhere(phoneNumber: string): Promise<string | undefined> {
  const answer = await fetch(stack.server + PATHS.start, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Origin: stack.shop, ...somewhere() },
    body: JSON.stringify({ sitekey: 'demo', phoneNumber }),
  })
  return ((await answer.json()) as Partial<Problem>).code
}

/** Opens the shop as a visitor of an address of its own; `rules` make its policy stricter than it is. */
async function openShop(rules?: string): Promise<void> {
  visit = await visitShop(browser, stack)
  const address = somewhere()
  // In the place of the proxy, which would say where a visitor comes from.
  await visit.page.route(`${stack.server}/v1/**`, (route) =>
    route.continue({ headers: { ...route.request().headers(), ...address } }),
  )
  if (rules) await visit.page.addInitScript(addPolicy, rules)
  await visit.page.reload()
}

/** Adds a second policy to the page before any of its scripts runs: only what both allow is allowed. */
function addPolicy(rules: string): void {
  const meta = document.createElement('meta')
  meta.httpEquiv = 'Content-Security-Policy'
  meta.content = rules
  new MutationObserver((_, observer) => {
    if (!document.head) return
    document.head.prepend(meta)
    observer.disconnect()
  }).observe(document, { childList: true, subtree: true })
}

/** What the page's policy objected to. */
const violations = () => visit.complaints.filter((complaint) => complaint.startsWith('policy violated:'))

async function readCode(number: string): Promise<void> {
  await visit.enterCode((await stack.message(number)).pin)
  await visit.sees(en.verified)
}

describe('where credit has run dry, over what was built', () => {
  it('solves a challenge without the visitor, is sent a code and signs up (SR-K03, SR-K14)', async () => {
    const number = await numberWithoutCredit()
    const asked: string[] = []
    const workers: string[] = []
    visit.context.on('request', (request) => asked.push(request.url()))
    visit.page.on('worker', (worker) => workers.push(worker.url()))
    await visit.enterNumber(number)
    await visit.sendCode()
    await readCode(number)
    await visit.signUp()
    await visit.sees(number)
    expect(asked.filter((url) => url === stack.server + PATHS.challenges)).toHaveLength(1)
    expect(asked.filter((url) => url === stack.server + PATHS.start)).toHaveLength(2)
    expect(workers).toEqual([expect.stringMatching(/^blob:/)])
    const network = asked.filter((url) => !url.startsWith('blob:')).map((url) => new URL(url).origin)
    expect([...new Set(network)].sort()).toEqual([stack.server, stack.shop].sort())
    expect(await stack.messages(number)).toHaveLength(1)
    expect(visit.complaints).toEqual([])
  })

  it('is done by keyboard alone (SR-K15)', async () => {
    const number = await numberWithoutCredit()
    const { keyboard } = visit.page
    // Nobody can choose a country, nor tab past it, before the site is known.
    await visit.page.getByLabel(en.country).waitFor()
    await visit.page.locator('input[name="email"]').focus()
    await keyboard.press('Tab')
    await keyboard.press('Tab')
    await keyboard.type(number)
    await keyboard.press('Enter')
    const { pin } = await stack.message(number)
    await visit.page.locator('otp-verify:state(code)').waitFor()
    await keyboard.type(pin)
    await visit.sees(en.verified)
    expect(visit.complaints).toEqual([])
  })

  it.each(['a worker', 'the page'])(
    'works in %s of a phone that is six times slower, which takes every key meanwhile (SR-K15)',
    async (where) => {
      const { page } = visit
      if (where === 'the page') {
        await page.addInitScript(() => Object.assign(window, { Worker: undefined }))
        await page.reload()
      }
      const number = await numberWithoutCredit()
      await slowDown(visit)
      const meanwhile = await countKeysDuring(page, en.challenge.browser)
      await visit.enterNumber(number)
      await visit.sendCode()
      const email = page.locator('input[name="email"]')
      await email.focus()
      let typed = ''
      for (; !(await page.locator('otp-verify:state(code)').isVisible()); typed += 'a')
        await page.keyboard.press('a', { delay: 50 })
      expect(await email.inputValue()).toBe(typed.slice(0, Number(await email.getAttribute('maxlength'))))
      expect(await meanwhile()).toBeGreaterThan(0)
      await readCode(number)
      expect(visit.complaints).toEqual([])
    },
  )

  it.each([
    [
      'that allows Lit’s policy of Trusted Types alone',
      'trusted-types lit-html',
      /^policy violated: trusted-types /,
    ],
    ['that allows no workers', "worker-src 'none'", /^policy violated: worker-src blob/],
  ])(
    'works in a strict page %s, at the price of one report (SR-H02, SR-K15)',
    async (_page, rules, violated) => {
      await visit.close()
      await openShop(rules)
      const number = await numberWithoutCredit()
      await visit.enterNumber(number)
      await visit.sendCode()
      await readCode(number)
      await visit.signUp()
      await visit.sees(number)
      expect(violations()).toEqual([expect.stringMatching(violated)])
    },
  )

  it('offers another way where no challenge helps, and leads there by keyboard (SR-K09)', async () => {
    for (let n = 0; n < 3; n++) await startFromElsewhere(`+1203255010${n}`)
    const { page } = visit
    const told = fallbacksOf(page)
    await visit.enterNumber('+12032550177')
    await visit.sendCode()
    await visit.sees(en.errors.cannot_send)
    await visit.sees(en.fallback.given)
    const link = page.locator('otp-verify [slot=fallback]')
    await page.locator('otp-verify input[autocomplete="tel"]').focus()
    await page.keyboard.press('Tab')
    await page.keyboard.press('Tab')
    expect(await link.evaluate((element) => element === document.activeElement)).toBe(true)
    expect(await told).toEqual({ code: 'cannot_send' })
    expect(await stack.messages('+12032550177')).toHaveLength(0)
    expect(visit.complaints).toEqual([])

    const number = await numberWithoutCredit()
    await visit.enterNumber(number)
    await visit.sendCode()
    await readCode(number)
    expect(await link.isVisible()).toBe(false)
  })
})

/**
 * Makes a visitor's machine six times slower: its pages' threads, and each try of a challenge. Chromium slows down nothing
 * of those, so each is as dear as six, with as many of them; the server gets the solution of its own challenge.
 */
async function slowDown({ page, context }: Visit): Promise<void> {
  const throttle = await context.newCDPSession(page)
  await throttle.send('Emulation.setCPUThrottlingRate', { rate: 6 })
  let solution: string
  await page.route(stack.server + PATHS.challenges, async (route) => {
    const response = await route.fetch({ headers: { ...route.request().headers(), ...somewhere() } })
    const challenge = (await response.json()) as AltchaChallenge
    const answer = await solved(challenge)
    solution = answerOf(answer)
    const { counter } = answer.solution
    const { algorithm, cost } = challenge.parameters
    const secrets = { hmacSignatureSecret: 'of the twin', hmacKeySignatureSecret: 'another one' }
    const json = await createChallenge({ algorithm, cost: 6 * cost, counter, deriveKey, ...secrets })
    await route.fulfill({ response, json })
  })
  await page.route(stack.server + PATHS.start, async (route) => {
    const body = (route.request().postDataJSON() ?? {}) as { challenge?: string }
    return body.challenge ? route.fallback({ postData: { ...body, challenge: solution } }) : route.fallback()
  })
}

/** Counts the keys that reach a field of the page's own while the element says `message`. Resolves with how to read the count. */
async function countKeysDuring(page: Page, message: string): Promise<() => Promise<number>> {
  const count = await page.evaluateHandle((said) => {
    const counted = { keys: 0 }
    addEventListener('input', ({ target }) => {
      const { textContent } = document.querySelector('otp-verify [slot=phone-message]')!
      if ((target as HTMLInputElement).name === 'email' && textContent === said) counted.keys++
    })
    return counted
  }, message)
  return async () => (await count.jsonValue()).keys
}

/** The detail of the next event that says that there is no code to be had. */
function fallbacksOf(page: Page): Promise<unknown> {
  return page.evaluate(
    () =>
      new Promise((resolve) => {
        addEventListener('fallback', (event) => resolve((event as CustomEvent).detail))
      }),
  )
}
