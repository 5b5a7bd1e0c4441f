import type { ProblemCode } from '../../contract/index.js'
import type { RandomBytes } from '../random.js'
import { VerificationError } from '../refusal/verification-error.js'
import type { ChargedBy, Store } from '../store/store.js'

/** Something found genuine but not used up yet: a ticket, the solution of a challenge, or the proof of a key. */
export interface Voucher {
  /** Uses it up. @throws VerificationError for all but one caller. */
  spend(): Promise<void>
  /** Makes it good again when what it was spent on did not happen. A voucher that another call has spent stays spent. */
  giveBack(): Promise<void>
}

/** How a voucher is kept from being used twice. */
export interface SingleUse {
  /** Its name in the store, the same wherever and however often it is read. */
  key: string
  /** Milliseconds for which it could be handed in again. */
  keep: number
  /** What all but the first are refused with. */
  refusal: ProblemCode
  /** Who uses it. @default a newcomer */
  by?: ChargedBy
}

/** A voucher that exactly one caller can spend, among all processes that share the store. */
export function voucher(
  { key, keep, refusal, by }: SingleUse,
  { store, random }: { store: Store; random: RandomBytes },
): Voucher {
  const holder = Buffer.from(random(16)).toString('base64url')
  return {
    async spend() {
      if (!(await store.claim(key, holder, keep, by))) throw new VerificationError(refusal)
    },
    giveBack: () => store.release(key, holder),
  }
}

/**
 * A voucher that nobody has used up yet. Checked before anything is charged: a refusal afterwards would reveal whether there was
 * room, and keep that room from others meanwhile.
 *
 * @throws VerificationError the refusal
 */
export async function unused(use: SingleUse, deps: { store: Store; random: RandomBytes }): Promise<Voucher> {
  if (await deps.store.isClaimed(use.key)) throw new VerificationError(use.refusal)
  return voucher(use, deps)
}
