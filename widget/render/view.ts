import type { Channel } from '../../contract/index.js'
import type { CodeEntry } from '../controllers/code-entry.js'
import type { NumberEntry } from '../controllers/number-entry.js'
import type { Locale } from '../locales/locale.js'
import type { CodeState, State } from '../state.js'

/** Everything the screens show and everything they can ask for. */
export interface View {
  state: State
  locale: Locale
  disabled: boolean
  /** The number's country, and those that it may have. */
  number: Pick<NumberEntry, 'countries' | 'country' | 'choose' | 'list'>
  /** The page chose the number and the visitor may not. */
  numberFixed: boolean
  start: () => void
  /** The digits typed so far, and the box that the next one goes to. */
  code: Pick<CodeEntry, 'value' | 'caret'>
  /** Whole seconds; 0 when a resend may be asked for. */
  secondsToResend: number
  check: () => void
  resend: (channel: Channel) => void
  changeNumber: () => void
  reset: () => void
  /** The page has put its own other way into the slot `fallback`. */
  hasFallback: boolean
  /** Draws anew. */
  update: () => void
}

/** Whether there is a country to choose: neither did the page choose the number, nor is there only one. */
export function choosesCountry({ number, numberFixed }: Pick<View, 'number' | 'numberFixed'>): boolean {
  return number.countries.length > 1 && !numberFixed
}

/** What the code screen shows: the code state itself, or the one behind a call that is under way. */
export function codeBehind(state: State): CodeState | undefined {
  const behind = state.step === 'sending' || state.step === 'checking' ? state.back : state
  return behind.step === 'code' ? behind : undefined
}

/** Digits of the code that is asked for; 0 while none is. */
export function codeLength(state: State): number {
  return codeBehind(state)?.pending.codeLength ?? 0
}
