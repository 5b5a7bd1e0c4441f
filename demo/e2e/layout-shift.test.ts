import { readFile } from 'node:fs/promises'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { PATHS } from '../../contract/index.js'
import { FORM, startOwnPages, type OwnPages } from './own-page.js'
import { launchBrowser, type Visit } from './visit.js'

let pages: OwnPages
let browser: Browser
/** The style sheet that keeps the element's place, as docs/looks.md has it. */
let place: string

beforeAll(async () => {
  ;[pages, browser] = await Promise.all([startOwnPages(), launchBrowser()])
  const page = await readFile(new URL('../../docs/looks.md', import.meta.url), 'utf8')
  place = /```css\n(otp-verify:not[^`]+)```/.exec(page)![1]!
})
afterAll(async () => {
  await browser.close()
  await pages.stop()
})

/** How far things jump on a page that has long been seen when the script arrives. */
async function shiftOf({ page, sees }: Visit, language: string): Promise<number> {
  await page.evaluate((lang) => (document.documentElement.lang = lang), language)
  await page.waitForFunction(() => performance.getEntriesByName('first-contentful-paint').length > 0)
  await page.addScriptTag({ url: pages.stack.server + PATHS.script })
  await sees('+1')
  return page.evaluate(async () => {
    const seen: PerformanceEntry[] = []
    const observer = new PerformanceObserver((list) => seen.push(...list.getEntries()))
    observer.observe({ type: 'layout-shift', buffered: true })
    // What moves in one frame is reported after it.
    for (let frame = 0; frame < 3; frame++) await new Promise(requestAnimationFrame)
    await new Promise((resolve) => setTimeout(resolve))
    return seen.reduce((sum, entry) => sum + (entry as PerformanceEntry & { value: number }).value, 0)
  })
}

const open = (css: string) =>
  pages.open(browser, { head: `<style>${css}</style>`, body: `${FORM}<p>By signing up you agree.</p>` })

describe('on a page that keeps its place, the element moves nothing when it arrives', () => {
  it.each(
    ['12px', '16px', '20px'].flatMap((size) => ['en', 'de', 'ar', 'th'].map((lang) => [size, lang] as const)),
  )('with type of %s, in %s', async (size, language) => {
    const visit = await open(`${place} body { font-size: ${size} }`)
    expect(await shiftOf(visit, language)).toBe(0)
    await visit.close()
  })

  it('and would move it on another', async () => {
    const visit = await open('')
    expect(await shiftOf(visit, 'en')).toBeGreaterThan(0)
    await visit.close()
  })
})
