import type { Charge, Store, Tally } from '../store/store.js'
import type { Names } from './names.js'
import { networkOf } from './network.js'
import { DAY } from './policy.js'
import type { Route } from './route.js'

/**
 * What an override may be about, in the words of the guard's accounts: a number, the ten thousand (`range`) or the million
 * (`operator`) that begin alike, an address (IPv4, or IPv6 /64) or its neighbourhood (/24, or /48).
 */
export interface Scope {
  of: 'number' | 'range' | 'operator' | 'address' | 'neighbourhood'
  /** With + and all digits but the last four or six; or a network with its bits. */
  value: string
}

/** To waive what would refuse, or to refuse. */
export type Verdict = 'allow' | 'deny'

/** Longest life of an override, in milliseconds. */
export const LONGEST_OVERRIDE = 90 * DAY

/** What the operator's word means for one call. */
export interface Overruling {
  /** Accounts that are full while the number, or the address that asks, is denied. They are only looked at; nothing waives them. */
  denials: Charge[]
  /** Waives these while the number, or the address, is allowed. */
  unlessAllowed<T extends { waivers?: readonly string[] | undefined }>(charges: readonly T[]): T[]
}

/** What there may be of overrides for a number and who asks. */
export function overruling(route: Pick<Route, 'e164' | 'address'>, names: Names): Overruling {
  const scopes = scopesOf(route)
  const marks = scopes.flatMap((scope) => allowancesOf(scope, names))
  return {
    denials: scopes.flatMap((scope) =>
      denialsOf(scope, names, LONGEST_OVERRIDE).map((one) => ({ ...one, look: true })),
    ),
    unlessAllowed: (charges) =>
      charges.map((one) => ({ ...one, waivers: [...(one.waivers ?? []), ...marks] })),
  }
}

/**
 * Makes every server of the store obey, from the next message on. Whatever the scope had before is over.
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
  const denying = denialsOf(scope, names, milliseconds)
  const allowing = verdict === 'allow' ? allowancesOf(scope, names) : []
  const forgotten = keysOfScope(scope, names).filter((key) => !allowing.includes(key))
  const marks = allowing.map((key) => ({ key, keep: milliseconds }))
  await store.earn({ earnings: [], marks, forgotten })
  if (verdict === 'deny') await store.consume(denying)
}

/** Every account and mark that an override of the scope has. */
export function keysOfScope(scope: Scope, names: Names): string[] {
  return [...denialsOf(scope, names, 0).map(({ key }) => key), ...allowancesOf(scope, names)]
}

function denialsOf({ of, value }: Scope, names: Names, window: number): Tally[] {
  return names.of('ruling', of, value).map((key) => ({
    ...{ kind: 'tally', key: `denied:${key}`, amount: 1, limit: 1, window },
  }))
}

function allowancesOf({ of, value }: Scope, names: Names): string[] {
  return names.of('ruling', of, value).map((key) => `allowed:${key}`)
}

function scopesOf({ e164, address }: Pick<Route, 'e164' | 'address'>): Scope[] {
  const scopes: Scope[] = [
    { of: 'number', value: e164 },
    { of: 'range', value: e164.slice(0, -4) },
    { of: 'operator', value: e164.slice(0, -6) },
  ]
  if (address === undefined) return scopes
  const network = networkOf(address)
  return [
    ...scopes,
    { of: 'address', value: network.address },
    { of: 'neighbourhood', value: network.neighbourhood },
  ]
}
