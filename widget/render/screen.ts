import { html, type TemplateResult } from 'lit'
import { codeScreen } from './code.js'
import { fallback } from './fallback.js'
import { phoneScreen } from './phone.js'
import { expiredScreen, verifiedScreen } from './result.js'
import { codeBehind, type View } from './view.js'

/** The screen of the state the visitor is in. */
export function screen(view: View): TemplateResult {
  const { state } = view
  if (state.step === 'verified') return verifiedScreen(view, state)
  if (state.step === 'expired') return expiredScreen(view)
  const code = codeBehind(state)
  return html`${code ? codeScreen(view, code) : phoneScreen(view)}${fallback(view)}`
}
