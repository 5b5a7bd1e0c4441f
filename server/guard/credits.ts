import { usualPart } from '../phone-number/usual-length.js'
import type { Rule } from '../refusal/reasons.js'
import { FAVOURED_OVERDRAFT, KNOWN, TRUST, WIDENING, type Policy, type Terms } from '../site/policy.js'
import type { Site } from '../site/site.js'
import type { Credit, Earning, AccountChanges, Receipt } from '../store/store.js'
import { ruleIn, type Names } from './names.js'
import type { Route } from './route.js'

/** The accounts that hold credit, by their names in the policy. */
export type CreditName = keyof Policy['credits']

/** Accounts not charged for a range in which a number was proven recently. */
const WIDE: readonly CreditName[] = ['operator', 'country']

/**
 * The credit that one send takes, narrowest account first.
 *
 * Known numbers take none: they have paid before (see `trustCharges`). A range in which a number was proven recently does not
 * draw on its operator and its country, so that fraud elsewhere in the country does not close it. Both hold at one site only, so
 * that what its visitors prove does not open another.
 *
 * @param overdrawn whether an account that allows it may go below zero, because the visitor has solved a challenge; `favoured`:
 * only if it keeps a last tenth for this one.
 * @param allowances marks by which the operator waives it.
 */
export function creditCharges(
  route: Route,
  names: Names,
  { credits }: Policy,
  overdrawn: (credit: CreditName) => boolean | 'favoured',
  allowances: readonly string[],
): Credit[] {
  const narrow = [...knownNumber(route, names), ...allowances]
  const wide = [...narrow, ...provenRange(route, names)]
  return accountsOf(route, names).map(([name, key]): Credit => {
    const { initial, refill, keep, overdraft } = credits[name]
    const allowed = overdrawn(name)
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
      waivers: WIDE.includes(name) ? wide : narrow,
    }
  })
}

/** What a message to a known number takes from those that it may get without entering a code. */
export function trustCharges(route: Route, names: Names): Credit[] {
  return trustOf(route, names).map((key) => ({ kind: 'credit', key, ...TRUST }))
}

/** Whether a receipt shows that the number is known: it took no credit, and no operator had allowed that. */
export function isToKnown({ charges }: Receipt, { e164 }: Route, names: Names): boolean {
  const { number } = names.of('number', e164)
  return charges.every(({ kind }) => kind !== 'credit') && charges.some(({ key }) => number.includes(key))
}

/** Which credit a message to an unknown number did not take. */
export function waivedOf({ charges }: Receipt, { sitekey, country }: Route): 'wide' | 'free' | undefined {
  if (charges.every(({ kind }) => kind !== 'credit')) return 'free'
  return charges.every(({ key }) => key !== countryKey(sitekey, country)) ? 'wide' : undefined
}

/** Makes a number a stranger at the site again. */
export function distrusted(route: Route, names: Names): AccountChanges {
  return { earnings: [], marks: [], forgotten: knownNumber(route, names) }
}

/** How far below zero an account may go at most, for visitors who solve a challenge. */
export function overdraftOf(rule: Rule, { credits }: Policy): number {
  return ((credits as Partial<Record<Rule, Terms>>)[rule]?.overdraft ?? 0) * FAVOURED_OVERDRAFT
}

/**
 * What follows when the number of a route is proven.
 *
 * An account that was not charged gets only the bonus. A number that was already known pays nothing back, because nothing was
 * charged; nor does one that the operator allows.
 *
 * @param bonus credits beyond the one spent.
 * @param allowances marks by which the operator allows it.
 */
export function provenChanges(
  route: Route,
  names: Names,
  { policy: { credits }, rememberNumbers }: Pick<Site, 'policy' | 'rememberNumbers'>,
  bonus: number,
  allowances: readonly string[],
): AccountChanges {
  const known = knownNumber(route, names)
  const waivers = [...known, ...allowances]
  const accounts = route.waived === 'all' ? [] : accountsOf(route, names)
  const earnings = accounts.map(([name, key]): Earning => {
    const { initial, refill, keep } = credits[name]
    const isSpared = route.waived === 'free' || (route.waived === 'wide' && WIDE.includes(name))
    const spent = isSpared ? 0 : 1
    return { key, initial, refill, keep, gain: spent + bonus, widen: WIDENING, waivers }
  })
  // For strangers this would only add a full account per visitor.
  const trusted = route.waived === 'all' ? trustOf(route, names) : []
  const trust = trusted.map((key): Earning => {
    const { initial, refill, keep } = TRUST
    return { key, initial, refill, keep, gain: 1 + bonus, widen: 0 }
  })
  return {
    earnings: [...earnings, ...trust],
    marks: [
      ...(rememberNumbers ? known : []).map((key) => ({ key, keep: KNOWN.number })),
      ...provenRange(route, names).map((key) => ({ key, keep: KNOWN.range })),
      // Kept for as long as one of its numbers may be known.
      ...names.of('range', rangeOf(route.e164)).inhabited.map((key) => ({ key, keep: KNOWN.number })),
      ...provenAddress(route, names).map((key) => ({ key, keep: KNOWN.address })),
      { key: provenCountry(route.sitekey, route.country), keep: KNOWN.country },
    ],
    forgotten: [],
  }
}

/** The mark of a country in which a number was recently proven at the site. */
export function provenCountry(sitekey: string, country: string): string {
  return `proven-country:${sitekey}:${country}`
}

function knownNumber({ sitekey, e164 }: Route, names: Names): readonly string[] {
  return names.of('number at a site', sitekey, e164).known
}

function trustOf({ sitekey, e164 }: Route, names: Names): readonly string[] {
  return names.of('number at a site', sitekey, e164).trust
}

// The range's name with the site appended costs no further digest.
function provenRange({ sitekey, e164 }: Route, names: Names): readonly string[] {
  return names.of('range', rangeOf(e164)).proven.map((key) => `${key}:${sitekey}`)
}

function provenAddress({ address }: Route, names: Names): readonly string[] {
  return address === undefined ? [] : names.of('caller', names.network(address).address)['proven-address']
}

/** The site's account of a country. */
export function countryKey(sitekey: string, country: string): string {
  return `country:${sitekey}:${country}`
}

/** A receipt without what a range was charged. */
export function withoutRange({ charges, at }: Receipt): Receipt {
  return { charges: charges.filter(({ key }) => ruleIn(key) !== 'range'), at }
}

/** The number without its last four digits, as if it were no longer than is usual. */
export function rangeOf(e164: string): string {
  return usualPart(e164).slice(0, -4)
}

/** The number without its last six digits, as if it were no longer than is usual. */
export function operatorOf(e164: string): string {
  return usualPart(e164).slice(0, -6)
}

function accountsOf(route: Route, names: Names): [CreditName, string][] {
  const { sitekey, country, e164, address } = route
  const network = address === undefined ? undefined : names.network(address)
  const of = (credit: CreditName, keys: readonly string[]) =>
    keys.map((key): [CreditName, string] => [credit, key])
  return [
    ...of('range', names.of('range', rangeOf(route.e164)).range),
    ...(network ? of('address', names.of('address', network.address).address) : []),
    ...(network ? of('neighbourhood', names.of('neighbourhood', network.neighbourhood).neighbourhood) : []),
    ...of('operator', names.of('operator', operatorOf(e164)).operator),
    ['country', countryKey(sitekey, country)],
  ]
}
