// What a million verifications under way cost: `node bench/live-verifications.mjs` after a build, with a redis-server. Beside
// each store the least record of one in the same kind of store, of 58 bytes: a Map, an SQLite table, a key of Redis. `--count N`
// makes it fewer, `--store NAME` fills one store only, `--json` prints the figures for programs. Ends with 1 when one takes
// more than `LIMITS`, index and clocks included, or when the process that uses them grows, once it has run in with the first
// tenth.
import { parseArgs } from 'node:util'
import { collectGarbage } from './garbage.mjs'
import { measureCalls } from './live/calls.mjs'
import { FLOORS } from './live/floors.mjs'
import { fill } from './live/starts.mjs'
import { STORES } from './live/stores.mjs'

const { values: options } = parseArgs({
  options: {
    count: { type: 'string', default: '1000000' },
    store: { type: 'string', multiple: true, default: ['sqlite', 'redis', 'memory'] },
    json: { type: 'boolean', default: false },
  },
})
const COUNT = Number(options.count)
/** Bytes of one outside of the process, and by which the process may grow for it. What is kept in memory has no limit. */
const LIMITS = { bytes: { sqlite: 300, redis: 400 }, growth: 16 }
/** How often each call is measured. */
const SAMPLES = Math.min(2000, Math.floor(COUNT / 4))

function residentBytes() {
  collectGarbage()
  return process.memoryUsage.rss()
}

/** Bytes that each of `COUNT` records takes with nothing around it. */
async function leastBytes(name) {
  const floor = await FLOORS[name]()
  const size = floor.size ?? residentBytes
  const empty = await size()
  await floor.fill(COUNT)
  const bytes = (await size()) - empty
  await floor.close()
  return Math.round(bytes / COUNT)
}

/** Fills and measures one store. */
async function run(name) {
  // Time stands still while a store is filled, so that all of them are alive at the end.
  let time = Date.now()
  const { store, size, close } = await STORES[name](() => time, 10 * COUNT)
  await store.now()
  const empty = await size?.()
  const rssBefore = residentBytes()
  const began = performance.now()
  const tenth = Math.floor(COUNT / 10)
  await fill(store, 0, tenth)
  const rssRunIn = residentBytes()
  await fill(store, tenth, COUNT)
  const seconds = (performance.now() - began) / 1000
  const rssAfter = residentBytes()
  const bytes = size ? (await size()) - empty : rssAfter - rssBefore
  time += 31_000
  const microseconds = await measureCalls(store, COUNT, SAMPLES)
  await close()
  return {
    ...{ store: name, count: COUNT, bytesPerVerification: Math.round(bytes / COUNT) },
    leastBytes: await leastBytes(name),
    growthPerVerification: Math.round((rssAfter - rssRunIn) / (COUNT - tenth)),
    ...{ rssBefore, rssAfter, startsPerSecond: Math.round(COUNT / seconds), microseconds },
  }
}

const results = []
for (const name of options.store) results.push(await run(name))

if (options.json) console.log(JSON.stringify({ limits: LIMITS, results }, undefined, 2))
else {
  const megabytes = (bytes) => Math.round(bytes / 2 ** 20)
  const rowOf = ({ microseconds, ...each }) => ({
    'bytes each': each.bytesPerVerification,
    'bytes of the least record': each.leastBytes,
    'bytes of the process each': each.growthPerVerification,
    'RSS before (MiB)': megabytes(each.rssBefore),
    'RSS after (MiB)': megabytes(each.rssAfter),
    'starts per second': each.startsPerSecond,
    ...Object.fromEntries(
      Object.entries(microseconds).map(([call, { p50, p99 }]) => [call, `${p50} / ${p99}`]),
    ),
  })
  console.log(
    `${COUNT} verifications under way; each call measured ${SAMPLES} times, in microseconds (p50 / p99).`,
  )
  console.table(Object.fromEntries(results.map((result) => [result.store, rowOf(result)])))
  console.log(
    `the limits: ${LIMITS.bytes.sqlite} bytes in SQLite, ${LIMITS.bytes.redis} in Redis, ${LIMITS.growth} of the process`,
  )
}
const isOver = ({ store, bytesPerVerification, growthPerVerification }) =>
  store in LIMITS.bytes &&
  (bytesPerVerification > LIMITS.bytes[store] || growthPerVerification > LIMITS.growth)
process.exitCode = results.some(isOver) ? 1 : 0
