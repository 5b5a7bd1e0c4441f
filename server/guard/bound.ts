import type { Site } from '../site.js'
import { overdraftOf } from './credits.js'

/** The worst day of one country. */
export interface CountryBound {
  /** ISO 3166-1 alpha-2. */
  country: string
  /** Most messages of a day to numbers in ranges where nobody was ever proven. */
  messages: number
  /** What one costs; `undefined` where no prices are known. */
  price: number | undefined
}

/** The worst day of one site. */
export interface Bound {
  sitekey: string
  /** Most messages of a day, whatever happens: the budget, or what the daily money pays for where that is less. */
  messages: number
  /** What they cost at most, where prices are known. */
  cost: number | undefined
  /** Of these, most messages to ranges where nobody was ever proven: what a fraudster gets who enters no codes. */
  unproven: number
  /** What those cost at most. */
  unprovenCost: number | undefined
  countries: readonly CountryBound[]
}

const HOURS = 24

/**
 * The worst day of a site, said before it is deployed.
 *
 * Credit bounds each country by what its account opens with and what a day brings, and, where visitors may solve
 * challenges, by its overdraft. The budgets bound them all together. Where the guard only shadows, the budgets alone do.
 *
 * @param price of a message to a country, if prices are known.
 */
export function boundOf(site: Site, price: ((country: string) => number) | undefined): Bound {
  const { initial, refill } = site.policy.credits.country
  const challenged = site.challenge.kind !== 'none'
  const credit = site.shadow
    ? Infinity
    : initial + HOURS * refill + (challenged ? overdraftOf('country', site.policy) : 0)
  const countries = [...site.phoneRules.countries].map((country): CountryBound => ({
    ...{ country, messages: Math.min(credit, site.dailyBudget), price: price?.(country) },
  }))
  const anywhere = countries.map((one) => ({ ...one, messages: site.dailyBudget }))
  const [messages, cost] = worst(anywhere, site)
  const [unproven, unprovenCost] = worst(countries, site)
  return { sitekey: site.sitekey, messages, cost, unproven, unprovenCost, countries }
}

/** Most messages, and most money, that the budgets let these countries take together. */
function worst(
  countries: readonly CountryBound[],
  { dailyBudget, dailySpend }: Site,
): [number, number | undefined] {
  const spend = dailySpend?.limit ?? Infinity
  const byPrice = countries.toSorted((a, b) => (a.price ?? 0) - (b.price ?? 0))
  const [messages] = fill(byPrice, dailyBudget, spend)
  const [, cost] = fill(byPrice.toReversed(), dailyBudget, spend)
  return [messages, countries.every(({ price }) => price !== undefined) ? cost : undefined]
}

/** Takes from each country in turn, as long as messages and money last. */
function fill(
  countries: readonly CountryBound[],
  budget: number,
  spend: number,
): [messages: number, cost: number] {
  let [messages, cost] = [0, 0]
  for (const { messages: most, price = 0 } of countries) {
    // A millionth of a message short of one is one: money is counted in millionths.
    const paid = price > 0 ? Math.floor((spend - cost) / price + 1e-6) : Infinity
    const taken = Math.max(0, Math.min(most, budget - messages, paid))
    messages += taken
    cost += taken * price
  }
  return [messages, cost]
}
