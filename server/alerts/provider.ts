import type { ProviderCall } from '../provider/provider.js'
import { HOUR } from '../site/policy.js'
import type { Teller } from './teller.js'

/** Calls in a row that brought no answer, where there are too few for a circuit breaker to open. */
const IN_A_ROW = 5

/**
 * Watches what becomes of calls to the provider, and tells when it refuses the key, the account or the configuration, is left
 * alone because call after call failed, or has answered none of five. What the provider itself says is in the log alone.
 */
export function watchProvider({ aside, tell }: Teller): (call: ProviderCall) => void {
  let failed = 0
  return function called({ outcome, status, reason, alarm }) {
    const isFailed = outcome === 'unavailable' || outcome === 'unknown'
    // A bare 400 may be about the number.
    failed = isFailed && status !== 400 ? failed + 1 : 0
    if (!alarm && reason !== 'circuit_open' && failed < IN_A_ROW) return
    aside(() => tell({ alert: 'provider' }, '', HOUR))
  }
}
