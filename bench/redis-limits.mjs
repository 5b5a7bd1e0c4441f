// What six limits and credits cost on Redis, as a message takes them: `node bench/redis-limits.mjs` after a build, with a
// redis-server. Beside our store, in turns: six calls of rate-limiter-flexible, each awaited, and the least script that decides
// six limits together. `--count N` calls a round, `--rounds N`, `--json` prints the figures for programs. Round trips are
// counted by a relay in between. Ends with 1 when ours is beyond `LIMITS`.
import process from 'node:process'
import { parseArgs } from 'node:util'
import { Redis } from 'ioredis'
import { redisStore } from '../dist/server/store/redis/redis.js'
import { sixCharges } from './charges.mjs'
import { collectGarbage } from './garbage.mjs'
import { inTurns, median, rounded, timesOf, trying } from './medians.mjs'
import { installPeers } from './peers/install.mjs'
import { startRedis } from './redis.mjs'
import { countRoundTrips } from './round-trips.mjs'

const { values: options } = parseArgs({
  options: {
    count: { type: 'string', default: '5000' },
    rounds: { type: 'string', default: '15' },
    json: { type: 'boolean', default: false },
  },
})
await installPeers()
const { sixAwaited } = await import('./peers/six-awaited.mjs')

const COUNT = Number(options.count)
const AT_ONCE = 64
const ALONE = 200
/** Calls a second, or else times those of six awaited calls and times those of the least script; round trips of each. */
const LIMITS = { callsPerSecond: 40_000, timesAwaited: 2.35, timesScript: 0.54, roundTrips: 1 }

/** What any script has to do that charges six counters together or none of them. */
const LEAST = `
local kept = redis.call('MGET', unpack(KEYS))
for i, value in ipairs(kept) do
  if value and tonumber(value) >= tonumber(ARGV[1]) then return i end
end
for i, key in ipairs(KEYS) do
  if kept[i] then redis.call('INCR', key) else redis.call('SET', key, 1, 'PX', ARGV[2]) end
end
return 0`

// Made beforehand and used in every round: only the store is measured.
const charges = Array.from({ length: COUNT }, (_, n) => sixCharges(n))
const keys = charges.map((six) => six.map(({ key }) => key))

/** Each way to charge: what it is called with, how it is called, how it ends. */
const WAYS = {
  async 'six awaited calls'(url) {
    const client = new Redis(url)
    return { given: keys, call: sixAwaited(client), close: () => client.disconnect() }
  },
  async 'the least script'(url) {
    const client = new Redis(url)
    const sha = await client.script('LOAD', LEAST)
    const call = (names) => client.evalsha(sha, names.length, ...names, 1e9, 86_400_000)
    return { given: keys, call, close: () => client.disconnect() }
  },
  async ours(url) {
    const store = redisStore({ url })
    return { given: charges, call: (six) => store.consume(six), close: () => store.close() }
  },
}
const [AWAITED, SCRIPT, OURS] = Object.keys(WAYS)

const redis = await startRedis()

/** Round trips of one call, once the script is known to Redis. */
async function roundTripsOf(open) {
  const relay = await countRoundTrips(redis.port)
  const { given, call, close } = await open(relay.url)
  await redis.empty()
  await call(given[0])
  relay.take()
  for (let n = 1; n <= ALONE; n++) await call(given[n])
  const trips = relay.take() / ALONE
  await close()
  relay.stop()
  return trips
}

async function measure({ given, call }) {
  await redis.empty()
  collectGarbage()
  const redisBefore = await redis.cpu()
  const before = process.cpuUsage()
  const began = performance.now()
  let next = 0
  const callOn = async () => {
    while (next < COUNT) await call(given[next++])
  }
  await Promise.all(Array.from({ length: AT_ONCE }, callOn))
  const callsPerSecond = (1000 * COUNT) / (performance.now() - began)
  const { user, system } = process.cpuUsage(before)
  const redisCpu = (1e6 * ((await redis.cpu()) - redisBefore)) / COUNT
  await redis.empty()
  const beganAlone = performance.now()
  for (const one of given.slice(0, ALONE)) await call(one)
  const alone = (1000 * (performance.now() - beganAlone)) / ALONE
  return { callsPerSecond, clientCpu: (user + system) / COUNT, redisCpu, alone }
}

const roundTrips = {}
for (const [name, open] of Object.entries(WAYS)) roundTrips[name] = await roundTripsOf(open)
const opened = {}
for (const [name, open] of Object.entries(WAYS)) opened[name] = await open(redis.url)
const measured = await inTurns(
  Object.fromEntries(Object.entries(opened).map(([name, way]) => [name, () => trying(() => measure(way))])),
  Number(options.rounds),
)
for (const { close } of Object.values(opened)) await close()
await redis.stop()

const all = (name, figure) => measured[name].map((round) => round[figure])
const rates = (name) => all(name, 'callsPerSecond')
const figures = Object.keys(WAYS).map((name) => {
  const of = (figure, digits) => rounded(median(all(name, figure)), digits)
  return {
    name,
    ...{ callsPerSecond: of('callsPerSecond', 0), microsecondsAlone: of('alone', 0) },
    ...{ clientCpu: of('clientCpu', 1), redisCpu: of('redisCpu', 1), roundTrips: roundTrips[name] },
  }
})
const ours = figures.find(({ name }) => name === OURS)
const timesAwaited = rounded(timesOf(rates(OURS), rates(AWAITED)), 2)
const timesScript = rounded(timesOf(rates(OURS), rates(SCRIPT)), 2)
const isSlow =
  ours.callsPerSecond < LIMITS.callsPerSecond &&
  (timesAwaited < LIMITS.timesAwaited || timesScript < LIMITS.timesScript)

if (options.json) console.log(JSON.stringify({ limits: LIMITS, figures, timesAwaited, timesScript }))
else {
  console.log(
    `Six limits and credits, ${AT_ONCE} calls in flight; microseconds, of CPU by Redis and by its client.`,
  )
  console.table(
    Object.fromEntries(
      figures.map(({ name, ...each }) => [
        name,
        {
          'calls a second': each.callsPerSecond,
          'µs alone': each.microsecondsAlone,
          'µs of the client': each.clientCpu,
          'µs of Redis': each.redisCpu,
          'round trips': each.roundTrips,
        },
      ]),
    ),
  )
  console.log(
    `ours makes ${timesAwaited} times as many calls as six awaited ones, ${timesScript} times the script's`,
  )
  console.log(
    `the limits: ${LIMITS.callsPerSecond} a second, or ${LIMITS.timesAwaited} and ${LIMITS.timesScript} times; ${LIMITS.roundTrips} round trip`,
  )
}
process.exitCode = isSlow || ours.roundTrips !== LIMITS.roundTrips ? 1 : 0
