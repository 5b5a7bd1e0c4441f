import { addressCharges } from '../guard/address-limits.js'
import { pauseFor } from '../guard/charging.js'
import { namesUnder } from '../guard/names.js'
import type { ChargedBy } from '../store/store.js'
import type { ChallengeDeps } from './challenge-deps.js'

/**
 * Charges an address for one of the challenges that it may ask for in a minute, or for one of the answers that this server may
 * check with another service on its behalf. Does nothing where the address is not known.
 *
 * @param by who asks. @default a newcomer
 * @throws VerificationError `rate_limited`, with the time to wait
 */
export type TakeShare = (
  address: string | undefined,
  what: 'challenges' | 'answers',
  by?: ChargedBy,
) => Promise<void>

/** The shares of addresses in one store. */
export function addressShares({ store, digests }: Pick<ChallengeDeps, 'store' | 'digests'>): TakeShare {
  const names = namesUnder(digests)
  return async function take(address, what, by) {
    const consumed = await store.consume(addressCharges({ address }, names, what), by)
    if ('charges' in consumed) return
    throw pauseFor(consumed, 'challenges')
  }
}
