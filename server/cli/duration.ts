import { InvalidArgumentError, Option } from 'commander'
import { DAY, HOUR, MINUTE } from '../time.js'

const UNITS = { m: MINUTE, h: HOUR, d: DAY }

/** The option `--for`, in milliseconds: a day unless set. @param longest in whole days, in milliseconds */
export function forOption(longest: number): Option {
  return new Option('--for <time>', 'how long, such as 30m, 2h or 7d')
    .argParser(durationUpTo(longest))
    .default(DAY, '1d')
}

function durationUpTo(longest: number): (text: string) => number {
  return function duration(text) {
    const [, amount, unit] = /^(\d{1,4})([mhd])$/.exec(text) ?? []
    const milliseconds = Number(amount) * UNITS[unit as keyof typeof UNITS]
    if (milliseconds > 0 && milliseconds <= longest) return milliseconds
    throw new InvalidArgumentError(`Write 30m, 2h or 7d; ${longest / DAY} days at most.`)
  }
}

/** A time as an operator reads it: `2026-01-15 12:00 UTC`. */
export function utc(milliseconds: number): string {
  return `${new Date(milliseconds).toISOString().slice(0, 16).replace('T', ' ')} UTC`
}
