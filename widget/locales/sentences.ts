import type { VerificationPending } from '../../contract/index.js'
import { isRefusal } from '../failure.js'
import type { Failure, FailureCode, State } from '../state.js'
import { SAME_SENTENCE, type Counted, type Locale } from './locale.js'

/** Wraps what must keep its order in a right-to-left sentence (UAX 9 isolates). */
export const leftToRight = (text: string) => `\u2066${text}\u2069`

/** `m:ss`. */
export function clockTime(seconds: number): string {
  return leftToRight(`${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`)
}

/** A language without its direction. */
type Spoken = Omit<Locale, 'direction'>

/** What the visitor reads about a failure: the sentence, the tries that are left, and when to come back. */
export function failureSentence(locale: Spoken, failure: Failure): string {
  const { code, checking, attemptsRemaining, retryable, retryAfter } = failure
  const parts = [
    code === 'provider_unavailable' && checking ? locale.checkUnavailable : errorOf(locale, code),
  ]
  if (retryable && retryAfter) parts.push(locale.tryAgain.replace('{when}', inTime(locale, retryAfter)))
  else if (code.endsWith('unavailable')) parts.push(locale.trySoon)
  // Not behind "Too many tries", which would sound like the opposite.
  const tells = code === 'code_incorrect' || (checking && retryable && code !== 'rate_limited')
  if (attemptsRemaining !== undefined && tells) {
    parts.push(counted(locale, locale.attemptsLeft, attemptsRemaining))
  }
  return joined(locale, ...parts)
}

/** Where the newest code went. */
export function sentTo(locale: Locale, { channel }: VerificationPending, lastDigits: string): string {
  return locale.sentTo[channel].replace('{digits}', leftToRight(lastDigits))
}

/** How long until a new code may be asked for. */
export function resendIn(locale: Locale, seconds: number): string {
  return locale.resendIn.replace('{time}', clockTime(seconds))
}

/** The label of the code's field. */
export function codeLabel(locale: Locale, digits: number): string {
  return counted(locale, locale.codeLabel, digits)
}

/** What is to be done before a message is sent; empty where nothing is. */
export function challengeSentence(locale: Locale, state: State): string {
  const challenge = state.step === 'sending' && state.challenge
  return challenge ? locale.challenge[challenge === 'altcha' ? 'browser' : 'visitor'] : ''
}

/** What a visitor without a code is told: whether the page has another way. */
export function fallbackSentence(locale: Locale, isGiven: boolean): string {
  return locale.fallback[isGiven ? 'given' : 'none']
}

/** What a screen reader is told about a state that has just begun, after it was told something else. */
export function announcement(
  locale: Locale,
  state: State,
  failure: Failure | undefined,
  hasFallback: boolean,
  before: string,
): string {
  const text = failure ? announcedFailure(locale, failure, hasFallback) : announcedState(locale, state)
  // A repeated text would not be announced, but a visitor who repeats a mistake has to hear of it again.
  return text && text === before ? `${text}\u00a0` : text
}

function announcedFailure(locale: Locale, failure: Failure, hasFallback: boolean): string {
  const sentence = failureSentence(locale, failure)
  return isRefusal(failure.code) ? joined(locale, sentence, fallbackSentence(locale, hasFallback)) : sentence
}

function announcedState(locale: Locale, state: State): string {
  if (state.step === 'sending') return challengeSentence(locale, state) || locale.sending
  if (state.step === 'code') return sentTo(locale, state.pending, state.lastDigits)
  return state.step === 'phone' ? '' : locale[state.step]
}

/** Sentences one after the other: Chinese and Japanese have no space between them. */
function joined({ language }: Spoken, ...sentences: string[]): string {
  return sentences.join(/^(?:ja|zh)/.test(language) ? '' : ' ')
}

/** A sentence in the form that its language has for the number. */
export function counted({ language }: Pick<Locale, 'language'>, forms: Counted, count: number): string {
  return (forms[new Intl.PluralRules(language).select(count)] ?? forms.other).replace('#', String(count))
}

function errorOf({ errors }: Spoken, code: FailureCode): string {
  return errors[readsAsAnother(code) ? SAME_SENTENCE[code] : code]
}

function readsAsAnother(code: FailureCode): code is keyof typeof SAME_SENTENCE {
  return Object.hasOwn(SAME_SENTENCE, code)
}

function inTime(locale: Spoken, seconds: number): string {
  const format = new Intl.RelativeTimeFormat(`${locale.language}-u-nu-latn`)
  const [meant, instead] = locale.when ?? ['', '']
  const say = (count: number, unit: 'second' | 'minute' | 'hour') =>
    format.format(count, unit).replace(meant, instead)
  // Some languages phrase one second as nobody would.
  if (seconds < 120) return say(Math.max(2, seconds), 'second')
  return seconds < 7200 ? say(Math.ceil(seconds / 60), 'minute') : say(Math.ceil(seconds / 3600), 'hour')
}
