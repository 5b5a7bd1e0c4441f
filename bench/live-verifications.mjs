// What a million verifications under way cost: `node bench/live-verifications.mjs` after a build.
// `--count N` makes it fewer, `--store NAME` fills one store only, `--json` prints the figures for programs.
import { Buffer } from 'node:buffer'
import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { Redis } from 'ioredis'
import { conversionOf, creditCharges } from '../dist/server/guard/credits.js'
import { namesUnder } from '../dist/server/guard/names.js'
import { numberCharges } from '../dist/server/guard/number-limits.js'
import { POLICY } from '../dist/server/guard/policy.js'
import { sealTrail } from '../dist/server/guard/route.js'
import { memoryStore } from '../dist/server/store/memory.js'
import { redisStore } from '../dist/server/store/redis/redis.js'
import { startRedisServer } from '../dist/server/store/redis/test/redis-server.js'
import { sqliteStore } from '../dist/server/store/sqlite/sqlite.js'
import { digestsUnder, handleDigest, newHandle } from '../dist/server/verification/digests.js'

const { values: options } = parseArgs({
  options: {
    count: { type: 'string', default: '1000000' },
    store: { type: 'string', multiple: true, default: ['sqlite', 'redis', 'memory'] },
    json: { type: 'boolean', default: false },
  },
})
const COUNT = Number(options.count)
/** How often each call is measured, and how many more verifications that adds. */
const SAMPLES = Math.min(2000, Math.floor(COUNT / 4))
/** Starts that are under way at the same time while a store is filled. */
const BATCH = 100
const MINUTE = 60_000

const digests = digestsUnder(Buffer.alloc(32, 7))
const names = namesUnder(digests)
const sha256 = (text) => createHash('sha256').update(text).digest()

// Time stands still while a store is filled, so that all of them are alive at the end.
let time = Date.now()
const now = () => time

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc')

function residentBytes() {
  collectGarbage()
  return process.memoryUsage.rss()
}

/** Where the n-th comes from and goes to. */
function routeOf(n) {
  const address = `10.${(n >> 16) & 255}.${(n >> 8) & 255}.${n & 255}`
  return {
    sitekey: 'shop',
    country: 'US',
    e164: `+1202${String(n).padStart(7, '0')}`,
    address,
    ticketed: false,
  }
}

/** The n-th verification, as a start writes it; computed anew each time, so that this script keeps none of them. */
function facts(n) {
  const { e164 } = routeOf(n)
  const slot = digests.digest('slot', 'shop', 'signup', e164)
  const handle = newHandle(slot, () => sha256(`handle ${n}`))
  return {
    id: handleDigest(handle),
    trail: sealTrail(routeOf(n), digests.key('trail', handle)),
    slot,
    phoneDigest: digests.digest('number', e164),
    sitekey: 'shop',
    origin: 'https://shop.example',
    country: 'US',
    language: 'en',
    action: 'signup',
    nonce: sha256(`nonce ${n}`).toString('base64url', 0, 16),
  }
}

const terms = { channel: 'sms', lifetime: 5 * MINUTE, attempts: 5, cooldowns: [30_000, MINUTE] }
const reference = (n) => sha256(`message ${n}`).toString('hex', 0, 16).toUpperCase()

async function start(store, n) {
  const verification = facts(n)
  if ((await store.add(verification, terms, 20_000)) === 'full') throw new Error(`There is no room for ${n}.`)
  if (!(await store.recordSend(verification.id, reference(n), 'sms'))) throw new Error(`${n} is not there.`)
}

async function fill(store) {
  for (let n = 0; n < COUNT; n += BATCH) {
    const batch = Math.min(BATCH, COUNT - n)
    const startAll = () => Promise.all(Array.from({ length: batch }, (_, i) => start(store, n + i)))
    // On a busy machine an answer may come too late. What was added once is `busy` then, and made whole.
    await startAll().catch(startAll)
  }
}

