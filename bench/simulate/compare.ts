import { chanceOf } from './chance.js'
import { noDefence, plainLimits, type NewDefence } from './defence.js'
import { guarded, type SiteSettings } from './guarded.js'
import { play, type Outcome, type Tally } from './run.js'
import type { Scenario } from './scenarios.js'

/** What became of one scenario under one defence; of several seeds, their mean. */
export interface Result {
  /** The scenario's, and the defence's unless it is the whole of ours. */
  name: string
  scenario: string
  defence: string
  outcome: Outcome
}

/** The guard, whole. */
export const OURS = 'the guard'

/** Plays the same scenario, once for each seed, against the guard and against what others have. */
export async function compare(
  scenarios: readonly { scenario: Scenario; seed: number }[],
  settings: SiteSettings,
): Promise<Result[]> {
  const defences: Record<string, NewDefence> = {
    [OURS]: guarded(settings),
    'no defence': noDefence,
    'number and address limits': plainLimits,
  }
  const results: Result[] = []
  for (const [defence, newDefence] of Object.entries(defences)) {
    const outcomes: Outcome[] = []
    for (const { scenario, seed } of scenarios)
      outcomes.push(await play(scenario.visits, newDefence, scenario.period, chanceOf(seed + 2)))
    const { name, title } = scenarios[0]!.scenario
    const shown = defence === OURS ? name : `${name} (${defence})`
    results.push({ name: shown, scenario: title, defence, outcome: meanOf(outcomes) })
  }
  return results
}

function meanOf(outcomes: readonly Outcome[]): Outcome {
  const mean = (of: (outcome: Outcome) => number) =>
    outcomes.reduce((sum, outcome) => sum + of(outcome), 0) / outcomes.length
  const tally = (of: (outcome: Outcome) => Tally): Tally => {
    const rules = new Set(outcomes.flatMap((outcome) => Object.keys(of(outcome))))
    return Object.fromEntries([...rules].map((rule) => [rule, mean((outcome) => of(outcome)[rule] ?? 0)]))
  }
  const hours = Math.max(...outcomes.map(({ fraudByHour }) => fraudByHour.length))
  return {
    fraudRequests: mean(({ fraudRequests }) => fraudRequests),
    fraudSent: mean(({ fraudSent }) => fraudSent),
    fraudByHour: Array.from({ length: hours }, (_, hour) =>
      mean(({ fraudByHour }) => fraudByHour[hour] ?? fraudByHour.at(-1)!),
    ),
    mostToOneNumber: Math.max(...outcomes.map(({ mostToOneNumber }) => mostToOneNumber)),
    legitStarts: mean(({ legitStarts }) => legitStarts),
    legitRefused: mean(({ legitRefused }) => legitRefused),
    legitChallenged: mean(({ legitChallenged }) => legitChallenged),
    refusals: {
      fraud: tally(({ refusals }) => refusals.fraud),
      legit: tally(({ refusals }) => refusals.legit),
    },
  }
}
