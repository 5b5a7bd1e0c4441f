import type { Pause } from '../guard/pause-list.js'
import type { Paused } from '../guard/pause.js'
import { utc } from './duration.js'

/** What is paused, as words that follow “sent”. */
export function pausedWords({ sitekey, country }: Paused): string {
  return [
    sitekey === undefined ? 'by any site' : `by ${sitekey}`,
    country === undefined ? 'to any country' : `to ${country}`,
  ].join(' ')
}

/** The command that ends exactly this pause. */
export function resumeLine({ sitekey, country }: Paused): string {
  return [
    'otp-verify resume',
    ...(sitekey === undefined ? [] : [`--site ${sitekey}`]),
    ...(country === undefined ? [] : [`--country ${country}`]),
  ].join(' ')
}

/** A pause as one sentence, without its full stop. */
export function pauseSentence(pause: Pause): string {
  const why = pause.note === undefined ? '' : ` (${pause.note})`
  return `Nothing is sent ${pausedWords(pause)} until ${utc(pause.until)}, set by ${pause.by}${why}`
}
