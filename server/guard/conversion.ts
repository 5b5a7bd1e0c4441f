import { BREAKER, CONVERSION, DAY, GUESSING, HOUR, MINUTE } from '../site/policy.js'
import type { Store, Tally } from '../store/store.js'
import { operatorOf } from './credits.js'
import type { Names } from './names.js'
import type { Route } from './route.js'

/** Of so many starts, so many were followed by the right code. */
export interface Share {
  started: number
  proven: number
}

/** Lengths of the buckets in which starts are counted, and how many of each are looked back at, by whoever looks furthest. */
const BUCKETS = {
  day: { span: DAY, back: 28 },
  hour: { span: HOUR, back: 2 },
  quarter: { span: HOUR / 4, back: 8 },
  minute: { span: MINUTE, back: GUESSING.minutes },
} as const
type Bucket = keyof typeof BUCKETS

/** What is counted of a site, and of a network: the million numbers that an operator has in one block. */
const SITE: readonly Bucket[] = ['day', 'hour', 'minute']
const NETWORK: readonly Bucket[] = ['quarter', 'minute']

/** Minutes whose codes may still be entered, the one that is not over included. */
const YOUNG = BREAKER.maturity / MINUTE + 1

/** Milliseconds for which this process takes a site's share as it was. */
const SHARE_AGE = 10 * MINUTE

/** Starts at the usual share that a site is thought to have had before its first. */
const PRIOR = 20

/** Counts a start, or, when its number was proven, what came of it. @param startedAt milliseconds since 1970 */
export function conversionCounts(
  { sitekey, e164 }: Route,
  names: Names,
  what: keyof Share,
  startedAt: number,
): Tally[] {
  const count = (scope: string, bucket: Bucket): Tally => {
    const { span, back } = BUCKETS[bucket]
    return countOf(keyOf(scope, what, bucket, startedAt), span * (back + 2))
  }
  return [
    ...SITE.map((bucket) => count(siteScope(sitekey), bucket)),
    ...NETWORK.map((bucket) => count(networkScope(e164, names), bucket)),
  ]
}

/** Counts one, and limits nothing. @param window milliseconds for which it is kept */
export function countOf(key: string, window: number): Tally {
  return { kind: 'tally', key, amount: 1, limit: Number.MAX_SAFE_INTEGER, window }
}

/** What becomes of what is sent, as it was counted by every server of the store. */
export interface Conversion {
  /** Credits that a proven number of the site pays back beyond the one that its message took. */
  bonus(sitekey: string): Promise<number>
  /**
   * Whether so few of a network's codes are entered that solving challenges no longer helps there (as Vonage blocks
   * networks below 35 %, and for all others the share is not known).
   */
  isBroken(route: Route): Promise<boolean>
  /** What became of the site's starts of the last hours, and of those of the week. */
  recent(sitekey: string): Promise<{ lately: Share; week: Share }>
}

/** Conversion over one store. */
export function conversionOver(store: Store, names: Names): Conversion {
  const known = new Map<string, { at: number; bonus: number }>()

  /** Without the starts of the last three minutes: their codes may still be entered. */
  async function matured(scope: string, bucket: Bucket, back: number, now: number): Promise<Share> {
    const { span } = BUCKETS[bucket]
    const keys = (what: keyof Share, of: Bucket, length: number, count: number) =>
      Array.from({ length: count }, (_, n) => keyOf(scope, what, of, now - n * length))
    const parts = (['started', 'proven'] as const).flatMap((what) => [
      keys(what, bucket, span, back + 1),
      keys(what, 'minute', MINUTE, YOUNG),
    ])
    const held = await store.sums(parts.flat())
    const [started = 0, young = 0, proven = 0, quick = 0] = parts.map((part) =>
      held.splice(0, part.length).reduce((sum, one) => sum + one, 0),
    )
    return { started: Math.max(0, started - young), proven: Math.max(0, proven - quick) }
  }

  return {
    async bonus(sitekey) {
      const now = await store.recent()
      const kept = known.get(sitekey)
      if (kept && now - kept.at < SHARE_AGE) return kept.bonus
      const bonus = bonusFor(await matured(siteScope(sitekey), 'day', BUCKETS.day.back, now))
      known.set(sitekey, { at: now, bonus })
      return bonus
    },

    async isBroken({ e164 }) {
      const scope = networkScope(e164, names)
      const share = await matured(scope, 'quarter', BUCKETS.quarter.back, await store.recent())
      return share.started >= BREAKER.least && share.proven < BREAKER.share * share.started
    },

    async recent(sitekey) {
      const now = await store.recent()
      const scope = siteScope(sitekey)
      return {
        lately: await matured(scope, 'hour', 1, now),
        week: await matured(scope, 'day', 7, now),
      }
    },
  }
}

/** It breaks even at nine tenths of the share that enters its code; between a third of a credit and two. */
export function bonusFor({ started, proven }: Share): number {
  const { usual, least, most } = CONVERSION
  const share = (proven + PRIOR * usual) / (started + PRIOR)
  return Math.min(most, Math.max(least, 1 / (0.9 * share) - 1))
}

/** The tally of a site's starts of that day or minute. */
export function startedKey(sitekey: string, bucket: 'day' | 'minute', at: number): string {
  return keyOf(siteScope(sitekey), 'started', bucket, at)
}

/** Named like no rule: what a rule has taken may be given back by its name, and this is not. */
function siteScope(sitekey: string): string {
  return `visits:${sitekey}`
}

function networkScope(e164: string, names: Names): string {
  return names.of('operator', operatorOf(e164)).network[0]!
}

function keyOf(scope: string, what: keyof Share, bucket: Bucket, at: number): string {
  return `${scope}:${what}:${bucket}:${Math.floor(at / BUCKETS[bucket].span)}`
}
