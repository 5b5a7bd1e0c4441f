import type { Browser } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { PATHS } from '../../contract/index.js'
import { de } from '../../widget/locales/de.js'
import { en } from '../../widget/locales/en.js'
import { importSentences } from '../../widget/locales/modules.js'
import { TAGS } from '../../widget/locales/tags.js'
import { zhHant } from '../../widget/locales/zh-Hant.js'
import { startStack, type Stack } from './stack.js'
import { launchBrowser, visitShop, type Visit } from './visit.js'

let stack: Stack
let browser: Browser
let visit: Visit
/** Files of sentences that the page has asked for. */
let files: string[]

beforeAll(async () => {
  ;[stack, browser] = await Promise.all([startStack(), launchBrowser()])
})

afterAll(async () => {
  await browser.close()
  await stack.stop()
})

beforeEach(async () => {
  visit = await visitShop(browser, stack)
  files = []
  visit.page.on('request', (request) => {
    const path = new URL(request.url()).pathname
    if (path.startsWith(PATHS.locales)) files.push(path.slice(PATHS.locales.length + 1))
  })
})

afterEach(() => visit.close())

const speak = (language: string) =>
  visit.page.evaluate((lang) => (document.documentElement.lang = lang), language)

const FOLDER = `**${PATHS.locales}/*`

describe('the element on pages in other languages, as a script tag', () => {
  it('fetches nothing for English', async () => {
    await visit.page.reload()
    await visit.sees(en.send)
    await speak('en-AU')
    await visit.sees(en.send)
    expect(files).toEqual([])
  })

  it('fetches the sentences of a language once, and the list of their hashes', async () => {
    await speak('de-AT')
    await visit.sees(de.send)
    await visit.sees(de.phoneLabel)
    await speak('zh-TW')
    await visit.sees(zhHant.send)
    await speak('de')
    await visit.sees(de.send)
    expect(files).toEqual([
      expect.stringMatching(/^list-[A-Za-z0-9]{10}\.json$/),
      expect.stringMatching(/^de-[A-Za-z0-9]{10}\.json$/),
      expect.stringMatching(/^zh-Hant-[A-Za-z0-9]{10}\.json$/),
    ])
    expect(visit.complaints).toEqual([])
  })

  it.each(['list', 'de'])(
    'shows no words but those that the script was built with: %s (SR-J06)',
    async (file) => {
      const forged = { ...de, send: 'Code an uns schicken', de: 'sha256-anything' }
      await visit.page.route(`**${PATHS.locales}/${file}-*`, (route) =>
        route.fulfill({
          body: JSON.stringify(forged),
          headers: { 'Content-Type': 'application/json', 'Access-Control-Allow-Origin': '*' },
        }),
      )
      await speak('de')
      await expect.poll(() => visit.complaints.join()).toMatch(/integrity/)
      await visit.sees(en.send)
      expect(await visit.page.getByText(forged.send).count()).toBe(0)
    },
  )

  it('keeps its words back for a moment, and no longer', async () => {
    await visit.page.route(FOLDER, () => {})
    const send = visit.page.getByRole('button', { name: en.send })
    const colour = () => send.evaluate((button) => getComputedStyle(button).color)
    const shown = await colour()
    // Timers come in their order, however busy the machine is.
    const soon = await send.evaluate(async (button) => {
      document.documentElement.lang = 'de'
      await new Promise((resolve) => setTimeout(resolve, 100))
      return getComputedStyle(button).color
    })
    expect(soon).toBe('rgba(0, 0, 0, 0)')
    // Well before the call for those words is given up.
    await expect.poll(colour, { timeout: 7000 }).toBe(shown)
  })

  it('goes on in English where the server has no such file', async () => {
    await visit.page.route(FOLDER, (route) =>
      route.fulfill({ status: 404, body: '', headers: { 'Access-Control-Allow-Origin': '*' } }),
    )
    await speak('de')
    await expect.poll(() => files.length).toBe(1)
    await visit.sees(en.send)
    await visit.enterNumber('+12025559999')
    await visit.sendCode()
    await visit.sees(en.verify)
    // The browser tells of the file; the element has nothing to say.
    for (const text of visit.complaints)
      expect(text).toMatch(/^Failed to (?:load resource|find a valid digest)|^Fetch API cannot load/)
  })

  it.each(['list', 'de'])(
    'has what a bad connection lost, %s, with the visitor’s next step, and no part of it twice',
    async (lost) => {
      const pattern = `**${PATHS.locales}/${lost}-*`
      await visit.page.route(pattern, (route) => route.abort())
      await speak('de')
      await visit.sees(en.send)
      await expect.poll(() => visit.complaints.length).toBe(1)
      const asked = files.length
      await visit.page.unroute(pattern)
      await visit.enterNumber(`+120255599${asked}1`)
      await visit.sendCode()
      await visit.sees(de.verify)
      expect(files.slice(asked).map((file) => file.split('-')[0])).toEqual(
        lost === 'list' ? ['list', 'de'] : ['de'],
      )
    },
  )

  it('has room for every language on the narrowest phone, on both screens', async () => {
    await visit.page.setViewportSize({ width: 320, height: 700 })
    const clipped: string[] = []
    for (const tag of TAGS) {
      await speak(tag)
      await visit.sees((await importSentences(tag)).send)
      clipped.push(...(await clippedIn(tag)))
    }
    await speak('en')
    await visit.enterNumber('+12025559998')
    await visit.sendCode()
    await visit.sees(en.verify)
    for (const tag of TAGS) {
      await speak(tag)
      await visit.sees((await importSentences(tag)).verify)
      clipped.push(...(await clippedIn(tag)))
    }
    expect(clipped).toEqual([])
  })
})

/** What does not fit into its place, or sticks out of the page. */
async function clippedIn(tag: string): Promise<string[]> {
  const clipped = await visit.page.locator('otp-verify').evaluate((element) => {
    const parts = [...element.shadowRoot!.querySelectorAll<HTMLElement>('button, .row > *, .message, .root')]
    return [document.documentElement, ...parts, ...element.querySelectorAll<HTMLElement>('label')]
      .filter(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth + 1 && clientWidth > 0)
      .map((part) => `${part.tagName} ${part.className}: ${part.textContent.trim().slice(0, 60)}`)
  })
  return clipped.map((text) => `${tag} ${text}`)
}
