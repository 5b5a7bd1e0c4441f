import type { Channel } from '../../contract/index.js'
import { RESERVED_SHARE, UNSOLVED_SHARE } from '../site/policy.js'
import type { Site } from '../site/site.js'
import type { Tally } from '../store/store.js'
import { DAY } from '../time.js'
import type { Names } from './names.js'
import type { Route } from './route.js'

/** Parts of one unit of money in which prices are counted: a millionth. */
export const MICRO = 1_000_000

/** Money in whole millionths of a unit. Fractions are rounded up, so that nothing is charged below its price. */
export function inMillionths(money: number): number {
  const nearest = Math.round(money * MICRO)
  // In floating point, 0.0079 times a million is more than 7900, and rounding it up would add one; the quotient compares
  // exactly.
  return nearest / MICRO >= money ? nearest : nearest + 1
}

/** An account of the current UTC day. */
export interface BudgetAccount {
  name: 'budget' | 'spend'
  key: string
  /** Messages, or millionths of a unit of money. */
  limit: number
}

/** The limit of money where that is only counted. */
const NO_CEILING = Number.MAX_SAFE_INTEGER

/** The site's accounts of messages and, where it has a ceiling, of money. */
export function budgetAccounts(site: Site, now: number): BudgetAccount[] {
  return countedAccounts(site, now).filter(({ name, limit }) => name === 'budget' || limit !== NO_CEILING)
}

/**
 * The site's accounts, with that of money even where there is no ceiling: one set in the middle of a day then includes the
 * morning.
 */
function countedAccounts({ sitekey, dailyBudget, dailySpend }: Site, now: number): BudgetAccount[] {
  const day = `${sitekey}:${Math.floor(now / DAY)}`
  const messages = { name: 'budget' as const, key: `budget:${day}`, limit: dailyBudget }
  if (!dailySpend) return [messages]
  const { limit } = dailySpend
  // Rounded down: a ceiling is never exceeded.
  const ceiling = limit === undefined ? NO_CEILING : -inMillionths(-limit)
  return [messages, { name: 'spend', key: `spend:${day}`, limit: ceiling }]
}

/**
 * What one message takes from the site's budgets of the current UTC day, in messages and in money.
 *
 * A share is reserved for known numbers and for visitors whom the host's backend vouches for, so that an attacker who drains the
 * rest does not shut them out.
 */
export function budgetCharges(
  site: Site,
  route: Route,
  channel: Channel,
  names: Names,
  now: number,
): Tally[] {
  const waivers = names.of('number at a site', route.sitekey, route.e164).known
  return chargesTo(site, route, channel, now).flatMap((whole) => {
    const open = partOf(whole, 'open', 1 - RESERVED_SHARE, waivers)
    return route.ticketed ? [whole] : [open, whole]
  })
}

/**
 * What a message without a solved challenge takes from the share of the budgets set aside for such messages. A solution lifts
 * this share and nothing else.
 *
 * @param allowances marks by which the operator waives it.
 */
export function unsolvedCharges(
  site: Site,
  route: Route,
  channel: Channel,
  names: Names,
  now: number,
  allowances: readonly string[],
): Tally[] {
  if (site.onCeiling === 'deny' || route.ticketed) return []
  const waivers = [...names.of('number at a site', route.sitekey, route.e164).known, ...allowances]
  return chargesTo(site, route, channel, now).map((whole) =>
    partOf(whole, 'unsolved', UNSOLVED_SHARE, waivers),
  )
}

/** What one message takes from each whole budget; from that of money only where its price is known. */
function chargesTo(site: Site, { country }: Route, channel: Channel, now: number): Tally[] {
  const price = site.dailySpend?.price(country, channel)
  const amounts = { budget: 1, spend: price === undefined ? undefined : inMillionths(price) }
  return countedAccounts(site, now).flatMap(({ name, key, limit }): Tally[] => {
    const amount = amounts[name]
    return amount === undefined ? [] : [{ kind: 'tally', key, amount, limit, window: DAY }]
  })
}

/** The charge to a share of a budget, which has its own account. */
function partOf(whole: Tally, part: 'open' | 'unsolved', share: number, waivers: readonly string[]): Tally {
  const { kind, amount, window } = whole
  const key = whole.key.replace(':', `-${part}:`)
  return { kind, key, amount, limit: Math.ceil(whole.limit * share), window, waivers }
}
