/** A phone of the middle class: how many times slower it is, and Lighthouse's slow 4G, in bytes a second. */
const SLOWER = 4
const SLOW_4G = {
  ...{ offline: false, latency: 150 },
  ...{ downloadThroughput: 1_600_000 / 8, uploadThroughput: 750_000 / 8 },
}

/** Notes, in the page, when the field can be used, and what happened to a visitor looking at the page meanwhile. */
function watch({ host, field }) {
  const { document, PerformanceObserver, requestAnimationFrame } = globalThis
  const seen = (globalThis.seen = { shift: 0, longest: 0 })
  const observe = (type, note) =>
    new PerformanceObserver((list) => list.getEntries().forEach(note)).observe({ type, buffered: true })
  observe('layout-shift', ({ value }) => (seen.shift += value))
  observe('longtask', ({ duration }) => (seen.longest = Math.max(seen.longest, duration)))
  requestAnimationFrame(function look() {
    const owner = document.querySelector(host)
    const found = owner?.shadowRoot?.querySelector(field) ?? owner?.querySelector(field)
    if (found?.checkVisibility() && !found.disabled) seen.usable = performance.now()
    else requestAnimationFrame(look)
  })
}

/** Adds up what a page fetches beside itself. */
function countDownloads(session) {
  const downloads = { requests: 0, bytes: 0 }
  const ids = new Set()
  session.on('Network.requestWillBeSent', ({ requestId, type, request }) => {
    if (type === 'Document' || request.url.startsWith('data:')) return
    ids.add(requestId)
    downloads.requests++
  })
  session.on('Network.dataReceived', ({ requestId, encodedDataLength }) => {
    if (ids.has(requestId)) downloads.bytes += encodedDataLength
  })
  return downloads
}

/**
 * Has a visitor come to a page for the first time, on a slow phone, and use the field.
 *
 * @returns milliseconds until the field could be used, and of the longest task over 50, if any; milliseconds of CPU of the
 * page's own thread in scripts and in all; how far things jumped (Chromium's layout shift); requests, and bytes of bodies as
 * they travel
 */
export async function visit(browser, { address, host, field, typed }) {
  const context = await browser.newContext()
  try {
    const page = await context.newPage()
    await page.addInitScript(watch, { host, field })
    const session = await context.newCDPSession(page)
    await session.send('Network.enable')
    await session.send('Performance.enable', { timeDomain: 'threadTicks' })
    await session.send('Network.emulateNetworkConditions', SLOW_4G)
    await session.send('Emulation.setCPUThrottlingRate', { rate: SLOWER })
    const downloads = countDownloads(session)
    await page.goto(address, { waitUntil: 'networkidle' })
    const { metrics } = await session.send('Performance.getMetrics')
    // Not by the page's own `evaluate()`, which brings a script of Playwright's with it: a long task by itself.
    const { result } = await session.send('Runtime.evaluate', { expression: 'seen', returnByValue: true })
    const spent = (figure) => metrics.find(({ name }) => name === figure).value * 1000
    const cpu = { script: spent('ScriptDuration'), thread: spent('TaskDuration') }
    const figures = { ...result.value, ...cpu, ...downloads }
    await use(page, page.locator(`${host} ${field}`).first(), typed)
    return figures
  } finally {
    await context.close()
  }
}

/** Waits until a key that is pressed in the field does something; in vain where the field only looks usable. */
async function use(page, field, typed) {
  await field.evaluate((input) => {
    const effect = input.type === 'checkbox' ? 'click' : 'input'
    input.addEventListener(effect, (event) => (globalThis.seen.used = event.isTrusted))
  })
  await field.focus()
  await page.keyboard.press(typed)
  await page.waitForFunction(() => globalThis.seen.used)
}
