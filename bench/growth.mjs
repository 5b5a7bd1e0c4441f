// Whether the server is as fast when there is more of everything: `node bench/growth.mjs` after a build, with a redis-server.
// Starts, each of which sends a code through the sandbox, at 10, 100 and 1,000 connections; with 1 to 4 processes on one Redis;
// and with 1,000 to 1,000,000 verifications under way in Redis, in SQLite 100,000, near the most that a file holds. Told is the
// CPU that a start takes of all servers and of Redis, and how many there are in a second: on a machine with few cores, which
// the load and the sandbox share, that says less. What is compared runs at once and is measured in turns. `--only
// connections|processes|live` takes some, `--live N` is the most verifications, `--rounds N`, `--json` prints the figures for
// programs. Ends with 1 where it is not flat: where a start takes more than 1.5 times the CPU that it takes with the least, or
// with more processes than one, 1.25 times.
import { parseArgs } from 'node:util'
import { byConnections, byLive, byProcesses } from './growth/kinds.mjs'
import { sandbox } from './growth/sending.mjs'
import { inTurns, median, rounded, timesOf } from './medians.mjs'

const { values: options } = parseArgs({
  options: {
    only: { type: 'string', multiple: true, default: ['connections', 'processes', 'live'] },
    live: { type: 'string', default: '1000000' },
    rounds: { type: 'string', default: '7' },
    json: { type: 'boolean', default: false },
  },
})

const LEVELS = [1000, 10_000, 100_000, 1_000_000].filter((live) => live <= Number(options.live))
const LIVE = { SQLite: LEVELS.filter((live) => live <= 100_000), Redis: LEVELS }

/** What grows: how it is opened, and how many times the CPU a start may take with more of it. */
const GROWING = {
  // All of them together are fewer than a file takes before the guard has kept 200,000 accounts.
  connections: [{ open: () => byConnections([10, 100, 1000], 1200), most: 1.5 }],
  processes: [{ open: () => byProcesses([1, 2, 3, 4], 300), most: 1.25 }],
  // Few of them: where a thousand are alive, there are not to be many more in the end.
  live: Object.entries(LIVE).map(([kind, levels]) => ({ open: () => byLive(kind, levels, 100), most: 1.5 })),
}

/** Measures what grows, and holds it against the least of it. */
async function figuresOf({ open, most }) {
  const { measures, stop } = await open()
  const measured = await inTurns(measures, Number(options.rounds))
  await stop()
  const names = Object.keys(measures)
  const all = (name, figure) => measured[name].map((round) => round[figure])
  return names.map((name) => ({
    name,
    ...{
      microseconds: Math.round(median(all(name, 'cpu'))),
      perSecond: Math.round(median(all(name, 'perSecond'))),
    },
    ...{ times: rounded(timesOf(all(name, 'cpu'), all(names[0], 'cpu')), 2), most },
  }))
}

const figures = []
for (const what of options.only) {
  for (const growing of GROWING[what]) figures.push(...(await figuresOf(growing)))
}
await sandbox.stop()

if (options.json) console.log(JSON.stringify({ figures }))
else {
  console.log(
    'Starts that send: microseconds of CPU each, how many times that of the least, and how many a second.',
  )
  console.table(
    Object.fromEntries(
      figures.map(({ name, microseconds, times, most, perSecond }) => [
        name,
        { 'µs of CPU': microseconds, times, 'at most': most, 'a second': perSecond },
      ]),
    ),
  )
}
process.exitCode = figures.some(({ times, most }) => times > most) ? 1 : 0
