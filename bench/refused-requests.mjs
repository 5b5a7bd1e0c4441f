// What a refused start costs the server, in CPU, so that an attack is no outage: `node bench/refused-requests.mjs` after a
// build. Beside it the same refusal by an app of Hono's that only reads the JSON and answers: what the HTTP server costs by
// itself. The load keeps a server busy, as an attack does: one that sleeps between two requests pays for waking up. All of
// them run at once and are measured in turns, round by round: on a machine that others use too, what happens to be measured
// in a bad minute would otherwise look dear. `--store memory|sqlite|redis` takes one store only, `--rounds N` and `--count N`
// make it more or fewer, `--json` prints the figures for programs. Exits with 1 above `LIMITS`.
import process from 'node:process'
import { parseArgs } from 'node:util'
import { startRedisServer } from '../dist/server/store/redis/test/redis-server.js'
import { median, rounded, timesOf } from './medians.mjs'
import { flood, startPeer, startServer } from './servers.mjs'
import { ORIGIN } from './shop.mjs'

const { values: options } = parseArgs({
  options: {
    store: { type: 'string', multiple: true, default: ['memory', 'sqlite', 'redis'] },
    count: { type: 'string', default: '20000' },
    rounds: { type: 'string', default: '9' },
    json: { type: 'boolean', default: false },
  },
})
const COUNT = Number(options.count)
/** Milliseconds of CPU that one may cost, and how many times as much as the app's; medians of the rounds. */
const LIMITS = { milliseconds: 0.5, times: 4.3 }
const ROUNDS = Number(options.rounds)
const AT_ONCE = 64

/** Starts that are refused, by why. */
const KINDS = {
  'a range without credit': (n) => ({ phoneNumber: `+39320123${String(n % 10_000).padStart(4, '0')}` }),
  'a number asked for again too soon': () => ({ phoneNumber: '+4915112345678' }),
  'a country that is not served': (n) => ({ phoneNumber: `+3859112${String(n % 100_000).padStart(5, '0')}` }),
  'a forged ticket': () => ({
    phoneNumber: '+393281234567',
    ticket: `eyJhbGciOiJIUzI1NiJ9.${'e'.repeat(80)}.${'s'.repeat(43)}`,
  }),
  'a country without credit': (n) => ({ phoneNumber: `+393${200_000_000 + ((n * 7919) % 99_000_000)}` }),
  'another origin': () => ({ phoneNumber: '+393281234567', origin: 'https://evil.example' }),
}

let starts = 0

/** Starts of a kind, each from an address of its own. */
function startOf(kind) {
  const n = starts++
  return { address: `10.${(n >> 16) & 255}.${(n >> 8) & 255}.${n & 255}`, ...KINDS[kind](n) }
}

/** An app that refuses whatever comes. */
const peerOn = (port) => `
import { Hono } from 'hono'
import { serve } from '@hono/node-server'
const app = new Hono().post('/v1/verifications', async (c) => c.json({ code: (await c.req.json()).sitekey }, 403))
serve({ fetch: app.fetch, port: ${port}, hostname: '127.0.0.1' })`

async function startOurs(store) {
  const redis = store === 'redis' ? await startRedisServer() : undefined
  const server = await startServer({
    env: {
      ...{
        OTP_SITEKEY: 'shop',
        OTP_ALLOWED_ORIGINS: ORIGIN,
        OTP_COUNTRIES: 'IT,DE',
        OTP_DAILY_BUDGET: '100000',
      },
      ...{ OTP_GUARD: 'enforce', OTP_TRUST_PROXY: '1', OTP_SITE_SECRET: `otps_${'s'.repeat(43)}` },
      OTP_STORE: { memory: 'memory:', sqlite: 'sqlite:otp.db', redis: redis?.url }[store],
    },
  })
  return {
    ...server,
    store,
    async stop() {
      await server.stop()
      await redis?.stop()
    },
  }
}

const PER_ROUND = Math.ceil(COUNT / ROUNDS)

const load = (kind) => ({ startOf: () => startOf(kind), count: PER_ROUND, connections: AT_ONCE })

/** Floods a server for one round, and keeps what one refusal costs it in milliseconds of CPU. */
async function measure(figure) {
  const before = await figure.server.cpu()
  figure.codes = (await flood(figure.server, load(figure.kind))).codes
  figure.costs.push((1000 * ((await figure.server.cpu()) - before)) / PER_ROUND)
}

const peer = await startPeer(peerOn)
const servers = []
for (const store of options.store) servers.push(await startOurs(store))
const bareFigure = { server: peer, kind: 'another origin', costs: [] }
const measured = servers.flatMap((server) => Object.keys(KINDS).map((kind) => ({ server, kind, costs: [] })))
for (const { server, kind } of [bareFigure, ...measured]) await flood(server, load(kind))
for (let round = 0; round < ROUNDS; round++) {
  for (const figure of [bareFigure, ...measured]) await measure(figure)
}
for (const { stop } of [peer, ...servers]) await stop()

const costOf = ({ costs }) => rounded(median(costs), 3)
const bare = costOf(bareFigure)
const figures = measured.map(({ server: { store }, ...figure }) => {
  const { kind, codes, costs } = figure
  const times = rounded(timesOf(costs, bareFigure.costs), 1)
  return { store, kind, milliseconds: costOf(figure), times, codes }
})
const worst = {
  milliseconds: Math.max(...figures.map(({ milliseconds }) => milliseconds)),
  times: Math.max(...figures.map(({ times }) => times)),
}
if (options.json) console.log(JSON.stringify({ limits: LIMITS, bare, figures }))
else {
  console.log('an app that only refuses'.padEnd(42), `${bare} ms`)
  for (const { store, kind, milliseconds, times, codes } of figures) {
    console.log(
      store.padEnd(7),
      kind.padEnd(34),
      `${milliseconds} ms`,
      `${times} times as much`,
      JSON.stringify(codes),
    )
  }
  console.log(`the dearest: ${worst.milliseconds} ms, ${worst.times} times as much`)
  console.log(`the limits: ${LIMITS.milliseconds} ms, ${LIMITS.times} times as much`)
}
process.exitCode = worst.milliseconds > LIMITS.milliseconds || worst.times > LIMITS.times ? 1 : 0
