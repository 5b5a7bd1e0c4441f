import type { Channel } from '../../contract/index.js'
import type { FailureCode } from '../state.js'

/** A sentence that counts: its forms by the language's own rules (CLDR), with `#` for the number. */
export type Counted = { other: string } & Partial<Record<Intl.LDMLPluralRule, string>>

/** Failures that read the same as another. */
export const SAME_SENTENCE = {
  unsupported_media_type: 'invalid_request',
  payload_too_large: 'invalid_request',
  unknown_site: 'origin_not_allowed',
} as const satisfies Partial<Record<FailureCode, FailureCode>>

/**
 * Every sentence of the element in one language, as data. A language that lacks one does not compile.
 *
 * Placeholders in braces are filled in; each has to be there exactly once.
 */
export interface Sentences {
  phoneLabel: string
  country: string
  /** In the list of countries: names its search field, and stands in for a list without any. */
  searchCountries: string
  noCountry: string
  /**
   * Other names that people use for a country, by its ISO code, where no list of names has them: one or several. The English
   * ones are known in every language.
   */
  also?: Readonly<Record<string, string>>
  /** Under the number field: what pressing the button does. */
  phoneHint: Record<Channel, string>
  send: string
  sending: string
  /** Under the field before a message is sent: what the browser does, or what the visitor is asked to do. */
  challenge: Record<'browser' | 'visitor', string>
  /** Counts the digits of the code: 4 to 8. */
  codeLabel: Counted
  /** Under the code field, where the last digit has the code checked: says so before it does. */
  codeHint: string
  /** Where the code went: `{digits}` are the last two of the number. */
  sentTo: Record<Channel, string>
  changeNumber: string
  verify: string
  checking: string
  attemptsLeft: Counted
  /** `{time}` is a clock time such as 0:30. */
  resendIn: string
  notReceived: string
  /** Asks for the channel that was used last. */
  again: Record<Channel, string>
  /** Asks for the other channel. */
  instead: Record<Channel, string>
  newCode: string
  /** `{when}` is a phrase such as "in 5 minutes", as Intl.RelativeTimeFormat says it in this language. */
  tryAgain: string
  /** Words of such a phrase that mean something else there, and what they have to be. */
  when?: readonly [string, string]
  /** Instead of `tryAgain`, where the time is unknown. */
  trySoon: string
  verified: string
  expired: string
  verifyAgain: string
  /** Why a form with `required` is not submitted. */
  required: string
  errors: Record<Exclude<FailureCode, keyof typeof SAME_SENTENCE>, string>
  /** After a refusal: introduces the page's other way, or says what is left without one. */
  fallback: Record<'given' | 'none', string>
  /** Stands for `provider_unavailable` where a check could not be made. */
  checkUnavailable: string
}

/** The sentences of a language, and how it is written. */
export interface Locale extends Sentences {
  /** BCP 47 tag, as short as distinguishes it from the others. */
  language: string
  direction: 'ltr' | 'rtl'
}
