import { VerificationError } from '../refusal/verification-error.js'

/** Seconds after which a caller that was turned away may ask again. */
const RETRY = 1

/** Does a piece of work, if it may begin now. @throws VerificationError `service_unavailable` when it may not */
export type Gate = <T>(work: () => Promise<T>) => Promise<T>

/**
 * Lets at most `most` pieces of work be under way at once. Callers beyond that are turned away instead of waiting: a queue would
 * keep memory for callers that have long given up.
 *
 * Work begins when a request's body has arrived. Otherwise clients that send theirs slowly would keep everybody out.
 */
export function atOnce(most: number): Gate {
  let underWay = 0
  return async function pass(work) {
    if (underWay >= most) throw new VerificationError('service_unavailable', { retryAfter: RETRY })
    underWay++
    try {
      return await work()
    } finally {
      underWay--
    }
  }
}