/** Microseconds that each call takes, one at a time, spread over the whole store. */
async function measure(store) {
  // The first resend of every verification is due.
  time += 31_000
  const idOf = (i) => facts(Math.floor((i * COUNT) / SAMPLES)).id
  const keyOf = (use, i) => digests.digest('call', use, String(i))
  const leases = []
  const charges = (i) => [
    ...numberCharges(routeOf(COUNT + i), names, POLICY),
    ...creditCharges(routeOf(COUNT + i), names, POLICY, () => true).map((one) => ({
      ...one,
      overdraft: 1e9,
    })),
  ]
  const calls = {
    add: (i) => store.add(facts(COUNT + i), terms, 20_000),
    recordSend: (i) => store.recordSend(facts(COUNT + i).id, reference(COUNT + i), 'sms'),
    get: (i) => store.get(idOf(i)),
    reserveAttempt: async (i) => void (leases[i] = (await store.reserveAttempt(idOf(i), 1000, 20_000)).lease),
    settleAttempt: (i) => store.settleAttempt(idOf(i), leases[i], { as: 'incorrect' }),
    reserveResend: (i) => store.reserveResend(idOf(i)),
    claim: (i) => store.claim(keyOf('claim', i), 'holder', 5 * MINUTE),
    isClaimed: (i) => store.isClaimed(keyOf('claim', i)),
    'consume (6 accounts)': (i) => store.consume(charges(i)),
    earn: (i) => store.earn(conversionOf(routeOf(COUNT + i), names, POLICY, 0.5)),
    begin: (i) => store.begin(keyOf('begin', i), 30_000),
    complete: (i) => store.complete(keyOf('begin', i), 'a'.repeat(500), 5 * MINUTE),
  }
  const figures = {}
  for (const [name, call] of Object.entries(calls)) {
    const taken = []
    for (let i = 0; i < SAMPLES; i++) {
      const before = performance.now()
      await call(i)
      taken.push((performance.now() - before) * 1000)
    }
    taken.sort((a, b) => a - b)
    const at = (part) => Math.round(taken[Math.floor(part * (SAMPLES - 1))])
    figures[name] = { p50: at(0.5), p99: at(0.99) }
  }
  if (leases.some((lease) => lease === undefined)) throw new Error('An attempt was refused.')
  return figures
}

/** Fills and measures one store. `sizeOf` tells how many bytes it takes outside of this process. */
async function run(name, { store, sizeOf, close }) {
  await store.now()
  const empty = await sizeOf?.()
  const rssBefore = residentBytes()
  const began = performance.now()
  await fill(store)
  const seconds = (performance.now() - began) / 1000
  const rssAfter = residentBytes()
  const bytes = sizeOf ? (await sizeOf()) - empty : rssAfter - rssBefore
  const microseconds = await measure(store)
  await close()
  return {
    store: name,
    count: COUNT,
    bytesPerVerification: Math.round(bytes / COUNT),
    rssBefore,
    rssAfter,
    startsPerSecond: Math.round(COUNT / seconds),
    microseconds,
  }
}

/** More than anything that is measured takes. */
const limits = { capacity: 10 * COUNT, bytes: 2 ** 40 }

function openSqlite() {
  const folder = mkdtempSync(join(tmpdir(), 'otp-verify-bench-'))
  const path = join(folder, 'store.db')
  const store = sqliteStore({ path, now, ...limits })
  return {
    store,
    async sizeOf() {
      // A store that is closed carries over what is still in the log.
      await sqliteStore({ path }).close()
      return statSync(path).size + (statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0)
    },
    async close() {
      await store.close()
      rmSync(folder, { recursive: true })
    },
  }
}

async function openRedis() {
  const server = await startRedisServer()
  const client = new Redis(server.url)
  const store = redisStore({ url: server.url, now })
  return {
    store,
    sizeOf: async () => Number(/used_memory:(\d+)/.exec(await client.info('memory'))[1]),
    async close() {
      await store.close()
      client.disconnect()
      await server.stop()
    },
  }
}

function openMemory() {
  const store = memoryStore({ now, ...limits })
  return { store, close: () => store.close() }
}

const OPEN = { sqlite: openSqlite, redis: openRedis, memory: openMemory }
const results = []
for (const name of options.store) results.push(await run(name, await OPEN[name]()))

if (options.json) console.log(JSON.stringify(results, undefined, 2))
else {
  const megabytes = (bytes) => Math.round(bytes / 2 ** 20)
  console.log(
    `${COUNT} verifications under way; each call measured ${SAMPLES} times, in microseconds (p50 / p99).`,
  )
  console.table(
    Object.fromEntries(
      results.map(({ store, bytesPerVerification, rssBefore, rssAfter, startsPerSecond, microseconds }) => [
        store,
        {
          'bytes each': bytesPerVerification,
          'RSS before (MiB)': megabytes(rssBefore),
          'RSS after (MiB)': megabytes(rssAfter),
          'starts per second': startsPerSecond,
          ...Object.fromEntries(
            Object.entries(microseconds).map(([call, { p50, p99 }]) => [call, `${p50} / ${p99}`]),
          ),
        },
      ]),
    ),
  )
}
