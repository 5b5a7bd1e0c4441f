import { BREAKER, CONVERSION, GUESSING } from '../site/policy.js'
import type { Receipt, Store, Tally } from '../store/store.js'
import { DAY, HOUR, MINUTE } from '../time.js'
import { operatorOf } from './credits.js'
import type { Names } from './names.js'
import type { Route } from './route.js'

/** How many starts there were, and how many of them were followed by the right code. */
export interface Share {
  started: number
  proven: number
}

/** Lengths of the buckets in which starts are counted, and how many of each are looked back at, at most. */
const BUCKETS = {
  day: { span: DAY, back: 28 },
  hour: { span: HOUR, back: 2 },
  quarter: { span: HOUR / 4, back: 8 },
  minute: { span: MINUTE, back: GUESSING.minutes },
} as const
type Bucket = keyof typeof BUCKETS

/** The buckets counted for a site, and for a network: the million numbers of one block. */
const SITE: readonly Bucket[] = ['day', 'hour', 'minute']
const NETWORK: readonly Bucket[] = ['quarter', 'minute']

/** How the keys of both begin: not like a rule, because charges of a rule may be given back by its name. */
const SCOPES = ['visits:', 'network:'] as const

/** Minutes whose codes may still be entered, the one that is not over included. */
const YOUNG = BREAKER.maturity / MINUTE + 1

/** Milliseconds for which this process remembers a site's share. */
const SHARE_AGE = 10 * MINUTE

/** Imaginary starts at the usual share that smooth a new site's figures. */
const PRIOR = 20

/** Counts a start or, once its number was proven, its success. @param startedAt milliseconds since 1970 */
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

/** The part of what a start took that counts it for conversion. */
export function countsIn({ charges, at }: Receipt): Receipt {
  return { charges: charges.filter(({ key }) => SCOPES.some((scope) => key.startsWith(scope))), at }
}

/** A tally that counts one and never refuses. @param window milliseconds for which it is kept */
export function countOf(key: string, window: number): Tally {
  return { kind: 'tally', key, amount: 1, limit: Number.MAX_SAFE_INTEGER, window }
}

/** How many starts lead to a proven number, as counted by all servers on the store. */
export interface Conversion {
  /** Credits that a number proven at the site pays back, beyond the one that its message took. */
  bonus(sitekey: string): Promise<number>
  /**
   * Whether so few codes are entered on a network that challenges no longer help there (Vonage blocks networks below 35 %; no
   * other figure is published).
   */
  isBroken(route: Route): Promise<boolean>
  /** The conversion of the network's starts of the last two hours. */
  ofNetwork(route: Route): Promise<Share>
  /** The conversion of the site's starts in the last hours, and in the last week. */
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

  async function ofNetwork({ e164 }: Route): Promise<Share> {
    return matured(networkScope(e164, names), 'quarter', BUCKETS.quarter.back, await store.recent())
  }

  return {
    ofNetwork,

    async bonus(sitekey) {
      const now = await store.recent()
      const kept = known.get(sitekey)
      if (kept && now - kept.at < SHARE_AGE) return kept.bonus
      const bonus = bonusFor(await matured(siteScope(sitekey), 'day', BUCKETS.day.back, now))
      known.set(sitekey, { at: now, bonus })
      return bonus
    },

    async isBroken(route) {
      const share = await ofNetwork(route)
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

/**
 * Credit breaks even when the share that enters its code is nine tenths of the one measured. The bonus is between a third of a
 * credit and two.
 */
export function bonusFor({ started, proven }: Share): number {
  const { usual, least, most } = CONVERSION
  const share = (proven + PRIOR * usual) / (started + PRIOR)
  return Math.min(most, Math.max(least, 1 / (0.9 * share) - 1))
}

/** The tally of a site's starts of that day or minute. */
export function startedKey(sitekey: string, bucket: 'day' | 'minute', at: number): string {
  return keyOf(siteScope(sitekey), 'started', bucket, at)
}

function siteScope(sitekey: string): string {
  return `${SCOPES[0]}${sitekey}`
}

function networkScope(e164: string, names: Names): string {
  return names.of('operator', operatorOf(e164)).network[0]!
}

function keyOf(scope: string, what: keyof Share, bucket: Bucket, at: number): string {
  return `${scope}:${what}:${bucket}:${Math.floor(at / BUCKETS[bucket].span)}`
}
