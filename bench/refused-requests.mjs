// What a refused start costs the server, in CPU, so that an attack is no outage: `node bench/refused-requests.mjs` after a
// build. Beside it the same refusal by an app of Hono's that only reads the JSON and answers: what the HTTP server costs by
// itself. `--store memory|sqlite|redis` takes one store only, `--json` prints the figures for programs. Exits with 1 above
// the limit of half a millisecond.
import { Buffer } from 'node:buffer'
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { Agent, get, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath, URL } from 'node:url'
import { parseArgs } from 'node:util'
import { startRedisServer } from '../dist/server/store/redis/test/redis-server.js'

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
const ROUNDS = 5
const AT_ONCE = 16
const ORIGIN = 'https://shop.example'
const [PORT, ADMIN_PORT, SANDBOX_PORT] = [18_787, 18_789, 18_788]

const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE })

function post(body, headers = {}) {
  return new Promise((resolve, reject) => {
    const sent = request(
      {
        ...{ host: '127.0.0.1', port: PORT, method: 'POST', path: '/v1/verifications', agent },
        headers: { 'Content-Type': 'application/json', Origin: ORIGIN, ...headers },
      },
      (response) => {
        const parts = []
        response.on('data', (part) => parts.push(part))
        response.on('end', () => resolve(JSON.parse(Buffer.concat(parts).toString())))
      },
    )
    sent.on('error', reject).end(JSON.stringify(body))
  })
}

function text(port, path) {
  return new Promise((resolve, reject) => {
    get({ host: '127.0.0.1', port, path }, (response) => {
      let read = ''
      response.setEncoding('utf8').on('data', (part) => (read += part))
      response.on('end', () => resolve(read))
    }).on('error', reject)
  })
}

/** Seconds of CPU that the server has used so far. */
async function cpu() {
  const metrics = await text(ADMIN_PORT, '/metrics')
  return Number(/^process_cpu_seconds_total (.+)$/m.exec(metrics)[1])
}

/** Starts that are refused, by why. */
const KINDS = {
  'a range without credit': (n) => ({ phoneNumber: `+39320123${String(n % 10_000).padStart(4, '0')}` }),
  'a number without pause': () => ({ phoneNumber: '+393331234567' }),
  'a country that is not served': (n) => ({ phoneNumber: `+3859112${String(n % 100_000).padStart(5, '0')}` }),
  'a forged ticket': () => ({
    phoneNumber: '+393281234567',
    ticket: `eyJhbGciOiJIUzI1NiJ9.${'e'.repeat(80)}.${'s'.repeat(43)}`,
  }),
  'a country without credit': (n) => ({ phoneNumber: `+393${200_000_000 + ((n * 7919) % 99_000_000)}` }),
  'another origin': () => ({ phoneNumber: '+393281234567', origin: 'https://evil.example' }),
}

async function flood(kind, count) {
  const codes = {}
  let n = 0
  async function client() {
    while (n < count) {
      const { origin = ORIGIN, ...body } = KINDS[kind](n)
      const address = `10.${(n >> 16) & 255}.${(n >> 8) & 255}.${n & 255}`
      n++
      const { code = 'sent' } = await post(
        { sitekey: 'shop', ...body },
        { Origin: origin, 'X-Forwarded-For': address },
      )
      codes[code] = (codes[code] ?? 0) + 1
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, client))
  return codes
}

/** An app that refuses whatever comes, and tells its own CPU where our server has its metrics. */
const PEER = `
import { Hono } from 'hono'
import { serve } from '@hono/node-server'
const app = new Hono().post('/v1/verifications', async (c) => c.json({ code: (await c.req.json()).sitekey }, 403))
serve({ fetch: app.fetch, port: ${PORT}, hostname: '127.0.0.1' })
const cpu = () => { const { user, system } = process.cpuUsage(); return (user + system) / 1e6 }
const tell = new Hono().get('*', (c) => c.text('process_cpu_seconds_total ' + cpu()))
serve({ fetch: tell.fetch, port: ${ADMIN_PORT}, hostname: '127.0.0.1' })`

async function untilReady() {
  for (let looks = 0; looks < 100; looks++) {
    if (
      await text(ADMIN_PORT, '/readyz').then(
        () => true,
        () => false,
      )
    )
      return
    await sleep(100)
  }
}

async function peer() {
  const child = spawn(process.execPath, ['--input-type=module', '-e', PEER], {
    cwd: fileURLToPath(new URL('..', import.meta.url)),
  })
  await untilReady()
  return async function stop() {
    child.kill()
    await new Promise((ended) => child.on('exit', ended))
  }
}

async function serverOn(store) {
  const folder = mkdtempSync(join(tmpdir(), 'otp-verify-bench-'))
  const redis = store === 'redis' ? await startRedisServer() : undefined
  const main = fileURLToPath(new URL('../dist/server/main.js', import.meta.url))
  const child = spawn(process.execPath, [main, 'serve'], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'inherit'],
    env: {
      PATH: process.env.PATH,
      ...{ OTP_PORT: PORT, OTP_ADMIN_PORT: ADMIN_PORT, OTP_SANDBOX_PORT: SANDBOX_PORT },
      ...{
        OTP_SITEKEY: 'shop',
        OTP_ALLOWED_ORIGINS: ORIGIN,
        OTP_COUNTRIES: 'IT',
        OTP_DAILY_BUDGET: '100000',
      },
      ...{ OTP_GUARD: 'enforce', OTP_TRUST_PROXY: '1', OTP_SITE_SECRET: `otps_${'s'.repeat(43)}` },
      OTP_STORE: { memory: 'memory:', sqlite: 'sqlite:otp.db', redis: redis?.url }[store],
    },
  })
  await untilReady()
  return async function stop() {
    child.kill()
    await new Promise((ended) => child.on('exit', ended))
    await redis?.stop()
    rmSync(folder, { recursive: true })
  }
}

function median(values) {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)]
}

/** Milliseconds of CPU that one refusal costs whoever listens now, median of the rounds. */
async function costOf(kind) {
  await flood(kind, COUNT / ROUNDS)
  const costs = []
  let codes = {}
  for (let round = 0; round < ROUNDS; round++) {
    const before = await cpu()
    codes = await flood(kind, COUNT / ROUNDS)
    costs.push((1000 * ((await cpu()) - before)) / (COUNT / ROUNDS))
  }
  return { milliseconds: Number(median(costs).toFixed(3)), codes }
}

const stopPeer = await peer()
const { milliseconds: bare } = await costOf('another origin')
await stopPeer()
if (!options.json) console.log('an app that only refuses'.padEnd(38), `${bare} ms`)
const figures = []
for (const store of options.store) {
  const stop = await serverOn(store)
  for (const kind of Object.keys(KINDS)) {
    const figure = { store, kind, ...(await costOf(kind)) }
    figures.push(figure)
    const { milliseconds, codes } = figure
    const times = `${(milliseconds / bare).toFixed(1)} times as much`
    if (!options.json) {
      console.log(store.padEnd(7), kind.padEnd(30), `${milliseconds} ms`, times, JSON.stringify(codes))
    }
  }
  await stop()
}
const worst = Math.max(...figures.map(({ milliseconds }) => milliseconds))
if (options.json) console.log(JSON.stringify({ limit: LIMIT, bare, figures }))
else console.log(`the dearest: ${worst} ms; the limit: ${LIMIT} ms`)
process.exitCode = worst > LIMIT ? 1 : 0
