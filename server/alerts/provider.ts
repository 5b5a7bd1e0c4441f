import type { Digests } from '../pepper/digests.js'
import type { Provider, ProviderCall, SendOutcome } from '../provider/provider.js'
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

/** Numbers in a row to which a limit of the provider's let no message go. */
const NUMBERS = 5

/**
 * The same provider, under watch: tells when its own limits keep messages from one number after another. Calls do not say whether
 * the limit is the account's or the number's, so one number that has reached its own wakes nobody, however often it is asked for.
 */
export function watchLimits(provider: Provider, { aside, tell }: Teller, digests: Digests): Provider {
  const refused = new Set<string>()

  function sent(outcome: SendOutcome): SendOutcome {
    if (outcome.outcome === 'sent') refused.clear()
    return outcome
  }

  function limited(phoneNumber: string): void {
    if (refused.size < NUMBERS) refused.add(digests.digest('number', phoneNumber))
    if (refused.size === NUMBERS) aside(() => tell({ alert: 'provider' }, '', HOUR))
  }

  return {
    async send(request) {
      const outcome = sent(await provider.send(request))
      if (outcome.outcome === 'throttled') limited(request.phoneNumber)
      return outcome
    },
    // Whose number it is, a resend does not say.
    resend: async (...call) => sent(await provider.resend(...call)),
    check: (...call) => provider.check(...call),
  }
}
