import type { ProblemCode } from '../../../contract/index.js'
import type { Paused } from '../../guard/pause.js'
import type { AlertKind } from '../../observe/alert.js'
import { PROBLEM_TITLE } from '../../refusal/problem-titles.js'
import { REASONS, RULES, type RefusalReason } from '../../refusal/reasons.js'

const NUMBERS = new Intl.NumberFormat('en')
const PERCENTS = new Intl.NumberFormat('en', { style: 'percent', maximumFractionDigits: 0 })
const TIMES = new Intl.DateTimeFormat('en', { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })
const REGIONS = new Intl.DisplayNames('en', { type: 'region' })

const ALERTS: Record<AlertKind, string> = {
  new_country: 'A range ran dry in a country where no number was proven for a month',
  ranges: 'Three ranges of numbers ran dry within ten minutes',
  credit: 'Strangers are refused: credit of a country, or of a million of its numbers, is used up',
  network: 'Too few of a network’s codes are entered',
  provider: 'The provider refuses requests, or does not answer',
  conversion: 'Fewer than half the usual share of codes is entered',
  guessing: 'Somebody is guessing codes',
  budget: 'of the day’s messages are used up',
  spend: 'of the day’s money is used up',
  reserve: 'Strangers are refused: what is left of the day’s budget is reserved for others',
}

/** A count with its thousands set apart. */
export function inNumbers(count: number): string {
  return NUMBERS.format(count)
}

/** `–` where there is nothing to take a share of. */
export function inPercent(share: number | undefined): string {
  return share === undefined ? '–' : PERCENTS.format(share)
}

/** `–` where nothing was asked. */
export function inMilliseconds(time: number | undefined): string {
  if (time === undefined) return '–'
  return time < 1000 ? `${Math.round(time)} ms` : `${(time / 1000).toFixed(1)} s`
}

/** Hour and minute on the viewer's own clock. */
export function inTime(time: number): string {
  return TIMES.format(time)
}

/** How long something has lasted, in the two largest units that matter. */
export function inWords(milliseconds: number): string {
  const minutes = Math.floor(milliseconds / 60_000)
  const [days, hours] = [Math.floor(minutes / 1440), Math.floor(minutes / 60) % 24]
  if (days > 0) return `${days} d ${hours} h`
  return hours > 0 ? `${hours} h ${minutes % 60} min` : `${minutes} min`
}

/** A country's name in English. */
export function countryName(country: string): string {
  return country === 'other' ? 'Other or unknown' : (REGIONS.of(country) ?? country)
}

/** What the rule of a reason looks at, or what the caller was told. */
export function reasonText(reason: string): string {
  const known = { ...PROBLEM_TITLE, ...REASONS, ...RULES } as Record<RefusalReason | ProblemCode, string>
  return known[reason as RefusalReason | ProblemCode]
}

/** What an alert says, with its level where it has one. */
export function alertText(alert: string, level: number | undefined): string {
  const text = ALERTS[alert as AlertKind]
  return level === undefined ? text : `${level} % ${text}`
}

/** What a pause holds back, and where. */
export function pauseText({ sitekey, country }: Paused): string {
  const what = country === undefined ? 'Everything' : `Sends to ${countryName(country)}`
  return sitekey === undefined ? `${what}, at all sites` : `${what}, at ${sitekey}`
}
