import { DAY, HOUR, MINUTE, SECOND } from '../../time.js'

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: SECOND, m: MINUTE, h: HOUR, d: DAY }

/** A number of requests within a number of milliseconds. */
export interface Limit {
  count: number
  window: number
}

/** Milliseconds of a duration as Infobip writes it: `15m`, `h`. `undefined` when it is none. */
export function readDuration(text: string): number | undefined {
  const [, length, unit] = /^(\d{0,12})(ms|s|m|h|d)$/.exec(text) ?? []
  const milliseconds = (length === '' ? 1 : Number(length)) * (UNITS[unit ?? ''] ?? NaN)
  return milliseconds > 0 ? milliseconds : undefined
}

/** A limit as Infobip writes it: `3/1d`, `1/3s`. `undefined` when it is none. */
export function readLimit(text: string): Limit | undefined {
  const [, count, duration] = /^(\d{1,12})\/(.+)$/.exec(text) ?? []
  const window = readDuration(duration ?? '')
  return window !== undefined && Number(count) > 0 ? { count: Number(count), window } : undefined
}

/** Most requests that a limit allows within a day, each window beginning when the last one ends. */
export function mostInADay({ count, window }: Limit): number {
  return count * Math.max(1, Math.ceil(DAY / window))
}

/** What a limit allows on every day: less than on a single day if its window is longer than a day. */
export function everyDay({ count, window }: Limit): number {
  return window > DAY ? (count * DAY) / window : mostInADay({ count, window })
}
