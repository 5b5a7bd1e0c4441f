import type { Digests } from '../pepper/digests.js'
import type { RandomBytes } from '../random.js'
import type { Store } from '../store/store.js'

/** Milliseconds from setting a challenge to the last moment at which its solution is taken. */
export const LIFETIME = 5 * 60_000

/** What challenges are made of. */
export interface ChallengeDeps {
  store: Store
  digests: Digests
  random: RandomBytes
}
