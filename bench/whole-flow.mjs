// What a whole verification over HTTP costs the server in CPU, from the start to the token: `node bench/whole-flow.mjs` after
// a build. Ours runs as it does in production, with its guard, SQLite, its log and its metrics; its peers only do what they
// must, except better-auth, which keeps users and sessions in SQLite. All of them are processes of their own, speak with the
// same stand-in for Infobip on this machine, and are measured in turns, round by round: a machine that others use too is
// not always as fast. Packages that only peers need are installed into bench/peers at the first run, and the routes of
// Next.js are built at each. `--only raw,ours` takes some of them, `--rounds N` and `--count N` make it more or fewer,
// `--json` prints the figures for programs. Exits with 1 where one is beyond its limit (`LIMITS`).
import process from 'node:process'
import { parseArgs } from 'node:util'
import { inTurns, median, rounded, timesOf } from './medians.mjs'
import { prepare } from './peers/install.mjs'
import { SERVERS } from './peers/programs.mjs'
import { startServers, startUpstream } from './peers/servers.mjs'

const { values: options } = parseArgs({
  options: {
    only: { type: 'string' },
    rounds: { type: 'string', default: '9' },
    count: { type: 'string', default: '400' },
    json: { type: 'boolean', default: false },
  },
})
/** Redis is what added-latency.mjs is about: most of what it takes is in another process. */
const ALL = Object.keys(SERVERS).filter((name) => name !== 'ours on Redis')
const COUNT = Number(options.count)
const ROUNDS = Number(options.rounds)
const NAMES = options.only?.split(',') ?? ALL
for (const name of NAMES) if (!SERVERS[name]) throw new Error(`There is no ${name}.`)

/** Flows under way at once. */
const AT_ONCE = 32
/** Flows of each before anything counts, and before each round: a process that stood idle pays for waking up. */
const WARM_UP = Math.min(3000, 8 * COUNT)
const WAKE_UP = Math.min(200, COUNT)

/** How many times as much the second may cost as the first, at most or at least. */
const LIMITS = [
  { of: 'ours', over: 'raw', most: 3 },
  { of: "the guide's way", over: 'ours', least: 4 },
  { of: 'better-auth', over: 'ours', least: 7 },
]

let flows = 0

/** Takes `count` visitors of a server through a whole verification. */
async function load({ visitors }, count) {
  let left = count
  async function come() {
    while (left-- > 0) await visitors.check(await visitors.start(flows++))
  }
  await Promise.all(Array.from({ length: AT_ONCE }, come))
}

await prepare(NAMES)
const upstream = await startUpstream()
const servers = await startServers(NAMES, upstream, AT_ONCE)
for (const server of servers) await load(server, WARM_UP)
const measures = servers.map((server) => [
  server.name,
  async () => {
    await load(server, WAKE_UP)
    const before = await server.cpu()
    await load(server, COUNT)
    return ((await server.cpu()) - before) / COUNT
  },
])
const costs = await inTurns(Object.fromEntries(measures), ROUNDS)
for (const { stop } of servers) await stop()
await upstream.stop()

const figures = NAMES.map((name) => ({
  ...{ server: name, microseconds: Math.round(median(costs[name])) },
  ...(costs.raw && { timesRaw: rounded(timesOf(costs[name], costs.raw), 2) }),
}))
const limits = LIMITS.filter(({ of, over }) => costs[of] && costs[over]).map((limit) => {
  const times = rounded(timesOf(costs[limit.of], costs[limit.over]), 2)
  return { ...limit, times, met: times <= (limit.most ?? Infinity) && times >= (limit.least ?? 0) }
})
if (options.json) console.log(JSON.stringify({ flows: COUNT, rounds: ROUNDS, figures, limits }))
else {
  console.log(
    `CPU of the server for one flow, median of ${ROUNDS} rounds of ${COUNT} flows, ${AT_ONCE} at once`,
  )
  for (const { server, microseconds, timesRaw } of figures) {
    console.log(server.padEnd(32), `${microseconds} µs`.padStart(8), timesRaw ? `${timesRaw} times raw` : '')
  }
  for (const { of, over, times, most, least, met } of limits) {
    const limit = most ? `at most ${most}` : `at least ${least}`
    console.log(`${of}: ${times} times ${over}; the limit is ${limit}: ${met ? 'met' : 'NOT MET'}`)
  }
}
process.exitCode = limits.every(({ met }) => met) ? 0 : 1
