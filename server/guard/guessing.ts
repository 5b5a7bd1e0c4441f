import { GUESSING } from '../site/policy.js'
import type { Store, Tally } from '../store/store.js'
import { DAY, MINUTE } from '../time.js'
import { countOf, startedKey } from './conversion.js'

/** Whole days before today with which the last minutes are compared. */
const DAYS = 7

/** Milliseconds for which this process remembers what it found. */
const FOUND_AGE = 5000

/** Counts a wrong code at a site. */
export function wrongCounts(sitekey: string, now: number): Tally[] {
  return [
    countOf(wrongOfMinute(sitekey, now), (GUESSING.minutes + 2) * MINUTE),
    countOf(wrongOfDay(sitekey, now), (DAYS + 2) * DAY),
  ]
}

/** Finds out whether somebody is guessing codes at a site: many numbers, a few codes each. */
export interface Guessing {
  /** Whether wrong codes per start are far above last week's rate, as counted by all servers on the store. */
  isOn(sitekey: string): Promise<boolean>
}

/**
 * Guessing over one store.
 *
 * Wrong codes are compared with starts: a busy hour has more of both, and an attacker who wants to hide guesses must pay for
 * starts that carry none, which limits and credit bound. Compared with all codes, eight times the usual share could be more than
 * all of them. Today is not in the baseline, because an attack must not excuse itself.
 */
export function guessingOver(store: Store): Guessing {
  const found = new Map<string, { at: number; isOn: boolean }>()

  async function look(sitekey: string, now: number): Promise<boolean> {
    const minutes = Array.from({ length: GUESSING.minutes }, (_, n) => now - n * MINUTE)
    const days = Array.from({ length: DAYS }, (_, n) => now - (n + 1) * DAY)
    const parts = [
      minutes.map((at) => wrongOfMinute(sitekey, at)),
      minutes.map((at) => startedKey(sitekey, 'minute', at)),
      days.map((at) => wrongOfDay(sitekey, at)),
      days.map((at) => startedKey(sitekey, 'day', at)),
    ]
    const held = await store.sums(parts.flat())
    const [wrong = 0, started = 0, wrongInWeek = 0, startedInWeek = 0] = parts.map((part) =>
      held.splice(0, part.length).reduce((sum, one) => sum + one, 0),
    )
    const { least, times, usual, prior, most } = GUESSING
    const baseline = Math.min(most, (wrongInWeek + prior * usual) / (startedInWeek + prior))
    return wrong >= least && wrong > times * baseline * started
  }

  return {
    async isOn(sitekey) {
      const now = await store.recent()
      const kept = found.get(sitekey)
      if (kept && now - kept.at < FOUND_AGE) return kept.isOn
      const isOn = await look(sitekey, now)
      found.set(sitekey, { at: now, isOn })
      return isOn
    },
  }
}

/** A charge that refuses everybody who has solved no challenge. */
export function guessingCharge(sitekey: string, waivers: readonly string[]): Tally {
  return { kind: 'tally', key: `guessing:${sitekey}`, amount: 1, limit: 0, window: 1, look: true, waivers }
}

function wrongOfMinute(sitekey: string, at: number): string {
  return `guesses:${sitekey}:wrong:minute:${Math.floor(at / MINUTE)}`
}

function wrongOfDay(sitekey: string, at: number): string {
  return `guesses:${sitekey}:wrong:day:${Math.floor(at / DAY)}`
}
