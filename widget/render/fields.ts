import type { Channel } from '../../contract/index.js'
import type { FieldView } from '../controllers/light-field.js'
import { isMistake } from '../failure.js'
import type { Locale } from '../locales/locale.js'
import { challengeSentence, codeLabel, failureSentence } from '../locales/sentences.js'
import type { State } from '../state.js'
import { choosesCountry, codeBehind, type View } from './view.js'

/** What the two fields in the light DOM show. */
export function fieldViews(view: {
  state: State
  locale: Locale
  number: View['number']
  /** How the first code will travel. */
  channel: Channel
  disabled: boolean
  numberFixed: boolean
  /** The form is not submitted without a token. */
  required: boolean
  /** The code is checked as soon as it is complete. */
  checksItself: boolean
}): { phone: FieldView; code: FieldView } {
  const { state, locale, channel, disabled, numberFixed, required, checksItself } = view
  const code = codeBehind(state)
  const failure = 'failure' in state ? state.failure : undefined
  const error = failure ? failureSentence(locale, failure) : ''
  const phoneError = code ? '' : error
  const mistaken = failure !== undefined && isMistake(failure)
  const challenge = challengeSentence(locale, state)
  const { country } = view.number
  return {
    phone: {
      language: locale.language,
      label: locale.phoneLabel,
      before: country && !choosesCountry(view) ? `${country.name} ${country.callingCode}` : '',
      message: phoneError || challenge || locale.phoneHint[channel],
      invalid: !code && mistaken,
      disabled,
      readOnly: numberFixed || state.step === 'sending',
      required,
    },
    code: {
      language: locale.language,
      label: codeLabel(locale, code?.pending.codeLength ?? 6),
      before: '',
      message: error || challenge || (checksItself ? locale.codeHint : ''),
      invalid: mistaken,
      disabled: disabled || code?.over === true,
      readOnly: false,
      required,
    },
  }
}
