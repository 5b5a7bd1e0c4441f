import { ATTACKS } from './attacks.js'
import { chanceOf } from './chance.js'
import { A_DAY, legitVisits } from './legit.js'
import type { Period } from './run.js'
import { DAY, HOUR, type Visit } from './visit.js'

/** What is played: visits in the order of their times. */
export interface Scenario {
  /** Its letter, or `none`. */
  name: string
  title: string
  visits: Visit[]
  period: Period
}

/** The letters of the attacks, and `none`: a calm week. */
export const SCENARIOS: readonly string[] = ['none', ...Object.keys(ATTACKS)]

/**
 * Messages a day that the simulated site allows itself unless told otherwise: five times its visitors. With three times,
 * what strangers may use of it is not enough for them and for a botnet on the same day.
 */
export const BUDGET = 5 * A_DAY

/** Days without an attack before anything is measured. */
const WARM_UP = 14

/** Hour of the day at which attacks begin. */
const BEGIN = 9

/**
 * The scenario of that name. Visitors are counted for the first day of an attack, and for six days where there is none.
 *
 * @throws Error when there is no scenario of that name
 */
export function scenarioOf(name: string, seed: number, warmUp = WARM_UP): Scenario {
  if (!SCENARIOS.includes(name)) throw new Error(`There is no scenario "${name}".`)
  const attack = ATTACKS[name]
  const visitors = chanceOf(seed)
  if (!attack) {
    const period = { from: warmUp * DAY, until: (warmUp + 6) * DAY }
    return { name, title: 'calm', visits: legitVisits(warmUp + 6, visitors), period }
  }
  const from = warmUp * DAY + BEGIN * HOUR
  const visits = [
    ...legitVisits(from / DAY + attack.days, visitors),
    ...attack.visits(from, chanceOf(seed + 1)),
  ]
  return {
    name,
    title: `${name} ${attack.name}`,
    visits: visits.sort((one, other) => one.at - other.at),
    period: { from, until: from + DAY },
  }
}
