// How long a phone works on a challenge, and what its visitor notices of that (SR-K15):
// `node bench/challenge-times.mjs` after a build, with a Chromium. The element solves challenges in a browser that is
// slowed down 4 and 6 times, in a worker and in the page, while somebody types. Chromium slows down the page's own thread
// and not those on which it derives keys; so each challenge is a twin of one that the server has set, with as many tries,
// of which each is 4 or 6 times as dear. `--count N` makes it fewer or more than 20 of each, `--json` prints the figures
// for programs. Ends with 1 when one is over its limit.
import { Buffer } from 'node:buffer'
import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { createChallenge, solveChallenge } from 'altcha-lib'
import { deriveKey } from 'altcha-lib/algorithms/pbkdf2'
import { PATHS } from '../dist/contract/index.js'
import { launchBrowser } from '../dist/demo/e2e/visit.js'
import { listen } from '../dist/server/http/listen.js'
import { parseOriginPattern } from '../dist/server/site/origin.js'
import { TestServer, testSite } from '../dist/server/test/harness.js'
import { median } from './medians.mjs'

const { values: options } = parseArgs({
  options: { count: { type: 'string', default: '20' }, json: { type: 'boolean', default: false } },
})
const COUNT = Number(options.count)

/** Milliseconds that the worst challenge may take at a slowness, and the worst key press until it is seen. */
const LIMITS = { solving: { 4: 2000, 6: 4000 }, key: 200 }

/** Milliseconds between two keys of a fast typist. */
const KEY_PAUSE = 100

const SCRIPT = '/otp-verify.js'
const FILES = {
  '/': [
    'text/html',
    `<!doctype html><title>Challenges</title><input id="typing"><otp-verify sitekey="shop"></otp-verify>
     <script src="${SCRIPT}"></script>`,
  ],
  [SCRIPT]: [
    'text/javascript',
    readFileSync(new URL('../dist/script/otp-verify.js', import.meta.url), 'utf8'),
  ],
}

const { Response } = globalThis
const running = {}
const listener = await listen({ fetch: answer }, '127.0.0.1', 0)
const address = `http://127.0.0.1:${listener.port}`
const origins = [parseOriginPattern(address, { insecureLoopback: true })]
running.server = await TestServer.start({ sites: [testSite({ origins, challenge: { kind: 'altcha' } })] })

/** The page, its script, and the server, which asks for a challenge as if credit had run dry. */
async function answer(request) {
  const { pathname } = new URL(request.url)
  const file = FILES[pathname]
  if (file) return new Response(file[1], { headers: { 'Content-Type': file[0] } })
  const { app } = running.server
  if (pathname === PATHS.challenges)
    return Response.json(await twinOf(await (await app.fetch(request)).json()))
  if (pathname !== PATHS.start) return app.fetch(request)
  const { challenge, ...body } = await request.json()
  if (!challenge) return Response.json({ code: 'challenge_required' }, { status: 403 })
  const { solution } = JSON.parse(Buffer.from(challenge, 'base64').toString())
  if (solution.counter !== running.counter) throw new Error(`${solution.counter}, not ${running.counter}.`)
  return app.request(PATHS.start, { method: 'POST', headers: request.headers, body: JSON.stringify(body) })
}

/** A challenge with the same solution, of which each try is as dear as it would be for a slower browser. */
async function twinOf(challenge) {
  const { counter } = await solveChallenge({ challenge, deriveKey })
  running.counter = counter
  const { algorithm, cost } = challenge.parameters
  return createChallenge({
    ...{ algorithm, cost: cost * running.slower, counter, deriveKey },
    ...{ hmacSignatureSecret: 'a secret of the twins', hmacKeySignatureSecret: 'another one' },
  })
}

/** Has one challenge solved and typing going on beside it. Resolves with milliseconds. */
async function solve(page, number) {
  await page.reload()
  await page.evaluate(() => {
    globalThis.slowest = 0
    const see = (list) =>
      list
        .getEntries()
        .forEach(({ duration }) => (globalThis.slowest = Math.max(globalThis.slowest, duration)))
    new globalThis.PerformanceObserver(see).observe({ type: 'event', durationThreshold: 16 })
  })
  await page.locator('otp-verify input[type=tel]').fill(number)
  await page.locator('otp-verify input[type=tel]').press('Enter')
  await page.locator('#typing').focus()
  const isSent = () => page.locator('otp-verify').evaluate((element) => element.matches(':state(code)'))
  while (!(await isSent())) {
    await page.keyboard.press('a')
    await page.waitForTimeout(KEY_PAUSE)
  }
  return page.evaluate(
    async ({ start, challenges }) => {
      await new Promise((done) => globalThis.setTimeout(done, 100))
      const calls = performance.getEntriesByType('resource')
      const [asked] = calls.filter(({ name }) => name.endsWith(challenges))
      const [, solved] = calls.filter(({ name }) => name.endsWith(start))
      return { solving: solved.startTime - asked.responseEnd, key: globalThis.slowest }
    },
    { start: PATHS.start, challenges: PATHS.challenges },
  )
}

async function measure(browser, slower, worker) {
  const context = await browser.newContext()
  const page = await context.newPage()
  if (!worker) await page.addInitScript(() => (globalThis.Worker = undefined))
  await page.goto(address)
  running.slower = slower
  const throttle = await context.newCDPSession(page)
  await throttle.send('Emulation.setCPUThrottlingRate', { rate: slower })
  const all = []
  for (let n = 0; n < COUNT; n++) all.push(await solve(page, `+1202555${1000 + n}`))
  await context.close()
  const solving = all.map((each) => Math.round(each.solving))
  return {
    slower,
    in: worker ? 'a worker' : 'the page',
    median: median(solving),
    worst: Math.max(...solving),
    key: Math.round(Math.max(...all.map(({ key }) => key))),
  }
}

const browser = await launchBrowser()
const figures = []
for (const slower of Object.keys(LIMITS.solving).map(Number)) {
  for (const worker of [true, false]) figures.push(await measure(browser, slower, worker))
}
await browser.close()
await listener.close(0)
await running.server.stop()
if (options.json) console.log(JSON.stringify(figures, undefined, 2))
else {
  const limits = Object.entries(LIMITS.solving).map(([slower, most]) => `${most} at ${slower} times`)
  console.log(
    `${COUNT} challenges each, in milliseconds; at most ${limits.join(', ')}, and ${LIMITS.key} for a key.`,
  )
  console.table(figures)
}
if (figures.some(({ slower, worst, key }) => worst > LIMITS.solving[slower] || key > LIMITS.key))
  process.exitCode = 1
