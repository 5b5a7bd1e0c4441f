import { addressCharges } from '../guard/address-limits.js'
import { pauseFor } from '../guard/charging.js'
import { namesUnder } from '../guard/names.js'
import type { ChargedBy } from '../store/store.js'
import type { ChallengeDeps } from './challenge-deps.js'

/**
 * Takes one of the challenges that an address may ask for in a minute, or of the answers that it may make this server ask
 * others about; nothing where the address is not known.
 *
 * @param by who asks. @default a newcomer
 * @throws VerificationError `rate_limited`, told openly
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
