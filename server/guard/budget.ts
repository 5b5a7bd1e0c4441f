import type { Site } from '../site.js'
import type { Charge } from '../store/store.js'

const DAY = 24 * 60 * 60_000

/** What one message takes from the site's budget of the current UTC day. */
export function budgetCharge(site: Site, now: number): Charge {
  const day = Math.floor(now / DAY)
  return { key: `budget:${site.sitekey}:${day}`, limit: site.dailyBudget, window: DAY }
}
