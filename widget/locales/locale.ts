import type { Channel } from '../../contract/index.js'
import type { FailureCode } from '../state.js'

/** Every sentence of the element in one language. A language that lacks one does not compile. */
export interface Locale {
  /** BCP 47 primary subtag. */
  language: string
  direction: 'ltr' | 'rtl'
  phoneLabel: string
  country: string
  /** Under the number field: what pressing the button does. */
  phoneHint: Record<Channel, string>
  send: string
  sending: string
  /** Under the field before a message is sent: what the browser does, or what the visitor is asked to do. */
  challenge: Record<'browser' | 'visitor', string>
  codeLabel: (digits: number) => string
  /** Where the code went; `digits` are the last two of the number. */
  sentTo: Record<Channel, (digits: string) => string>
  changeNumber: string
  verify: string
  checking: string
  attemptsLeft: (attempts: number) => string
  /** `time` is `m:ss`. */
  resendIn: (time: string) => string
  notReceived: string
  /** Asks for the channel that was used last. */
  again: Record<Channel, string>
  /** Asks for the other channel. */
  instead: Record<Channel, string>
  newCode: string
  /** `when` is a phrase such as "in 5 minutes". */
  tryAgain: (when: string) => string
  verified: string
  expired: string
  verifyAgain: string
  /** Why a form with `required` is not submitted. */
  required: string
  errors: Record<FailureCode, string>
  /** After a refusal: introduces the page's other way, or says what is left without one. */
  fallback: Record<'given' | 'none', string>
  /** Stands for `provider_unavailable` where a check could not be made. */
  checkUnavailable: string
}

/** Picks a word's form for a number by the language's own rules (CLDR); `#` becomes the number. */
export function pluralOf(
  language: string,
  forms: { other: string } & Partial<Record<Intl.LDMLPluralRule, string>>,
): (count: number) => string {
  const rules = new Intl.PluralRules(language)
  return (count) => (forms[rules.select(count)] ?? forms.other).replace('#', String(count))
}
