import { readFileSync, writeFileSync } from 'node:fs'
import { readOptions, USAGE, type Options } from './arguments.js'
import { compare, OURS, type Result } from './compare.js'
import { SERVED } from './places.js'
import { plot } from './plot.js'
import { BUDGET, scenarioOf } from './scenarios.js'
import { figures, table } from './table.js'
import { readTrace, siteOf, TraceError } from './trace.js'

// Refusals are thrown by the hundred thousand, and nobody reads where from.
Error.stackTraceLimit = 0

try {
  const options = readOptions()
  if (options.help) console.log(USAGE)
  else await simulate(options)
} catch (error) {
  console.error((error as Error).message)
  process.exitCode = 1
}

async function simulate(options: Options): Promise<void> {
  const { trace } = options
  const results = await (trace === undefined ? playAll(options) : playTrace(trace, options))
  if (options.plot !== undefined) writeFileSync(options.plot, plot(results))
  console.log(options.json ? JSON.stringify(figures(results)) : table(results))
}

/** The guard's results come first. */
async function playAll({ scenarios, seeds, budget = BUDGET, tickets }: Options): Promise<Result[]> {
  const results: Result[] = []
  for (const name of scenarios) {
    const runs = seeds.map((seed) => ({ seed, scenario: scenarioOf(name, seed) }))
    results.push(...(await compare(runs, { countries: SERVED, dailyBudget: budget, tickets })))
  }
  return results.toSorted((one, other) => Number(other.defence === OURS) - Number(one.defence === OURS))
}

async function playTrace(file: string, { seeds, budget, tickets }: Options): Promise<Result[]> {
  try {
    const scenario = readTrace(readFileSync(file, 'utf8'))
    const site = siteOf(scenario)
    const runs = seeds.map((seed) => ({ seed, scenario }))
    return await compare(runs, { ...site, dailyBudget: budget ?? site.dailyBudget, tickets })
  } catch (error) {
    throw error instanceof TraceError ? new TraceError(`${file}: ${error.message}`) : error
  }
}
