import { inTurn } from '../store/in-turn.js'
import type { Charge, Store, Tally } from '../store/store.js'
import { DAY } from '../time.js'
import { operatorOf, rangeOf } from './credits.js'
import { ALLOWANCES } from './flood.js'
import type { Names } from './names.js'
import type { Route } from './route.js'

/**
 * What an override may be about, in the words of the guard's accounts: a number, the ten thousand (`range`) or the million
 * (`operator`) that begin alike, an address (IPv4, or IPv6 /64) or its neighbourhood (/24, or /48).
 */
export interface Scope {
  of: 'number' | 'range' | 'operator' | 'address' | 'neighbourhood'
  /** A number; one with + but without its last four or six digits; an address; or a network with its prefix length. */
  value: string
}

/** `allow` waives what would refuse; `deny` refuses. */
export type Verdict = 'allow' | 'deny'

/** Longest life of an override, in milliseconds. */
export const LONGEST_OVERRIDE = 90 * DAY

/** What the operator's word means for one call. */
export interface Overruling {
  /**
   * Accounts that are full while the number, or the caller's address, is denied. They are only looked at; nothing waives them.
   */
  denials: Charge[]
  /** Marks, one of which stands while the number or the address is allowed; they waive what would refuse. */
  allowances: readonly string[]
}

/** The overrides that may exist for a number and the caller's address. */
export function overruling(route: Pick<Route, 'e164' | 'address'>, names: Names): Overruling {
  const rulings = scopesOf(route, names).flatMap((scope) => rulingsOn(scope, names))
  return {
    denials: rulings.map((ruling) => denial(ruling, LONGEST_OVERRIDE, true)),
    allowances: rulings.map(allowance),
  }
}

/**
 * Makes every server on the store obey, from the next message on. Whatever the scope had before ends.
 *
 * @param milliseconds for which it holds, at most LONGEST_OVERRIDE.
 * @throws StoreError
 */
export async function enact(
  store: Store,
  names: Names,
  { scope, verdict }: { scope: Scope; verdict: Verdict },
  milliseconds: number,
): Promise<void> {
  const rulings = rulingsOn(scope, names)
  const denying =
    verdict === 'deny'
      ? rulings.map((ruling) => ({ ...denial(ruling, milliseconds, false), anew: true }))
      : []
  const allowing = verdict === 'allow' ? rulings.map(allowance) : []
  const made = [...denying.map(({ key }) => key), ...allowing]
  const forgotten = keysOfScope(scope, names).filter((key) => !made.includes(key))
  const marks = allowing.map((key) => ({ key, keep: milliseconds }))
  if (verdict === 'allow') marks.push({ key: ALLOWANCES, keep: LONGEST_OVERRIDE })
  // Whatever fails in between, nothing denied is let through: a denial wins over an allowance.
  await inTurn<unknown>([
    ...(denying.length > 0 ? [() => store.consume(denying, 'operator')] : []),
    () => store.apply({ earnings: [], marks, forgotten }, 'operator'),
  ])
}

/** Every account and mark that an override of the scope has. */
export function keysOfScope(scope: Scope, names: Names): string[] {
  return rulingsOn(scope, names).flatMap((ruling) => [denial(ruling, 0, false).key, allowance(ruling)])
}

function denial(ruling: string, window: number, look: boolean): Tally {
  return { kind: 'tally', key: `denied:${ruling}`, amount: 1, limit: 1, window, look }
}

function allowance(ruling: string): string {
  return `allowed:${ruling}`
}

function rulingsOn({ of, value }: Scope, names: Names): readonly string[] {
  return names.of(of, value).ruling
}

function scopesOf({ e164, address }: Pick<Route, 'e164' | 'address'>, names: Names): Scope[] {
  const scopes: Scope[] = [
    { of: 'number', value: e164 },
    { of: 'range', value: rangeOf(e164) },
    { of: 'operator', value: operatorOf(e164) },
  ]
  if (address === undefined) return scopes
  const network = names.network(address)
  return [
    ...scopes,
    { of: 'address', value: network.address },
    { of: 'neighbourhood', value: network.neighbourhood },
  ]
}
