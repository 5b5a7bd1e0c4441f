import type { Whom } from '../refusal/reasons.js'
import { VerificationError } from '../refusal/verification-error.js'

/**
 * Runs a call and adds log context to any refusal it throws.
 *
 * @param whom called only then.
 */
export async function telling<T>(whom: () => Omit<Whom, 'reason'>, call: () => Promise<T>): Promise<T> {
  try {
    return await call()
  } catch (error) {
    throw error instanceof VerificationError ? error.about(whom()) : error
  }
}
