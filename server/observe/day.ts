import type { Sites } from '../site/site.js'
import { DAY, HOUR, MINUTE } from '../time.js'
import { isFailure, type Observe, type ServerEvent } from './events.js'
import { LATENCY_CLASSES, latencyClass, quantile } from './latency.js'
import { countryLabel } from './metrics.js'

/** Milliseconds of one class of time. */
export const CLASS_LENGTH = 5 * MINUTE

/** Classes of a day, and of an hour. */
export const CLASSES = DAY / CLASS_LENGTH
const OF_AN_HOUR = HOUR / CLASS_LENGTH

/** Alerts that are remembered. */
const MOST_ALERTS = 50

/** What the last 24 hours held, as this process saw them. Lists have one number for each five minutes, oldest first. */
export interface DaySoFar {
  /** When the first class begins, in milliseconds since 1970. */
  from: number
  /** By sitekey; under the empty one, what belongs to no known site. */
  sites: Record<string, SiteDay>
  provider: ProviderDay
  /** Newest first. */
  alerts: {
    time: number
    alert: string
    /** Of all sites where there is none. */
    sitekey?: string | undefined
    country?: string | undefined
    level?: number | undefined
  }[]
  /** What should not happen. */
  failures: number
}

/** What became of verifications. */
export interface Counts<T> {
  started: T
  sent: T
  verified: T
  refused: T
}

/** The day of one site. */
export interface SiteDay extends Counts<number[]> {
  /** By country that the site serves; `other` stands for all others, and for numbers that could not be read. */
  countries: Record<string, Counts<number> & { hourly: number[] }>
  /** How often calls were refused, by the most specific reason known. */
  reasons: Record<string, number>
}

/** The day of the provider. Times are in milliseconds, `null` where nothing was asked. */
interface ProviderDay {
  calls: number[]
  failed: number[]
  median: (number | null)[]
  p95: (number | null)[]
}

/** Keeps the last day in memory. */
export interface Day {
  observe: Observe
  read(): DaySoFar
}

const MEASURES = ['started', 'sent', 'verified', 'refused'] as const

/** Outcomes that say more about the provider than about a number or a code. */
const FAILED: readonly string[] = ['throttled', 'unavailable', 'unknown']

/**
 * Counts what happened in classes of five minutes, and forgets what is older than a day.
 *
 * It holds a list for each site, served country and word of ours that came up, so configuration bounds its memory.
 *
 * @param now milliseconds since 1970.
 */
export function createDay(sites: Sites, now: () => number): Day {
  /** Counts by what they are of, at the number of their class modulo a day. */
  const rings = new Map<string, Uint32Array>()
  let newest = classAt(now())
  let alerts: DaySoFar['alerts'] = []

  /** Begins classes whose time has come. A clock that is put back adds to the newest. */
  function turn(): void {
    const current = classAt(now())
    const stale = Math.min(current - newest, CLASSES)
    for (let back = 0; back < stale; back++)
      for (const ring of rings.values()) ring[(current - back) % CLASSES] = 0
    newest = Math.max(newest, current)
  }

  function count(...of: (string | number)[]): void {
    const key = of.join(' ')
    let ring = rings.get(key)
    if (!ring) rings.set(key, (ring = new Uint32Array(CLASSES)))
    ring[newest % CLASSES]!++
  }

  function series(...of: (string | number)[]): number[] {
    const ring = rings.get(of.join(' '))
    if (!ring) return Array.from({ length: CLASSES }, () => 0)
    const oldest = (newest + 1) % CLASSES
    return [...ring.subarray(oldest), ...ring.subarray(0, oldest)]
  }

  /** The last parts of the keys that begin with these. */
  function labels(...of: string[]): string[] {
    const start = `${of.join(' ')} `
    return [...rings.keys()].filter((key) => key.startsWith(start)).map((key) => key.slice(start.length))
  }

  function siteDay(sitekey: string): SiteDay {
    const names = new Set(MEASURES.flatMap((measure) => labels(sitekey, measure)))
    const countries = [...names].map(
      (country) => [country, countsOf((one) => series(sitekey, one, country))] as const,
    )
    return {
      ...countsOf((measure) => added(countries.map(([, counts]) => counts[measure]))),
      countries: Object.fromEntries(
        countries.map(([country, counts]) => {
          return [country, { ...countsOf((measure) => sum(counts[measure])), hourly: hourly(counts.started) }]
        }),
      ),
      reasons: Object.fromEntries(
        labels(sitekey, 'reason').map((reason) => [reason, sum(series(sitekey, 'reason', reason))]),
      ),
    }
  }

  function providerDay(): ProviderDay {
    const classes = LATENCY_CLASSES.map((_, index) => series('provider', 'latency', index))
    const quantiles = (share: number) =>
      Array.from({ length: CLASSES }, (_, at) =>
        quantile(
          classes.map((one) => one[at]!),
          share,
        ),
      )
    return {
      calls: added(classes),
      failed: series('provider', 'failed'),
      median: quantiles(0.5),
      p95: quantiles(0.95),
    }
  }

  function add(event: ServerEvent): void {
    if (isFailure(event)) return count('failures')
    switch (event.event) {
      case 'started':
      case 'sent':
      case 'verified':
        return count(event.sitekey, event.event, countryLabel(sites, event.sitekey, event.country))
      case 'refused': {
        const { sitekey = '', country = '', reason, code } = event
        count(sitekey, 'refused', countryLabel(sites, sitekey, country))
        return count(sitekey, 'reason', reason ?? code)
      }
      case 'provider':
        if (FAILED.includes(event.outcome)) count('provider', 'failed')
        return count('provider', 'latency', latencyClass(event.milliseconds))
      case 'alert': {
        const { alert, sitekey, country, level } = event
        alerts = [{ time: now(), alert, sitekey, country, level }, ...alerts].slice(0, MOST_ALERTS)
        return
      }
      default:
        return
    }
  }

  return {
    observe(event) {
      turn()
      add(event)
    },
    read() {
      turn()
      const from = (newest - CLASSES + 1) * CLASS_LENGTH
      return {
        from,
        sites: Object.fromEntries(['', ...sites.keys()].map((sitekey) => [sitekey, siteDay(sitekey)])),
        provider: providerDay(),
        alerts: alerts.filter(({ time }) => time >= from),
        failures: sum(series('failures')),
      }
    },
  }
}

function classAt(time: number): number {
  return Math.floor(time / CLASS_LENGTH)
}

function countsOf<T>(of: (measure: (typeof MEASURES)[number]) => T): Counts<T> {
  return { started: of('started'), sent: of('sent'), verified: of('verified'), refused: of('refused') }
}

function added(lists: readonly (readonly number[])[]): number[] {
  return Array.from({ length: CLASSES }, (_, at) => sum(lists.map((list) => list[at]!)))
}

function hourly(list: readonly number[]): number[] {
  return Array.from({ length: 24 }, (_, hour) => sum(list.slice(hour * OF_AN_HOUR, (hour + 1) * OF_AN_HOUR)))
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0)
}
