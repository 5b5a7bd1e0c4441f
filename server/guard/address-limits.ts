import type { Charge, Spacing } from '../store/store.js'
import type { Names } from './names.js'
import { networkOf } from './network.js'
import { DAY, HOUR, POLICY, type Policy } from './policy.js'
import type { Route } from './route.js'

const LIMIT_OF = {
  starts: 'addressStarts',
  checks: 'addressChecks',
  challenges: 'addressChallenges',
  answers: 'addressChallenges',
  secrets: 'addressSecrets',
} as const

/**
 * What one call takes from the limits of its caller's address; nothing where that is not known.
 *
 * @param policy the site's; a call that is of no site yet has the usual one.
 */
export function addressCharges(
  { address }: Pick<Route, 'address'>,
  names: Names,
  what: keyof typeof LIMIT_OF,
  policy: Policy = POLICY,
): Spacing[] {
  if (address === undefined) return []
  return names
    .of(what, networkOf(address).address)
    .map((key) => ({ kind: 'spacing', key, spans: policy.limits[LIMIT_OF[what]] }))
}

/**
 * What a start takes from limits beyond which a challenge has to be solved: how many different numbers an address has asked
 * for, and how often its neighbourhood did. Known numbers, and visitors whom the host vouches for, are none of them.
 */
export function softCharges({ address, e164, ticketed }: Route, names: Names, policy: Policy): Charge[] {
  if (address === undefined || ticketed) return []
  const network = networkOf(address)
  const waivers = names.of('known', e164)
  const met = names.of('met', network.address, e164)[0]!
  return [
    ...names.of('numbers', network.address).map((key): Charge => ({
      ...{ kind: 'spacing', key, spans: policy.limits.addressNumbers, waivers },
      once: { key: met, keep: HOUR },
    })),
    ...names.of('crowd', network.neighbourhood).map((key): Charge => ({
      ...{ kind: 'tally', key, amount: 1, limit: policy.neighbourhoodStarts, window: DAY, waivers },
    })),
  ]
}
