// Runs the benchmarks one after the other, or those that are named: `npm run bench`, `npm run bench -- first-answer`. `--json`
// prints the figures for programs and nothing else. Exits with 1 where one is beyond its limits or came to no end.
import './node-version.mjs'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { parseArgs } from 'node:util'
import { root, runNode, say } from './processes.mjs'
import { end } from './setup.mjs'

/** What each is called, beside its file in bench/, and what it measures. */
const BENCHMARKS = {
  'whole-flow': 'What a whole verification costs the server',
  'added-latency': 'What the server adds to the time that Infobip takes',
  'refused-requests': 'What a refused start costs the server',
  'script-weight': 'What the script weighs',
  'time-to-type': 'How long a visitor waits until they can type',
  'live-verifications': 'What a million verifications under way cost a store',
  growth: 'Whether starts cost the same with more connections, processes and verifications',
  'redis-limits': 'What six limits and credits cost on Redis',
  'verify-tokens': 'How many tokens a backend verifies',
  'first-answer': 'How long a start takes until the first answer',
  'challenge-times': 'How long a phone works on a challenge',
  'handle-times': 'Whether the time of an answer tells which handles exist',
}

const { options, chosen } = readArguments()
await prepare()
const results = {}
for (const name of chosen) results[name] = await (options.json ? figuresOf(name) : printed(name))

const missed = chosen.filter((name) => results[name].exitCode !== 0)
if (options.json) console.log(JSON.stringify(results, undefined, 2))
else if (missed.length > 0) say(`Beyond their limits, or at no end: ${missed.join(', ')}.`)
process.exitCode = missed.length > 0 ? 1 : 0

function readArguments() {
  const usage = `Choose among: ${Object.keys(BENCHMARKS).join(', ')}. For example: npm run bench -- first-answer`
  try {
    const { values, positionals } = parseArgs({
      options: { json: { type: 'boolean', default: false } },
      allowPositionals: true,
    })
    const unknown = positionals.find((name) => !Object.hasOwn(BENCHMARKS, name))
    if (unknown !== undefined) end(`There is no benchmark "${unknown}". ${usage}`)
    return { options: values, chosen: positionals.length > 0 ? positionals : Object.keys(BENCHMARKS) }
  } catch (error) {
    return end(`${error.message}\n${usage}`)
  }
}

/** Builds, and sees to what they need. What is said meanwhile goes to standard error: standard output is for the figures. */
async function prepare() {
  const aside = { stdio: ['ignore', process.stderr, 'inherit'] }
  if ((await runNode(['scripts/bench-ready.mjs'], aside)) !== 0) end('There is nothing to measure.')
}

/** Lets a benchmark print its table. */
async function printed(name) {
  say(`${BENCHMARKS[name]} (bench/${name}.mjs) …`)
  const exitCode = await runNode([`bench/${name}.mjs`])
  console.log()
  return { exitCode }
}

/** What a benchmark has measured, or nothing where it failed before. */
async function figuresOf(name) {
  const child = spawn(process.execPath, [`bench/${name}.mjs`, '--json'], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [printed, [exitCode]] = await Promise.all([text(child.stdout), once(child, 'exit')])
  return { exitCode: exitCode ?? 1, ...(printed && { figures: JSON.parse(printed) }) }
}
