import type { Rule } from '../observe/events.js'
import type { Credit, Earning, Payday } from '../store/store.js'
import type { Names } from './names.js'
import { FAVOURED_OVERDRAFT, KNOWN, WIDENING, type Policy, type Terms } from './policy.js'
import type { Route } from './route.js'

export type Account = keyof Policy['credits']

/**
 * The credit that one send takes, narrowest account first.
 *
 * Known numbers are waived: they have paid before. A range in which a number was proven lately does not draw on its
 * operator and its country, so that fraud elsewhere in the country does not close it.
 *
 * @param overdrawn whether an account that allows it may go below nothing: the visitor has solved a challenge; `favoured`,
 * only for those whom bots are not among.
 * @param allowances marks by which the operator waives it.
 */
export function creditCharges(
  route: Route,
  names: Names,
  { credits }: Policy,
  overdrawn: (account: Account) => boolean | 'favoured',
  allowances: readonly string[],
): Credit[] {
  const narrow = [...names.of('number', route.e164).known, ...allowances]
  const wide = [...narrow, ...names.of('range', rangeOf(route.e164)).proven]
  return accountsOf(route, names).map(([account, key]): Credit => {
    const { initial, refill, keep, overdraft } = credits[account]
    const allowed = overdrawn(account)
    const usual = allowed === true ? overdraft : 0
    const most = allowed ? overdraft * FAVOURED_OVERDRAFT : 0
    const marks = most > 0 ? provenAddress(route, names) : []
    return {
      kind: 'credit',
      key,
      initial,
      refill,
      keep,
      overdraft: route.ticketed ? most : usual,
      favoured: marks.length > 0 ? { marks, overdraft: most } : undefined,
      waivers: account === 'operator' || account === 'country' ? wide : narrow,
    }
  })
}

/** How far below nothing an account may go at most, for whoever solves a challenge. */
export function overdraftOf(rule: Rule, { credits }: Policy): number {
  return ((credits as Partial<Record<Rule, Terms>>)[rule]?.overdraft ?? 0) * FAVOURED_OVERDRAFT
}

/**
 * What follows when the number of a route is proven.
 *
 * A number that was known already pays nothing back, for nothing was charged; nor does one that the operator allows.
 *
 * @param bonus credits beyond the one spent.
 * @param allowances marks by which the operator does.
 */
export function conversionOf(
  route: Route,
  names: Names,
  { credits }: Policy,
  bonus: number,
  allowances: readonly string[],
): Payday {
  const { known } = names.of('number', route.e164)
  const range = names.of('range', rangeOf(route.e164))
  const waivers = [...known, ...allowances]
  const earnings = accountsOf(route, names).map(([account, key]): Earning => {
    const { initial, refill, keep } = credits[account]
    return { key, initial, refill, keep, gain: 1 + bonus, widen: WIDENING, waivers }
  })
  return {
    earnings,
    marks: [
      ...known.map((key) => ({ key, keep: KNOWN.number })),
      ...range.proven.map((key) => ({ key, keep: KNOWN.range })),
      // As long as one of its numbers may be known.
      ...range.inhabited.map((key) => ({ key, keep: KNOWN.number })),
      ...provenAddress(route, names).map((key) => ({ key, keep: KNOWN.address })),
      { key: provenCountry(route.sitekey, route.country), keep: KNOWN.country },
    ],
    forgotten: [],
  }
}

/** The mark of a country in which a number was proven at the site lately. */
export function provenCountry(sitekey: string, country: string): string {
  return `proven-country:${sitekey}:${country}`
}

function provenAddress({ address }: Route, names: Names): readonly string[] {
  return address === undefined ? [] : names.of('caller', names.network(address).address)['proven-address']
}

/** The site's account of a country. */
export function countryKey(sitekey: string, country: string): string {
  return `country:${sitekey}:${country}`
}

/** The number without its last four digits. */
export function rangeOf(e164: string): string {
  return e164.slice(0, -4)
}

/** The number without its last six digits. */
export function operatorOf(e164: string): string {
  return e164.slice(0, -6)
}

function accountsOf(route: Route, names: Names): [Account, string][] {
  const { sitekey, country, e164, address } = route
  const network = address === undefined ? undefined : names.network(address)
  const of = (account: Account, keys: readonly string[]) =>
    keys.map((key): [Account, string] => [account, key])
  return [
    ...of('range', names.of('range', rangeOf(route.e164)).range),
    ...(network ? of('address', names.of('address', network.address).address) : []),
    ...(network ? of('neighbourhood', names.of('neighbourhood', network.neighbourhood).neighbourhood) : []),
    ...of('operator', names.of('operator', operatorOf(e164)).operator),
    ['country', countryKey(sitekey, country)],
  ]
}
