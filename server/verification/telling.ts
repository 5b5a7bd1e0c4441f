import type { Whom } from '../refusal/reasons.js'
import { VerificationError } from '../refusal/verification-error.js'

/**
 * Makes a call, and lets a refusal of it say whom it met.
 *
 * @param whom is asked only then.
 */
export async function telling<T>(whom: () => Omit<Whom, 'reason'>, call: () => Promise<T>): Promise<T> {
  try {
    return await call()
  } catch (error) {
    throw error instanceof VerificationError ? error.about(whom()) : error
  }
}
