import type { Channel } from '../../contract/index.js'
import type { FieldView } from '../controllers/light-field.js'
import type { Locale } from '../locales/locale.js'
import { challengeSentence, codeLabel, failureSentence } from '../locales/sentences.js'
import type { State } from '../state.js'
import { codeBehind } from './view.js'

/** What the two fields in the light DOM show. */
export function fieldViews(view: {
  state: State
  locale: Locale
  /** How the first code will travel. */
  channel: Channel
  disabled: boolean
  numberFixed: boolean
  /** The form is not submitted without a token. */
  required: boolean
}): { phone: FieldView; code: FieldView } {
  const { state, locale, channel, disabled, numberFixed, required } = view
  const code = codeBehind(state)
  const failure = 'failure' in state ? state.failure : undefined
  const error = failure ? failureSentence(locale, failure) : ''
  const phoneError = code ? '' : error
  const challenge = challengeSentence(locale, state)
  return {
    phone: {
      label: locale.phoneLabel,
      message: phoneError || challenge || locale.phoneHint[channel],
      invalid: phoneError !== '',
      disabled,
      readOnly: numberFixed || state.step === 'sending',
      required,
    },
    code: {
      label: codeLabel(locale, code?.pending.codeLength ?? 6),
      message: error || challenge,
      invalid: error !== '',
      disabled: disabled || code?.over === true,
      readOnly: false,
      required,
    },
  }
}
