import type { Digests } from '../pepper/digests.js'
import { numberInLogs } from '../phone-number/number-in-logs.js'
import { canonicalPhoneNumber } from '../phone-number/phone-number.js'
import type { DeliveryReport } from '../provider/provider.js'
import type { RandomBytes } from '../random.js'
import type { Store } from '../store/store.js'
import { HOUR } from '../time.js'
import type { Observe } from './events.js'

/** Milliseconds within which the same report counts once: a service repeats reports that it believes lost. */
const MEMORY = 6 * HOUR

/** Records reports. Rejects with a StoreError when the store is away, so that the service repeats them. */
export type RecordDeliveries = (reports: readonly DeliveryReport[]) => Promise<void>

/**
 * Records what became of messages, each once. Nothing else depends on it: credit is earned only by codes, since a seller of
 * messages could report whatever pays.
 */
export function recordDeliveries(deps: {
  store: Store
  digests: Digests
  observe: Observe
  random: RandomBytes
}): RecordDeliveries {
  const { store, digests, observe, random } = deps
  return async function record(reports) {
    for (const { messageId, phoneNumber, outcome } of reports) {
      const caller = Buffer.from(random(16)).toString('base64url')
      const isNew = await store.claim(
        `delivery:${digests.digest('call', messageId, outcome)}`,
        caller,
        MEMORY,
        // The report belongs to a message that was sent, so a flood of starts that fills the store cannot hide it.
        'under way',
      )
      if (!isNew) continue
      const number = phoneNumber === undefined ? undefined : canonicalPhoneNumber(phoneNumber)
      observe({ event: 'delivery', outcome, ...(number && numberInLogs(number, digests)) })
    }
  }
}
