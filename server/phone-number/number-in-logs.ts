import type { Digests } from '../pepper/digests.js'
import { numberTypeOf, type NumberType } from './phone-number.js'

/** What logs are told of a number: one that only lets two lines about it be seen as such, and two that many have. */
export interface NumberInLogs {
  /** A keyed digest, another one every thirty days. */
  ref: string
  /** ISO 3166-1 alpha-2. */
  country: string
  /** What its range is for, as far as the country's plan tells. */
  numberType?: NumberType | undefined
}

/** What logs are told of a number. @param number its type is looked up unless it is given. */
export function numberInLogs(
  number: { e164: string; country: string; type?: NumberType | undefined },
  digests: Digests,
): NumberInLogs {
  const { e164, country, type = numberTypeOf(e164) } = number
  return { ref: digests.ref(e164), country, numberType: type }
}
