import { ConfigError } from '../config/config-error.js'
import type { StoreSettings } from '../config/parts.js'
import { namesUnder } from '../guard/names.js'
import { keysOfNumber } from '../guard/number-limits.js'
import { forgetOverride } from '../guard/override-list.js'
import { keysOfScope, type Scope } from '../guard/overrides.js'
import { underEach } from '../pepper/digests.js'
import { readAnyNumber } from '../phone-number/phone-number.js'
import { inTurn } from '../store/in-turn.js'
import type { OfNumber, Store } from '../store/store.js'
import { sitekeysOn } from '../token/peers.js'
import { ArgumentError } from './argument-error.js'
import { withServerStore } from './server-store.js'

/** What was kept about a number: verifications, under way or ended, and what the guard keeps. */
export interface EraseReport extends OfNumber {
  /** The guard's part: limits, wrong codes, that the number is known, and the operator's overrides. */
  countersAndMarks: number
  /** The sites at which the guard's part was looked for. */
  sites: readonly string[]
  /** Number of servers on the store whose version does not announce its sites, so that these were not looked at. */
  silentServers?: number
  /** Whether they were erased, or only counted. */
  erased: boolean
}

/** What an operator may say besides the number. */
export interface EraseOptions {
  dryRun: boolean
  /** Sites to look at beside those of the settings and of the servers on the store. */
  sites: readonly string[]
}

/**
 * Erases, or only counts, what the configured store keeps about a number.
 *
 * @param text the number, as a visitor may write it.
 * @throws ArgumentError, which does not repeat the number; ConfigError when no site is known, having changed nothing;
 * StoreError when the store cannot be reached
 */
export async function eraseNumber(
  settings: StoreSettings,
  text: string,
  { dryRun, sites: named }: EraseOptions,
): Promise<EraseReport> {
  const e164 = readAnyNumber(text)
  if (e164 === undefined) {
    throw new ArgumentError(['NUMBER: is not a valid number; write it with + and its calling code.'])
  }
  return withServerStore(settings, async (store, digests) => {
    const { sites, silent } = await sitesOn(store, [...settings.sitekeys, ...named])
    const scope: Scope = { of: 'number', value: e164 }
    const names = namesUnder(digests)
    const forgotten = keysOfNumber(e164, sites, names)
    const countersAndMarks = await store.kept([...forgotten, ...keysOfScope(scope, names)])
    const phoneDigests = underEach(digests).map((one) => one.digest('number', e164))
    const found = await (dryRun ? store.countNumber(phoneDigests) : store.eraseNumber(phoneDigests))
    if (!dryRun) {
      await inTurn([
        () => store.apply({ earnings: [], marks: [], forgotten }, 'operator'),
        () => forgetOverride(store, digests, scope),
      ])
    }
    const silentServers = silent === 0 ? {} : { silentServers: silent }
    return { ...found, countersAndMarks, sites, ...silentServers, erased: !dryRun }
  })
}

/** The sites known here and those of the servers: what is kept for a site can only be found with its name. */
async function sitesOn(store: Store, known: readonly string[]): Promise<{ sites: string[]; silent: number }> {
  const { sitekeys, silent } = await sitekeysOn(store)
  const sites = new Set([...known, ...sitekeys])
  if (sites.size > 0) return { sites: [...sites], silent }
  throw new ConfigError([
    'OTP_SITEKEY: no site is configured here, and no server on this store names one; run this with the configuration of the servers, or name each site with --site. Nothing was changed.',
  ])
}
