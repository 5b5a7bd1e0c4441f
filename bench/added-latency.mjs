// What a server adds to the time that Infobip takes: `node bench/added-latency.mjs` after a build. A stand-in on this machine
// answers each send after 100 ms, and tells afterwards how long it really took; what a start took beyond that is the
// server's. Starts come at a steady 200 a second, whether earlier ones have been answered or not, and their time runs from
// when they are sent; those that are refused, where a server has too much to do, are counted and have none. Ours runs as it
// does in production, on SQLite and on a Redis of its own (redis-server), and pads no answer; its peers only do what they
// must. They are measured in turns, round by round. `--only raw,ours` takes some of them, `--rounds N` and `--count N` make
// it more or fewer, `--json` prints the figures for programs. The marks in milliseconds were made on another machine, where
// they were that many times what raw took. Exits with 1 where ours reaches neither, at the median or at the 99th percentile,
// or refuses any.
import process from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { inTurns, median, rounded, timesOf } from './medians.mjs'
import { prepare } from './peers/install.mjs'
import { SERVERS } from './peers/programs.mjs'
import { startServers, startUpstream } from './peers/servers.mjs'

const { values: options } = parseArgs({
  options: {
    only: { type: 'string', default: 'raw,hono,hono with the SDK,ours,ours on Redis' },
    rounds: { type: 'string', default: '15' },
    count: { type: 'string', default: '400' },
    json: { type: 'boolean', default: false },
  },
})
const COUNT = Number(options.count)
const ROUNDS = Number(options.rounds)
const NAMES = options.only.split(',')
for (const name of NAMES) if (!SERVERS[name]) throw new Error(`There is no ${name}.`)

const DELAY = 100
const RATE = 200
/** More than are ever under way, so that none waits for a connection. */
const CONNECTIONS = 500
/** Starts at each before anything counts, and before each round: a process that stood idle pays for waking up. */
const WARM_UP = Math.min(2000, 5 * COUNT)
const WAKE_UP = Math.min(100, COUNT)

/** Milliseconds, and how many times what raw takes; either will do. */
const LIMITS = {
  ours: { p50: { milliseconds: 1.5, times: 2.4 }, p99: { milliseconds: 5, times: 1.9 } },
  'ours on Redis': { p50: { milliseconds: 2.5, times: 3.9 }, p99: { milliseconds: 8, times: 3.1 } },
}

await prepare(NAMES)
const upstream = await startUpstream(DELAY)
let starts = 0

/**
 * Sends starts at the steady rate.
 *
 * @returns how many milliseconds the server added to each that it took, and how many it refused
 */
async function offer({ visitors }, count) {
  const under = []
  async function one() {
    const began = performance.now()
    try {
      const { phoneNumber } = await visitors.start(starts++)
      return { to: phoneNumber.slice(1), total: performance.now() - began }
    } catch (error) {
      return { error }
    }
  }
  const first = performance.now()
  for (let n = 0; n < count; n++) {
    const due = first + (n * 1000) / RATE - performance.now()
    if (due > 0) await sleep(due)
    under.push(one())
  }
  const all = await Promise.all(under)
  const taken = await upstream.taken()
  const served = all.filter(({ error }) => !error)
  if (served.length === 0) throw all[0].error
  return {
    added: served.map(({ to, total }) => total - taken.get(to)),
    refused: all.length - served.length,
  }
}

/** The value below which so large a part of them lies. */
function percentile(values, part) {
  return values.toSorted((one, other) => one - other)[Math.ceil(part * values.length) - 1]
}

const servers = await startServers(NAMES, upstream, CONNECTIONS)
for (const server of servers) await offer(server, WARM_UP)
const measures = servers.map((server) => [
  server.name,
  async () => {
    await offer(server, WAKE_UP)
    const { added, refused } = await offer(server, COUNT)
    return { p50: percentile(added, 0.5), p99: percentile(added, 0.99), refused }
  },
])
const rounds = await inTurns(Object.fromEntries(measures), ROUNDS)
for (const { stop } of servers) await stop()
await upstream.stop()

const of = (name, figure) => rounds[name].map((round) => round[figure])
const figures = NAMES.map((server) => {
  const shown = (figure) => ({
    milliseconds: rounded(median(of(server, figure)), 2),
    ...(rounds.raw && { times: rounded(timesOf(of(server, figure), of('raw', figure)), 2) }),
  })
  const refused = of(server, 'refused').reduce((sum, each) => sum + each)
  return { server, p50: shown('p50'), p99: shown('p99'), refused }
})
const limits = figures.flatMap(({ server, refused, ...measured }) =>
  Object.entries(LIMITS[server] ?? {}).map(([figure, limit]) => {
    const { milliseconds, times = Infinity } = measured[figure]
    const reached = milliseconds <= limit.milliseconds || times <= limit.times
    return { server, figure, limit, met: refused === 0 && reached }
  }),
)
if (options.json) console.log(JSON.stringify({ starts: COUNT, rounds: ROUNDS, figures, limits }))
else {
  console.log(
    `Added to ${DELAY} ms at ${RATE} starts a second, median of ${ROUNDS} rounds of ${COUNT} starts`,
  )
  const text = ({ milliseconds, times }) =>
    `${milliseconds} ms${times ? ` (${times} times raw)` : ''}`.padEnd(28)
  for (const { server, p50, p99, refused } of figures) {
    console.log(
      server.padEnd(32),
      `p50 ${text(p50)}`,
      `p99 ${text(p99)}`,
      refused ? `${refused} refused` : '',
    )
  }
  for (const { server, figure, limit, met } of limits) {
    const { milliseconds, times } = limit
    console.log(`${server}, ${figure}: ${milliseconds} ms or ${times} times raw: ${met ? 'met' : 'NOT MET'}`)
  }
}
process.exitCode = limits.every(({ met }) => met) ? 0 : 1
