import { existsSync } from 'node:fs'
import { ConfigError } from '../config/config-error.js'
import type { StoreSettings } from '../config/config.js'
import { parseStoreAddress } from '../store/address.js'
import { namesUnder } from '../guard/names.js'
import { keysOfNumber } from '../guard/number-limits.js'
import { digestsUnder, underEach } from '../verification/digests.js'
import { readAnyNumber } from '../verification/phone-number.js'
import { readPepper } from './data-folder.js'
import { openStore } from './open-store.js'

/** What was kept about a number. */
export interface EraseReport {
  /** Verifications, under way or ended. */
  verifications: number
  /** Whether they are gone now; else they were only counted. */
  erased: boolean
}

/**
 * Erases, or only counts, what the configured store keeps about a number.
 *
 * @param text the number, as a visitor may write it.
 * @throws ConfigError, which does not repeat the number; StoreError when the store cannot be reached
 */
export async function eraseNumber(
  settings: StoreSettings,
  text: string,
  { dryRun }: { dryRun: boolean },
): Promise<EraseReport> {
  const e164 = readAnyNumber(text)
  if (e164 === undefined) {
    throw new ConfigError(['NUMBER: it is no valid number; write it with + and its calling code.'])
  }
  checkAddress(settings.store)
  const [pepper, otherPepper] = (await peppersOf(settings)).map((one) => Buffer.from(one))
  const digests = digestsUnder(pepper!, otherPepper)
  const phoneDigests = underEach(digests).map((one) => one.digest('number', e164))
  const store = await openStore(settings.store)
  try {
    const verifications = await (dryRun ? store.countNumber(phoneDigests) : store.eraseNumber(phoneDigests))
    const forgotten = keysOfNumber(e164, settings.sitekeys, namesUnder(digests))
    if (!dryRun) await store.earn({ earnings: [], marks: [], forgotten })
    return { verifications, erased: !dryRun }
  } finally {
    await store.close()
  }
}

/** Nothing is found in a store that this command would only make. */
function checkAddress(address: string): void {
  const parsed = parseStoreAddress(address)
  if ('mistake' in parsed) throw new ConfigError([`OTP_STORE: ${parsed.mistake}`])
  if (parsed.kind === 'memory') {
    throw new ConfigError(['OTP_STORE: memory: is within the server; what it keeps ends with it.'])
  }
  if (parsed.kind === 'sqlite' && !existsSync(parsed.path)) {
    throw new ConfigError(['OTP_STORE: there is no such file; run this where the server runs.'])
  }
}

async function peppersOf({ peppers }: StoreSettings): Promise<readonly string[]> {
  if (peppers) return peppers
  const kept = await readPepper()
  if (kept === undefined) {
    throw new ConfigError(['OTP_PEPPER: none is set and none is kept here; without it no number is found.'])
  }
  return [kept]
}
