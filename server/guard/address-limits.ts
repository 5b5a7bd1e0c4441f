import type { Spacing } from '../store/store.js'
import type { Names } from './names.js'
import { networkOf } from './network.js'
import { LIMITS } from './policy.js'
import type { Route } from './route.js'

/** What one start or check takes from the limits of its caller's address; nothing where that is not known. */
export function addressCharges(
  { address }: Pick<Route, 'address'>,
  names: Names,
  what: 'starts' | 'checks',
): Spacing[] {
  if (address === undefined) return []
  const spans = what === 'starts' ? LIMITS.addressStarts : LIMITS.addressChecks
  return names.of(what, networkOf(address).address).map((key) => ({ kind: 'spacing', key, spans }))
}
