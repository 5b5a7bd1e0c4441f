import type { Channel } from '../../contract/index.js'
import { RESERVED_SHARE } from '../site/policy.js'
import type { Site } from '../site/site.js'
import { budgetAccounts, inMillionths, MICRO } from './budget.js'
import { overdraftOf } from './credits.js'

/** The worst first day of one country. */
export interface CountryBound {
  /** ISO 3166-1 alpha-2. */
  country: string
  /** Most messages in a day, before anybody has been proven at the site, to numbers whose codes are never entered. */
  messages: number
  /** What these cost at most, where prices are known. */
  cost: number | undefined
  /** What one costs at most, text or call; `undefined` where a price is not known. */
  price: number | undefined
  /** What one costs at least. */
  leastPrice: number | undefined
}

/** The worst day of one site. */
export interface Bound {
  sitekey: string
  /** Most messages in a day, whatever happens: the budget, or what the daily money pays for if that is less. */
  messages: number
  /** What they cost at most, where prices are known. */
  cost: number | undefined
  /** Most of these, before anybody has been proven at the site, to numbers whose codes are never entered. */
  firstDay: number
  /** What those cost at most. */
  firstDayCost: number | undefined
  /**
   * Most messages of any later day to numbers not known at the site: proven visitors have widened credit by then, so only the
   * budget without its reserve bounds them.
   */
  later: number
  /** What those cost at most. */
  laterCost: number | undefined
  /** Whether the guard is in shadow mode, so that credit bounds nothing. */
  shadow: boolean
  countries: readonly CountryBound[]
}

const HOURS = 24

/**
 * The worst day of a site, computed before it is deployed.
 *
 * Before anybody has been proven, credit bounds each country: by what its account opens with, what a day adds, and, where
 * visitors may solve challenges, its overdraft. Later the account also holds what visitors have earned it, so only the budgets
 * are a bound that can be given beforehand. In shadow mode that is so from the first day on.
 *
 * @param price of a message to a country, if it is known.
 */
export function boundOf(site: Site, price: Pricing): Bound {
  const { initial, refill } = site.policy.credits.country
  const challenged = site.challenge.kind !== 'none'
  const overdraft = challenged ? overdraftOf('country', site.policy) : 0
  const credit = site.shadow ? Infinity : Math.floor(initial + HOURS * refill + overdraft)
  const all = budgetsOf(site, 1)
  // Visitors with a ticket may use the reserve; without a secret there are no tickets.
  const open = budgetsOf(site, site.secrets.length > 0 ? 1 : 1 - RESERVED_SHARE)
  const countries = [...site.phoneRules.countries].map((country): CountryBound => {
    const prices = pricesTo(country, site, price)
    const [messages, cost] = worst([{ messages: credit, ...prices }], open)
    return { country, messages, cost, ...prices }
  })
  const anywhere = countries.map((one) => ({ ...one, messages: Infinity }))
  const [messages, cost] = worst(anywhere, all)
  const [firstDay, firstDayCost] = worst(countries, open)
  const [later, laterCost] = worst(anywhere, open)
  const { sitekey, shadow } = site
  return { sitekey, messages, cost, firstDay, firstDayCost, later, laterCost, countries, shadow }
}

/** Messages and money of one day. */
interface Budgets {
  messages: number
  /** In millionths of a unit, as the guard counts it. */
  money: number
}

/** A share of what a site may use in a day. */
function budgetsOf(site: Site, share: number): Budgets {
  const [messages, money = Infinity] = budgetAccounts(site, 0).map(({ limit }) => Math.ceil(limit * share))
  return { messages: messages!, money }
}

/** What a text or a call to a country costs, as far as that is known. */
export type Pricing = ((country: string, channel: Channel) => number | undefined) | undefined

type Prices = Pick<CountryBound, 'price' | 'leastPrice'>

function pricesTo(country: string, { channels, voiceCountries }: Site, price: Pricing): Prices {
  const prices = channels
    .filter((channel) => channel !== 'voice' || voiceCountries.has(country))
    .map((channel) => price?.(country, channel))
  const known = prices.filter((one) => one !== undefined)
  if (known.length < prices.length) return { price: undefined, leastPrice: undefined }
  return { price: Math.max(...known), leastPrice: Math.min(...known) }
}

/** The most messages and the most money that the budgets let these countries take together. */
function worst(
  countries: readonly ({ messages: number } & Prices)[],
  budgets: Budgets,
): [number, number | undefined] {
  const cheapest = countries.map(({ messages, leastPrice = 0 }) => ({ messages, price: leastPrice }))
  const dearest = countries.map(({ messages, price = 0, leastPrice = 0 }) => ({
    messages: Math.min(messages, paidBy(budgets.money, leastPrice)),
    price,
  }))
  const [messages] = fill(
    cheapest.toSorted((a, b) => a.price - b.price),
    budgets,
  )
  // Texts and calls together may use the day's money to its last cent, so it is not counted in messages there.
  const [, cost] = fill(
    dearest.toSorted((a, b) => b.price - a.price),
    { ...budgets, money: Infinity },
  )
  const isPriced = countries.every(({ price }) => price !== undefined)
  return [messages, isPriced ? Math.min(cost, budgets.money / MICRO) : undefined]
}

/** Takes from each country in turn, while messages and money last. */
function fill(
  countries: readonly { messages: number; price: number }[],
  budgets: Budgets,
): [messages: number, cost: number] {
  let [messages, cost, charged] = [0, 0, 0]
  for (const { messages: most, price } of countries) {
    const paid = paidBy(budgets.money - charged, price)
    const taken = Math.max(0, Math.min(most, budgets.messages - messages, paid))
    messages += taken
    cost += taken * price
    charged += taken * inMillionths(price)
  }
  return [messages, cost]
}

/** How many messages of that price an amount in millionths of a unit pays for. */
function paidBy(money: number, price: number): number {
  return price > 0 ? Math.floor(money / inMillionths(price)) : Infinity
}
