import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { PATHS } from '../../contract/index.js'
import { servedCountries } from '../../server/phone-number/phone-number.js'
import { en } from '../../widget/locales/en.js'
import { FORM, startOwnPages, type OwnPages } from './own-page.js'
import { launchBrowser } from './visit.js'

/** What a page has fetched so far, beside itself. */
interface Downloads {
  /** Methods and paths, in their order; what browsers ask before a call to another origin included. */
  calls: string[]
  /** Bytes of bodies as they travel, compressed where they are; without headers. By call. */
  bytes: Record<string, number>
  /** What has begun and not ended. */
  underWay: Set<string>
}

/** Loads a page anew, with nothing in the browser's cache, and tells all that it fetches from then on. */
async function watchedReload(page: Page): Promise<Downloads> {
  const session = await page.context().newCDPSession(page)
  const downloads: Downloads = { calls: [], bytes: {}, underWay: new Set() }
  const names = new Map<string, string>()
  session.on('Network.requestWillBeSent', ({ requestId, type, request: { url, method } }) => {
    if (type === 'Document' || url.startsWith('data:')) return
    const name = `${method} ${new URL(url).pathname}`
    names.set(requestId, name)
    downloads.calls.push(name)
    downloads.bytes[name] = 0
    downloads.underWay.add(requestId)
  })
  session.on('Network.dataReceived', ({ requestId, encodedDataLength }) => {
    const name = names.get(requestId)
    if (name) downloads.bytes[name]! += encodedDataLength
  })
  session.on('Network.loadingFinished', ({ requestId }) => downloads.underWay.delete(requestId))
  await session.send('Network.enable')
  await session.send('Network.setCacheDisabled', { cacheDisabled: true })
  await page.reload({ waitUntil: 'networkidle' })
  return downloads
}

const SITE = `${PATHS.sites}/demo`
const UNTOUCHED = [`GET ${PATHS.script}`, `GET ${SITE}`]
const CALLS = [PATHS.start, PATHS.check].flatMap((path) => [`OPTIONS ${path}`, `POST ${path}`])

let browser: Browser
beforeAll(async () => {
  browser = await launchBrowser()
})
afterAll(() => browser.close())

// The number is of the country whose plan is the heaviest there. The aims for everything, with the script, are 20 and 34 kB;
// what the script weighs is in weight.test.ts.
describe.each([
  {
    ...{ served: 'ten countries', countries: 'AT CH DE ES FR GB HR IT PL US'.split(' '), limit: 2100 },
    visitor: { country: 'DE', code: '49', number: '+4915112345678' },
  },
  {
    ...{ served: 'all countries', countries: servedCountries(), limit: 4300 },
    visitor: { country: 'US', code: '1', number: '+12025550123' },
  },
])('at a site that serves $served', ({ countries, limit, visitor: { country, code, number } }) => {
  let pages: OwnPages
  beforeAll(async () => {
    pages = await startOwnPages({ countries: [...countries] })
  })
  afterAll(() => pages.stop())

  it('a visitor downloads little beside the script, and nothing for a number before touching the element (SR-J06)', async () => {
    const visit = await pages.open(browser, { head: pages.script, body: FORM.replace('US', country) })
    const { calls, bytes, underWay } = await watchedReload(visit.page)
    await visit.sees(`+${code}`)
    expect(calls).toEqual(UNTOUCHED)
    await visit.enterNumber(number)
    await visit.sendCode()
    const { pin } = await pages.stack.message(number)
    await visit.enterCode(pin)
    await visit.sees(en.verified)
    await expect.poll(() => underWay.size).toBe(0)
    // What is asked before a call may be noted before or after it.
    expect(calls.sort()).toEqual(
      [...UNTOUCHED, `GET ${SITE}${PATHS.numberingPlans}/${code}`, ...CALLS].sort(),
    )
    const all = Object.values(bytes).reduce((sum, more) => sum + more)
    const beside = all - bytes[UNTOUCHED[0]!]!
    expect(beside, `${all} bytes in all: ${JSON.stringify(bytes)}`).toBeLessThan(limit)
    expect(visit.complaints).toEqual([])
    await visit.close()
  })
})
