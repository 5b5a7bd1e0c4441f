import type { Browser, BrowserContextOptions } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { playServer } from './played-server.js'
import { launchBrowser } from './visit.js'

let browser: Browser

beforeAll(async () => {
  browser = await launchBrowser()
})
afterAll(() => browser.close())

/** In which colours a number and a code are drawn that the browser filled in, on a dark surface in a light page. */
async function filledIn(preferences: BrowserContextOptions): Promise<Record<'number' | 'code', string>> {
  const played = await playServer(browser, preferences)
  const { page } = played
  const session = await page.context().newCDPSession(page)
  const drawn = async (kind: string) => {
    const selector = `otp-verify input[autocomplete=${kind}]`
    const { root } = await session.send('DOM.getDocument')
    const { nodeId } = await session.send('DOM.querySelector', { nodeId: root.nodeId, selector })
    await session.send('CSS.forcePseudoState', { nodeId, forcedPseudoClasses: ['autofill'] })
    return page.locator(selector).evaluate((input) => {
      if (!input.matches(':autofill')) throw new Error('It was not filled in.')
      return getComputedStyle(input).webkitTextFillColor
    })
  }
  try {
    await played.open({})
    await page.addStyleTag({ content: 'otp-verify { --otp-surface: #111; --otp-text: #fafafa }' })
    await session.send('DOM.enable')
    await session.send('CSS.enable')
    const number = await drawn('tel')
    await played.start()
    await played.reaches('code')
    return { number, code: await drawn('one-time-code') }
  } finally {
    await page.context().close()
  }
}

const NOT_DRAWN = 'rgba(0, 0, 0, 0)'

it('draws a number that the browser filled in in the colour of text, and a code in its boxes alone', async () => {
  expect(await filledIn({ colorScheme: 'light' })).toEqual({ number: 'rgb(250, 250, 250)', code: NOT_DRAWN })
})

it('draws it in the system’s colour where the visitor’s colours are forced', async () => {
  const colours = { forcedColors: 'active', colorScheme: 'light' } as const
  expect(await filledIn(colours)).toEqual({ number: 'rgb(0, 0, 0)', code: NOT_DRAWN })
})
