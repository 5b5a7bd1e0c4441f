import { DAY, HOUR, MINUTE, SECOND } from '../time.js'

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: SECOND, m: MINUTE, h: HOUR, d: DAY }

/** A year of 365 days, in milliseconds: the longest of every other duration. */
export const YEAR = 365 * DAY

/** A number of requests within a number of milliseconds. */
export interface Limit {
  readonly attempts: number
  readonly window: number
}

/**
 * Reads a duration such as `15m`, `2h` or `h` (one hour): an optional length, then ms, s, m (minutes), h or d.
 *
 * @returns milliseconds, at least 1, or `undefined` when it is no duration.
 */
export function parseDuration(text: string): number | undefined {
  const [, length, unit] = /^(\d*)(ms|s|m|h|d)$/.exec(text) ?? []
  if (length === undefined || unit === undefined) return undefined
  const milliseconds = (length === '' ? 1 : Number(length)) * UNITS[unit]!
  return milliseconds > 0 ? milliseconds : undefined
}

/**
 * Reads a limit such as `3/1d` or `3/d`: a number of requests, a slash, a duration.
 *
 * @returns at least one attempt, or `undefined` when it is no limit.
 */
export function parseLimit(text: string): Limit | undefined {
  const [, attempts, duration] = /^(\d+)\/(.*)$/.exec(text) ?? []
  const window = parseDuration(duration ?? '')
  if (window === undefined || Number(attempts) < 1) return undefined
  return { attempts: Number(attempts), window }
}
