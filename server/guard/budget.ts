import type { Site } from '../site.js'
import type { Tally } from '../store/store.js'

const DAY = 24 * 60 * 60_000

/** What one message takes from the site's budget of the current UTC day. */
export function budgetCharge(site: Site, now: number): Tally {
  const day = Math.floor(now / DAY)
  return {
    kind: 'tally',
    key: `budget:${site.sitekey}:${day}`,
    amount: 1,
    limit: site.dailyBudget,
    window: DAY,
  }
}
