import type { Channel } from '../../contract/index.js'
import type { Site } from '../site.js'
import { overdraftOf } from './credits.js'

/** The worst day of one country. */
export interface CountryBound {
  /** ISO 3166-1 alpha-2. */
  country: string
  /** Most messages of a day to numbers in ranges where nobody was ever proven. */
  messages: number
  /** What one costs at most, be it a text or a call; `undefined` where a price is not known. */
  price: number | undefined
  /** What one costs at least. */
  leastPrice: number | undefined
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
 * @param price of a message to a country, if it is known.
 */
export function boundOf(site: Site, price: Pricing): Bound {
  const { initial, refill } = site.policy.credits.country
  const challenged = site.challenge.kind !== 'none'
  const credit = site.shadow
    ? Infinity
    : initial + HOURS * refill + (challenged ? overdraftOf('country', site.policy) : 0)
  const countries = [...site.phoneRules.countries].map((country): CountryBound => ({
    ...{ country, messages: Math.min(credit, site.dailyBudget), ...pricesTo(country, site, price) },
  }))
  const anywhere = countries.map((one) => ({ ...one, messages: site.dailyBudget }))
  const [messages, cost] = worst(anywhere, site)
  const [unproven, unprovenCost] = worst(countries, site)
  return { sitekey: site.sitekey, messages, cost, unproven, unprovenCost, countries }
}

/** What a text or a call to a country costs, as far as that is known. */
export type Pricing = ((country: string, channel: Channel) => number | undefined) | undefined

function pricesTo(
  country: string,
  { channels, voiceCountries }: Site,
  price: Pricing,
): Pick<CountryBound, 'price' | 'leastPrice'> {
  const prices = channels
    .filter((channel) => channel !== 'voice' || voiceCountries.has(country))
    .map((channel) => price?.(country, channel))
  const known = prices.filter((one) => one !== undefined)
  if (known.length < prices.length) return { price: undefined, leastPrice: undefined }
  return { price: Math.max(...known), leastPrice: Math.min(...known) }
}

/** Most messages, and most money, that the budgets let these countries take together. */
function worst(countries: readonly CountryBound[], site: Site): [number, number | undefined] {
  const isPriced = countries.every(({ price }) => price !== undefined)
  return [mostMessages(countries, site), isPriced ? mostMoney(countries, site) : undefined]
}

/** Takes from each country in turn, the cheapest first, as long as messages and money last. */
function mostMessages(countries: readonly CountryBound[], { dailyBudget, dailySpend }: Site): number {
  const spend = dailySpend?.limit ?? Infinity
  let [messages, cost] = [0, 0]
  const cheapest = countries.toSorted((a, b) => (a.leastPrice ?? 0) - (b.leastPrice ?? 0))
  for (const { messages: most, leastPrice: price = 0 } of cheapest) {
    // A millionth of a message short of one is one: money is counted in millionths.
    const paid = price > 0 ? Math.floor((spend - cost) / price + 1e-6) : Infinity
    const taken = Math.max(0, Math.min(most, dailyBudget - messages, paid))
    messages += taken
    cost += taken * price
  }
  return messages
}

/** Takes the dearest first. Texts and calls may fill the day's money to its last cent, so that is not counted in messages. */
function mostMoney(countries: readonly CountryBound[], { dailyBudget, dailySpend }: Site): number {
  let [messages, cost] = [0, 0]
  for (const { messages: most, price = 0 } of countries.toSorted((a, b) => (b.price ?? 0) - (a.price ?? 0))) {
    const taken = Math.min(most, dailyBudget - messages)
    messages += taken
    cost += taken * price
  }
  return Math.min(cost, dailySpend?.limit ?? Infinity)
}
