import { addressCharges } from '../guard/address-limits.js'
import { namesUnder } from '../guard/names.js'
import { VerificationError } from '../verification/verification-error.js'
import type { ChallengeDeps } from './challenge-deps.js'

/**
 * Takes one of the challenges that an address may ask for in a minute, or of the answers that it may make this server ask
 * others about.
 *
 * @throws VerificationError `rate_limited`, told openly
 */
export async function takeFrom(
  address: string | undefined,
  what: 'challenges' | 'answers',
  { store, digests }: Pick<ChallengeDeps, 'store' | 'digests'>,
): Promise<void> {
  const consumed = await store.consume(addressCharges({ address }, namesUnder(digests), what))
  if ('charges' in consumed) return
  const retryAfter = Math.ceil(consumed.wait / 1000)
  throw new VerificationError('rate_limited', { retryAfter, reason: 'challenges' })
}
