import type { Charge, Spacing } from '../store/store.js'
import type { Names } from './names.js'
import { networkOf } from './network.js'
import { HOUR, LIMITS, NEIGHBOURHOOD_STARTS } from './policy.js'
import type { Route } from './route.js'

const SPANS = {
  starts: LIMITS.addressStarts,
  checks: LIMITS.addressChecks,
  challenges: LIMITS.addressChallenges,
  answers: LIMITS.addressChallenges,
  secrets: LIMITS.addressSecrets,
}

/** What one call takes from the limits of its caller's address; nothing where that is not known. */
export function addressCharges(
  { address }: Pick<Route, 'address'>,
  names: Names,
  what: keyof typeof SPANS,
): Spacing[] {
  if (address === undefined) return []
  return names
    .of(what, networkOf(address).address)
    .map((key) => ({ kind: 'spacing', key, spans: SPANS[what] }))
}

/**
 * What a start takes from limits beyond which a challenge has to be solved: how many different numbers an address has asked
 * for, and how often its neighbourhood did. Known numbers, and visitors whom the host vouches for, are none of them.
 */
export function softCharges({ address, e164, ticketed }: Route, names: Names): Charge[] {
  if (address === undefined || ticketed) return []
  const network = networkOf(address)
  const waivers = names.of('known', e164)
  const met = names.of('met', network.address, e164)[0]!
  return [
    ...names.of('numbers', network.address).map((key): Charge => ({
      ...{ kind: 'spacing', key, spans: LIMITS.addressNumbers, waivers },
      once: { key: met, keep: HOUR },
    })),
    ...names.of('crowd', network.neighbourhood).map((key): Charge => ({
      ...{ kind: 'tally', key, amount: 1, ...NEIGHBOURHOOD_STARTS, waivers },
    })),
  ]
}
