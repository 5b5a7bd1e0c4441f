import { parseArgs } from 'node:util'
import { BUDGET, SCENARIOS } from './scenarios.js'

/** What is to be played, and how the figures are to be shown. */
export interface Options {
  scenarios: readonly string[]
  seeds: readonly number[]
  /** Messages a day. */
  budget: number | undefined
  /** Whether the host's backend vouches for its visitors. */
  tickets: boolean
  /** Path of a trace to be played instead. */
  trace: string | undefined
  /** Path of the picture. */
  plot: string | undefined
  json: boolean
  help: boolean
}

/** How it is called. */
export const USAGE = `npm run simulate -- [options]

  --scenario NAME  one of ${SCENARIOS.join(', ')} (all of them)
  --seed N         another run of chance; several of them for the mean of several runs (11)
  --budget N       messages a day that the site allows itself (${BUDGET}; of a trace five for each visitor of a mean day, if that is more)
  --tickets        give visitors a ticket of the site's backend, and fraudsters none
  --trace FILE     play these events instead, a line of JSON for each:
                   {"t":0,"ip":"192.0.2.1","phone":"+393201234567","verifies":true,"legit":true}
  --plot FILE      also draw what was sent to fraudsters, hour by hour, as SVG
  --json           print the figures for programs`

/** @throws Error that says what is wrong with the arguments */
export function readOptions(): Options {
  const { values } = parseArgs({
    options: {
      scenario: { type: 'string' },
      seed: { type: 'string', multiple: true, default: ['11'] },
      budget: { type: 'string' },
      tickets: { type: 'boolean', default: false },
      trace: { type: 'string' },
      plot: { type: 'string' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  })
  const { scenario, seed, budget, tickets, trace, plot, json, help } = values
  if (scenario !== undefined && !SCENARIOS.includes(scenario))
    throw new Error(`There is no scenario "${scenario}".\n\n${USAGE}`)
  return {
    scenarios: scenario === undefined ? SCENARIOS : [scenario],
    seeds: seed.map(whole),
    budget: budget === undefined ? undefined : whole(budget),
    ...{ tickets, trace, plot, json, help },
  }
}

function whole(text: string): number {
  if (!/^[0-9]{1,9}$/.test(text)) throw new Error(`A whole number is wanted, not "${text}".\n\n${USAGE}`)
  return Number(text)
}
