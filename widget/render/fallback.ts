import { html, nothing, type TemplateResult } from 'lit'
import { fallbackSentence } from '../locales/sentences.js'
import { codeBehind, type View } from './view.js'

/** Whether the page has another way for visitors who cannot have a code. */
export function hasFallback(element: Element): boolean {
  return element.querySelector(':scope > [slot=fallback]') !== null
}

/** What is left to a visitor who cannot have a code: the page's own other way, if it has one. */
export function fallback({ state, locale, hasFallback, update }: View): TemplateResult | typeof nothing {
  const shown = state.step === 'phone' ? state : codeBehind(state)
  if (!shown?.refused || state.step === 'sending') return nothing
  return html`<section class="fallback" part="fallback" aria-labelledby="fallback">
    <div id="fallback">${fallbackSentence(locale, hasFallback)}</div>
    <slot name="fallback" @slotchange=${update}></slot>
  </section>`
}
