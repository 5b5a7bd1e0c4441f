// Whether the time of an answer tells a handle that exists from one that does not (SR-C11):
// `node bench/handle-times.mjs` after a build. `--count N` makes it fewer, `--store NAME` is memory or sqlite, `--json`
// prints the figures for programs. Ends with 1 when a median is more than a millisecond away from that of unknown ones.
import { randomBytes, randomInt } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { Agent, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { shuffled } from '../dist/bench/simulate/requests.js'
import { PATHS } from '../dist/contract/index.js'
import { listen } from '../dist/server/http/listen.js'
import { memoryStore } from '../dist/server/store/memory.js'
import { sqliteStore } from '../dist/server/store/sqlite/sqlite.js'
import { TestServer, testSite } from '../dist/server/test/harness.js'
import { newHandle } from '../dist/server/pepper/digests.js'
import { median, rounded } from './medians.mjs'

const { values: options } = parseArgs({
  options: {
    count: { type: 'string', default: '10000' },
    store: { type: 'string', default: 'sqlite' },
    json: { type: 'boolean', default: false },
  },
})
const COUNT = Number(options.count)
const WARM_UP = Math.min(2000, COUNT)
/** Microseconds by which a median may differ from that of unknown ones. */
const LIMIT = 1000

const OTHER_ORIGIN = 'https://other.example'
const running = {}
const now = () => running.server?.time ?? Date.now()
const folder = mkdtempSync(join(tmpdir(), 'otp-verify-times-'))
const store =
  options.store === 'memory' ? memoryStore({ now }) : sqliteStore({ path: join(folder, 'db'), now })
const server = await TestServer.start({
  sites: [testSite(), testSite({ sitekey: 'other' }, OTHER_ORIGIN)],
  deps: { store },
})
running.server = server
const expired = (await server.start({ phoneNumber: '+12025550199' })).body.verificationId
server.advance(301)
const living = (await server.start()).body.verificationId
const listener = await listen({ fetch: (asked) => server.app.fetch(asked) }, '127.0.0.1', 0)
const agent = new Agent({ keepAlive: true, maxSockets: 1 })

/** Microseconds until a page of another site has the answer that there is no such verification. */
function ask(verificationId) {
  const body = JSON.stringify({ verificationId })
  const headers = { Origin: OTHER_ORIGIN, 'Content-Type': 'application/json', 'Content-Length': body.length }
  const began = performance.now()
  return new Promise((resolve, reject) => {
    const where = { port: listener.port, path: PATHS.status, method: 'POST', headers, agent }
    const call = request(where, (answer) => {
      if (answer.statusCode !== 404) reject(new Error(`Answered with ${answer.statusCode}.`))
      answer.resume().on('end', () => resolve((performance.now() - began) * 1000))
    })
    call.on('error', reject).end(body)
  })
}

// Made beforehand: what this process does just before a call is part of the time too.
const handles = (make) => Array.from({ length: WARM_UP + COUNT }, make)
const unknown = () => newHandle('xxx', randomBytes)
const KINDS = {
  unknown: handles(unknown),
  'unknown again': handles(unknown),
  living: handles(() => living),
  expired: handles(() => expired),
  malformed: handles(() => `?${unknown().slice(1)}`),
}
const times = Object.fromEntries(Object.keys(KINDS).map((kind) => [kind, []]))
for (let n = -WARM_UP; n < COUNT; n++) {
  // Each kind comes first as often as any other: what went before is part of the time.
  for (const kind of shuffled(Object.keys(KINDS), { whole: randomInt })) {
    const taken = await ask(KINDS[kind][n + WARM_UP])
    if (n >= 0) times[kind].push(taken)
  }
}
for (const all of Object.values(times)) all.sort((a, b) => a - b)

/** Two-sample Kolmogorov-Smirnov: how likely two sorted samples differ so much by chance. */
function chanceOf(one, other) {
  let [i, j, distance] = [0, 0, 0]
  while (i < one.length && j < other.length) {
    if (one[i] <= other[j]) i++
    else j++
    distance = Math.max(distance, Math.abs(i / one.length - j / other.length))
  }
  const size = Math.sqrt((one.length * other.length) / (one.length + other.length))
  const lambda = (size + 0.12 + 0.11 / size) * distance
  let sum = 0
  for (let k = 1; k <= 100; k++) sum += (k % 2 ? 2 : -2) * Math.exp(-2 * k * k * lambda * lambda)
  return lambda < 0.2 ? 1 : Math.min(1, Math.max(0, sum))
}

const figures = Object.entries(times).map(([kind, taken]) => ({
  kind,
  median: rounded(median(taken), 1),
  fromUnknown: rounded(median(taken) - median(times.unknown), 1),
  chance: Number(chanceOf(taken, times.unknown).toPrecision(3)),
}))
agent.destroy()
await listener.close(0)
await server.stop()
await store.close()
rmSync(folder, { recursive: true })
if (options.json) console.log(JSON.stringify(figures, undefined, 2))
else {
  console.log(
    `${COUNT} answers of each kind over ${options.store}, in microseconds; at most ${LIMIT} from unknown ones.`,
  )
  console.table(figures)
}
if (figures.some(({ fromUnknown }) => Math.abs(fromUnknown) > LIMIT)) process.exitCode = 1
