import type { ProviderCause } from '../observe/alert.js'
import type { Digests } from '../pepper/digests.js'
import type { Provider, ProviderCall, SendOutcome } from '../provider/provider.js'
import { HOUR } from '../time.js'
import type { Teller } from './teller.js'

/** Calls in a row without an answer after which an alert is sent, even if they are too few to open the circuit breaker. */
const IN_A_ROW = 5

/** Tells of a cause once an hour: one that is told of hides no other. */
function telling({ aside, tell }: Teller): (reason: ProviderCause) => void {
  return (reason) => aside(() => tell({ alert: 'provider', reason }, reason, HOUR))
}

/**
 * Watches the outcomes of calls to the provider. Sends an alert when it refuses the key, the account or the configuration, when
 * the circuit breaker opens because calls keep failing, or when five calls in a row got no answer. The provider's own words are
 * only logged.
 */
export function watchProvider(teller: Teller): (call: ProviderCall) => void {
  const told = telling(teller)
  let failed = 0
  return function called({ outcome, status, reason, alarm }) {
    // Whoever refuses has answered.
    const isFailed = outcome === 'unavailable' || outcome === 'unknown'
    // A bare 400 may be about the number.
    failed = isFailed && !alarm && status !== 400 ? failed + 1 : 0
    if (alarm) told('refused')
    else if (reason === 'circuit_open' || failed >= IN_A_ROW) told('unanswered')
  }
}

/** Different numbers in a row to which a limit of the provider's let no message through. */
const NUMBERS = 5

/**
 * Wraps a provider and sends an alert when its own limits keep messages from one number after another. Answers do not say
 * whether a limit is the account's or the number's, so a single number that has reached its own causes no alert, however often
 * it is asked for.
 */
export function watchLimits(provider: Provider, teller: Teller, digests: Digests): Provider {
  const told = telling(teller)
  const refused = new Set<string>()

  function sent(outcome: SendOutcome): SendOutcome {
    if (outcome.outcome === 'sent') refused.clear()
    return outcome
  }

  function limited(phoneNumber: string): void {
    if (refused.size < NUMBERS) refused.add(digests.digest('number', phoneNumber))
    if (refused.size === NUMBERS) told('limit')
  }

  return {
    async send(request) {
      const outcome = sent(await provider.send(request))
      if (outcome.outcome === 'throttled') limited(request.phoneNumber)
      return outcome
    },
    // A resend does not say which number it is for.
    resend: async (...call) => sent(await provider.resend(...call)),
    check: (...call) => provider.check(...call),
  }
}
