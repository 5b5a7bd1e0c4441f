import { setImmediate } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import type { Alert } from '../../server/observe/alert.js'
import { chanceOf } from './chance.js'
import { guarded } from './guarded.js'
import { SERVED } from './places.js'
import { play } from './run.js'
import { BUDGET, scenarioOf } from './scenarios.js'

/** `npm run soak` asks for the whole of it: every attack, two weeks of visitors before it, three runs of chance. */
const SOAK = process.env['SOAK'] === '1'

/** What a release must keep to. */
interface Bounds {
  /** Fraudulent messages sent; a day, where an attack lasts for several. */
  fraud: number
  /** Share of visitors refused on its first day. */
  refused: number
  days?: number
  /** Messages to one number in a day. @default 4 */
  toOneNumber?: number
  /** How well a farm does is mostly luck: ranges that it opens early pay for long. @default 1, in the long form 3 */
  seeds?: number
  /** Of how many requests one is made in the short form, of an attack that has far more than it can use. */
  thinned?: number
  /** Whether the host's backend vouches for its visitors. */
  tickets?: boolean
}

const BOUNDS: Record<string, Bounds> = {
  none: { fraud: 0, refused: 0.0005 },
  A: { fraud: 700, refused: 0.02, thinned: 12 },
  D: { fraud: 700, refused: 0.02, seeds: 3 },
  E: { fraud: 200, refused: 0.02 },
  G: { fraud: 1700, refused: 0.02, thinned: 3 },
  ...(SOAK && {
    B: { fraud: 3500, refused: 0.02 },
    C: { fraud: 300, refused: 0.02, days: 5 },
    F: { fraud: 60, refused: 0.02 },
    H: { fraud: 250, refused: 0.02, days: 8, toOneNumber: 5 },
    // It closes every range that it reaches before the budget ends it. What is left is for visitors with a ticket.
    I: { fraud: BUDGET, refused: 0.05, tickets: true },
  }),
}

const FIRST_SEED = 11
const WARM_UP = SOAK ? 14 : 2

async function outcomeOf(name: string, seed: number, thinned: number, tickets: boolean) {
  const { visits, period } = scenarioOf(name, seed, WARM_UP)
  const alerts: Alert[] = []
  const outcome = await play(
    visits.filter(({ legit }, n) => legit || n % thinned === 0),
    guarded({ countries: SERVED, dailyBudget: BUDGET, tickets }, (alert) => alerts.push(alert)),
    period,
    chanceOf(seed + 2),
  )
  // Those of the last visit are reported after it.
  await setImmediate()
  return { ...outcome, alerts }
}

describe('the guard under attack', () => {
  for (const [
    name,
    { fraud, refused, days = 1, toOneNumber = 4, seeds = SOAK ? 3 : 1, thinned = 1, tickets = false },
  ] of Object.entries(BOUNDS)) {
    it(`sends at most ${fraud} messages a day for attack ${name}, refuses at most ${100 * refused} % of visitors, and wakes somebody up if it is one (SR-K08)`, async () => {
      let [sent, starts, turnedAway] = [0, 0, 0]
      for (let n = 0; n < seeds; n++) {
        const outcome = await outcomeOf(name, FIRST_SEED + n, SOAK ? 1 : thinned, tickets)
        sent += outcome.fraudSent
        starts += outcome.legitStarts
        turnedAway += outcome.legitRefused
        expect(outcome.alerts.length > 0, 'somebody is woken up').toBe(outcome.fraudRequests > 0)
        expect(outcome.mostToOneNumber).toBeLessThanOrEqual(toOneNumber)
      }
      expect(sent / seeds / days).toBeLessThanOrEqual(fraud)
      expect(starts).toBeGreaterThan(1000)
      expect(turnedAway / starts).toBeLessThanOrEqual(refused)
    }, 600_000)
  }
})
