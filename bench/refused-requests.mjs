// What a refused start costs the server, in CPU, so that an attack is no outage: `node bench/refused-requests.mjs` after a
// build. Beside it the same refusal by an app of Hono's that only reads the JSON and answers: what the HTTP server costs by
// itself. The load keeps a server busy, as an attack does: one that sleeps between two requests pays for waking up. All of
// them run at once and are measured in turns, round by round: on a machine that others use too, what happens to be measured
// in a bad minute would else look dear. `--store memory|sqlite|redis` takes one store only, `--json` prints the figures for
// programs. Exits with 1 above the limit of half a millisecond.
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { get } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath, URL } from 'node:url'
import { parseArgs } from 'node:util'
import autocannon from 'autocannon'
import { startRedisServer } from '../dist/server/store/redis/test/redis-server.js'
import { median, rounded, timesOf } from './medians.mjs'

const { values: options } = parseArgs({
  options: {
    store: { type: 'string', multiple: true, default: ['memory', 'sqlite', 'redis'] },
    count: { type: 'string', default: '20000' },
    json: { type: 'boolean', default: false },
  },
})
const COUNT = Number(options.count)
/** Milliseconds of CPU that one may cost, median of the rounds. */
const LIMIT = 0.5
const ROUNDS = 9
const AT_ONCE = 64
const ORIGIN = 'https://shop.example'

function text(port, path) {
  return new Promise((resolve, reject) => {
    get({ host: '127.0.0.1', port, path }, (response) => {
      let read = ''
      response.setEncoding('utf8').on('data', (part) => (read += part))
      response.on('end', () => resolve(read))
    }).on('error', reject)
  })
}

/** Seconds of CPU that a server has used so far. */
async function cpu({ adminPort }) {
  const metrics = await text(adminPort, '/metrics')
  return Number(/^process_cpu_seconds_total (.+)$/m.exec(metrics)[1])
}

/** Starts that are refused, by why. */
const KINDS = {
  'a range without credit': (n) => ({ phoneNumber: `+39320123${String(n % 10_000).padStart(4, '0')}` }),
  'a number without pause': () => ({ phoneNumber: '+4915112345678' }),
  'a country that is not served': (n) => ({ phoneNumber: `+3859112${String(n % 100_000).padStart(5, '0')}` }),
  'a forged ticket': () => ({
    phoneNumber: '+393281234567',
    ticket: `eyJhbGciOiJIUzI1NiJ9.${'e'.repeat(80)}.${'s'.repeat(43)}`,
  }),
  'a country without credit': (n) => ({ phoneNumber: `+393${200_000_000 + ((n * 7919) % 99_000_000)}` }),
  'another origin': () => ({ phoneNumber: '+393281234567', origin: 'https://evil.example' }),
}

let starts = 0

/** Sends so many requests of a kind to a server, and counts the answers by their code. */
async function flood({ port }, kind, count) {
  const codes = {}
  const next = {
    method: 'POST',
    path: '/v1/verifications',
    setupRequest(request) {
      const n = starts++
      const { origin = ORIGIN, ...body } = KINDS[kind](n)
      const address = `10.${(n >> 16) & 255}.${(n >> 8) & 255}.${n & 255}`
      const headers = { 'Content-Type': 'application/json', Origin: origin, 'X-Forwarded-For': address }
      return { ...request, headers, body: JSON.stringify({ sitekey: 'shop', ...body }) }
    },
    onResponse(_status, body) {
      const { code = 'sent' } = JSON.parse(body)
      codes[code] = (codes[code] ?? 0) + 1
    },
  }
  const url = `http://127.0.0.1:${port}`
  const { errors } = await autocannon({ url, connections: AT_ONCE, amount: count, requests: [next] })
  if (errors) throw new Error(`${errors} requests got no answer.`)
  return codes
}

/** An app that refuses whatever comes, and tells its own CPU where our server has its metrics. */
const peerOn = ({ port, adminPort }) => `
import { Hono } from 'hono'
import { serve } from '@hono/node-server'
const app = new Hono().post('/v1/verifications', async (c) => c.json({ code: (await c.req.json()).sitekey }, 403))
serve({ fetch: app.fetch, port: ${port}, hostname: '127.0.0.1' })
const cpu = () => { const { user, system } = process.cpuUsage(); return (user + system) / 1e6 }
const tell = new Hono().get('*', (c) => c.text('process_cpu_seconds_total ' + cpu()))
serve({ fetch: tell.fetch, port: ${adminPort}, hostname: '127.0.0.1' })`

async function untilReady({ adminPort }) {
  for (let looks = 0; looks < 100; looks++) {
    if (
      await text(adminPort, '/readyz').then(
        () => true,
        () => false,
      )
    )
      return
    await sleep(100)
  }
}

async function ended(child) {
  if (child.exitCode !== null)
    throw new Error('One of the servers ended before it was told to: is its port taken?')
  child.kill()
  await new Promise((done) => child.on('exit', done))
}

async function startPeer(at) {
  const child = spawn(process.execPath, ['--input-type=module', '-e', peerOn(at)], {
    cwd: fileURLToPath(new URL('..', import.meta.url)),
  })
  await untilReady(at)
  return { ...at, stop: () => ended(child) }
}

async function startServer(store, { sandboxPort, ...at }) {
  const folder = mkdtempSync(join(tmpdir(), 'otp-verify-bench-'))
  const redis = store === 'redis' ? await startRedisServer() : undefined
  const main = fileURLToPath(new URL('../dist/server/main.js', import.meta.url))
  const child = spawn(process.execPath, [main, 'serve'], {
    cwd: folder,
    stdio: 'ignore',
    env: {
      PATH: process.env.PATH,
      ...{ OTP_PORT: at.port, OTP_ADMIN_PORT: at.adminPort, OTP_SANDBOX_PORT: sandboxPort },
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
  await untilReady(at)
  return {
    ...at,
    store,
    async stop() {
      await ended(child)
      await redis?.stop()
      rmSync(folder, { recursive: true })
    },
  }
}

const PER_ROUND = Math.ceil(COUNT / ROUNDS)

/** Floods a server for one round, and keeps what one refusal costs it in milliseconds of CPU. */
async function measure(figure) {
  const before = await cpu(figure.server)
  figure.codes = await flood(figure.server, figure.kind, PER_ROUND)
  figure.costs.push((1000 * ((await cpu(figure.server)) - before)) / PER_ROUND)
}

const portsOf = (n) => ({ port: 18_780 + n, adminPort: 18_800 + n, sandboxPort: 18_820 + n })
const peer = await startPeer(portsOf(0))
const servers = []
for (const [n, store] of options.store.entries()) servers.push(await startServer(store, portsOf(n + 1)))
const bareFigure = { server: peer, kind: 'another origin', costs: [] }
const measured = servers.flatMap((server) => Object.keys(KINDS).map((kind) => ({ server, kind, costs: [] })))
for (const { server, kind } of [bareFigure, ...measured]) await flood(server, kind, PER_ROUND)
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
const worst = Math.max(...figures.map(({ milliseconds }) => milliseconds))
if (options.json) console.log(JSON.stringify({ limit: LIMIT, bare, figures }))
else {
  console.log('an app that only refuses'.padEnd(38), `${bare} ms`)
  for (const { store, kind, milliseconds, times, codes } of figures) {
    console.log(
      store.padEnd(7),
      kind.padEnd(30),
      `${milliseconds} ms`,
      `${times} times as much`,
      JSON.stringify(codes),
    )
  }
  console.log(`the dearest: ${worst} ms; the limit: ${LIMIT} ms`)
}
process.exitCode = worst > LIMIT ? 1 : 0
