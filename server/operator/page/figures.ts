import type { Counts, DaySoFar, SiteDay } from '../../observe/day.js'

/** A row of a table: what it is about, and its share. */
interface Row {
  name: string
  count: number
  /** Relative to the largest, between 0 and 1. */
  share: number
}

/** A country's day. */
interface CountryRow extends Counts<number> {
  country: string
  hourly: readonly number[]
  /** Share of the started verifications, between 0 and 1; `undefined` where none was started. */
  conversion: number | undefined
}

/** The day of one site, or of all of them together. */
export interface Figures {
  /** For each five minutes. */
  series: Counts<number[]>
  totals: Counts<number>
  conversion: number | undefined
  countries: CountryRow[]
  reasons: Row[]
}

/** Adds up what is to be shown. @param sitekey `undefined` adds up all sites, and what belongs to none. */
export function figuresOf({ sites }: DaySoFar, sitekey: string | undefined): Figures {
  const chosen = Object.entries(sites)
    .filter(([name]) => sitekey === undefined || name === sitekey)
    .map(([, site]) => site)
  const series = countsOf((measure) => added(chosen.map((site) => site[measure])))
  const totals = countsOf((measure) => sum(series[measure]))
  return {
    series,
    totals,
    conversion: share(totals),
    countries: countriesOf(chosen),
    reasons: reasonsOf(chosen),
  }
}

function countriesOf(sites: readonly SiteDay[]): CountryRow[] {
  const names = new Set(sites.flatMap(({ countries }) => Object.keys(countries)))
  const rows = [...names].map((country) => {
    const parts = sites.flatMap(({ countries }) => countries[country] ?? [])
    const counts = countsOf((measure) => sum(parts.map((part) => part[measure])))
    return { country, ...counts, hourly: added(parts.map(({ hourly }) => hourly)), conversion: share(counts) }
  })
  return rows.sort((one, other) => other.started + other.refused - one.started - one.refused)
}

function reasonsOf(sites: readonly SiteDay[]): Row[] {
  const counts = new Map<string, number>()
  for (const { reasons } of sites) {
    for (const [name, count] of Object.entries(reasons)) counts.set(name, (counts.get(name) ?? 0) + count)
  }
  const most = Math.max(1, ...counts.values())
  return [...counts]
    .map(([name, count]) => ({ name, count, share: count / most }))
    .filter(({ count }) => count > 0)
    .sort((one, other) => other.count - one.count)
}

/** Numbers of a day added up to one for each hour. */
export function inHours(list: readonly number[]): number[] {
  return merged(list, list.length / 24)
}

/** Five-minute numbers added up to fewer, so that each has room on a chart of that many. */
export function merged(list: readonly number[], by: number): number[] {
  return Array.from({ length: list.length / by }, (_, at) => sum(list.slice(at * by, at * by + by)))
}

/** How many five-minute numbers one bar stands for, on a chart that wide. */
export function mergingFor(width: number, count: number): number {
  return [1, 2, 3, 6, 12].find((by) => width / (count / by) >= 5) ?? 24
}

/** The hours of a day, newest first, for the table behind a chart. */
export function hoursOf(
  from: number,
  series: Counts<readonly number[]>,
): ({ time: number } & Counts<number>)[] {
  const hourly = countsOf((measure) => inHours(series[measure]))
  return hourly.sent
    .map((_, at) => ({ time: from + at * 3_600_000, ...countsOf((measure) => hourly[measure][at]!) }))
    .reverse()
}

/** The last number that is one. */
export function latest(list: readonly (number | null)[]): number | undefined {
  return list.findLast((one) => one !== null) ?? undefined
}

/** What numbers come to. */
export function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0)
}

function added(lists: readonly (readonly number[])[]): number[] {
  return Array.from({ length: lists[0]?.length ?? 0 }, (_, at) => sum(lists.map((list) => list[at]!)))
}

function share({ started, verified }: Counts<number>): number | undefined {
  // Some of the day's proofs are of verifications that began before it.
  return started === 0 ? undefined : Math.min(1, verified / started)
}

function countsOf<T>(of: (measure: keyof Counts<unknown>) => T): Counts<T> {
  return { started: of('started'), sent: of('sent'), verified: of('verified'), refused: of('refused') }
}
