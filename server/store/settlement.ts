/**
 * How an attempt ended.
 *
 * | Settlement  | The attempt | The verification                                        |
 * | ----------- | ----------- | ------------------------------------------------------- |
 * | `incorrect` | stays spent | lives while attempts remain; `cap` lowers what remains† |
 * | `unasked`   | given back* | lives: the provider never looked at the code            |
 * | `unknown`   | stays spent | lives while attempts remain                             |
 * | `verified`  | stays spent | ends `verified`, keeping `proof`                        |
 * | `expired`   | stays spent | ends `expired`†                                         |
 * | `exhausted` | stays spent | ends `exhausted`, with none left†                       |
 *
 * *At most ten times: should the provider look at codes while it says that it does not, guessing still ends.
 *
 * †Where it is said of a `reference` that a newer message has replaced meanwhile, only what `ofGuessAlone` leaves of it counts.
 */
export type Settlement =
  | { as: 'incorrect'; cap?: number | undefined; reference?: string | undefined }
  | { as: 'verified'; proof: string }
  | { as: 'unasked' | 'unknown' }
  | { as: 'expired' | 'exhausted'; reference?: string | undefined }

/**
 * What a settlement says about the guess, without what it says about the code, which may have another reference by now that
 * lives and has its own attempts. If the code had expired, the guess was not looked at; `exhausted` is also the answer to the
 * last wrong one.
 */
export function ofGuessAlone(settlement: Settlement): Settlement {
  switch (settlement.as) {
    case 'incorrect':
      return { as: 'incorrect' }
    case 'expired':
      return { as: 'unasked' }
    case 'exhausted':
      return { as: 'unknown' }
    default:
      return settlement
  }
}
