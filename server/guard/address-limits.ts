import type { Spacing } from '../store/store.js'
import type { Names } from './names.js'
import { networkOf } from './network.js'
import { LIMITS } from './policy.js'
import type { Route } from './route.js'

const SPANS = {
  starts: LIMITS.addressStarts,
  checks: LIMITS.addressChecks,
  challenges: LIMITS.addressChallenges,
  answers: LIMITS.addressChallenges,
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
