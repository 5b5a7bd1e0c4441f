import type { StoreSettings } from '../config/parts.js'
import { namesUnder } from '../guard/names.js'
import { keysOfNumber } from '../guard/number-limits.js'
import { forgetOverride } from '../guard/override-list.js'
import { inTurn } from '../in-turn.js'
import { underEach } from '../pepper/digests.js'
import type { OfNumber } from '../store/store.js'
import { readAnyNumber } from '../verification/phone-number/phone-number.js'
import { ArgumentError } from './argument-error.js'
import { withServerStore } from './server-store.js'

/** What was kept about a number: verifications, under way or ended. */
export interface EraseReport extends OfNumber {
  /** Whether they are gone now; else they were only counted. */
  erased: boolean
}

/**
 * Erases, or only counts, what the configured store keeps about a number.
 *
 * @param text the number, as a visitor may write it.
 * @throws ArgumentError, which does not repeat the number; StoreError when the store cannot be reached
 */
export async function eraseNumber(
  settings: StoreSettings,
  text: string,
  { dryRun }: { dryRun: boolean },
): Promise<EraseReport> {
  const e164 = readAnyNumber(text)
  if (e164 === undefined) {
    throw new ArgumentError(['NUMBER: it is no valid number; write it with + and its calling code.'])
  }
  return withServerStore(settings, async (store, digests) => {
    const phoneDigests = underEach(digests).map((one) => one.digest('number', e164))
    const found = await (dryRun ? store.countNumber(phoneDigests) : store.eraseNumber(phoneDigests))
    if (!dryRun) {
      const forgotten = keysOfNumber(e164, settings.sitekeys, namesUnder(digests))
      await inTurn([
        () => store.earn({ earnings: [], marks: [], forgotten }, 'operator'),
        () => forgetOverride(store, digests, { of: 'number', value: e164 }),
      ])
    }
    return { ...found, erased: !dryRun }
  })
}
