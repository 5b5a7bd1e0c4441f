import type { Site } from '../site.js'
import type { Tally } from '../store/store.js'
import type { Names } from './names.js'
import { DAY, RESERVED_SHARE } from './policy.js'
import type { Route } from './route.js'

/** Parts of one unit of money in which prices are counted: a millionth. */
const MICRO = 1_000_000

/**
 * What one message takes from the site's budgets of the current UTC day, in messages and in money.
 *
 * A share is kept for known numbers and for visitors whom the host's backend vouches for: whoever drains the rest does
 * not keep them out.
 */
export function budgetCharges(site: Site, route: Route, names: Names, now: number): Tally[] {
  const day = `${site.sitekey}:${Math.floor(now / DAY)}`
  const tally = (key: string, amount: number, limit: number): Tally => ({
    ...{ kind: 'tally', key: `${key}:${day}`, amount, limit, window: DAY },
  })
  const budgets: [name: string, amount: number, limit: number][] = [['budget', 1, site.dailyBudget]]
  const { dailySpend } = site
  if (dailySpend) {
    budgets.push(['spend', Math.ceil(dailySpend.price(route.country) * MICRO), dailySpend.limit * MICRO])
  }
  const waivers = names.of('known', route.e164)
  return budgets.flatMap(([name, amount, limit]) => [
    ...(route.ticketed
      ? []
      : [{ ...tally(`${name}-open`, amount, Math.ceil(limit * (1 - RESERVED_SHARE))), waivers }]),
    tally(name, amount, limit),
  ])
}
