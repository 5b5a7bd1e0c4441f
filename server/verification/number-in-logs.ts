import type { NumberInLogs } from '../observe/events.js'
import type { Digests } from './digests.js'
import { numberTypeOf, type NumberType } from './phone-number.js'

/** What logs are told of a number. @param number its type is looked up unless it is given. */
export function numberInLogs(
  number: { e164: string; country: string; type?: NumberType | undefined },
  digests: Digests,
): NumberInLogs {
  const { e164, country, type = numberTypeOf(e164) } = number
  return { ref: digests.ref(e164), country, numberType: type }
}
