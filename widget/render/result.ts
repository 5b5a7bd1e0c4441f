import { html, nothing, type TemplateResult } from 'lit'
import type { VerifiedState } from '../state.js'
import { changeNumber, primaryButton } from './button.js'
import type { View } from './view.js'

/** The number is proven. */
export function verifiedScreen(view: View, { lastDigits }: VerifiedState): TemplateResult {
  const { locale } = view
  return html`<div class="panel verified" part="verified" tabindex="-1">
      <svg viewBox="0 0 24 24" aria-hidden="true">
        <circle cx="12" cy="12" r="11" fill="currentColor" />
        <path
          class="tick"
          d="m7 12.5 3.4 3.4L17 9"
          fill="none"
          stroke-width="2.2"
          stroke-linecap="round"
          stroke-linejoin="round"
          pathLength="1"
        />
      </svg>
      <span class="text"><slot name="verified">${locale.verified}</slot></span>
      <span class="digits" dir="ltr"><span aria-hidden="true">&bull;&bull;&bull; </span>${lastDigits}</span>
    </div>
    ${view.numberFixed ? nothing : html`<div class="row">${changeNumber(view, view.reset)}</div>`}`
}

/** The token's time is over. */
export function expiredScreen({ locale, disabled, reset }: View): TemplateResult {
  return html`<div class="panel" part="expired">
      <svg viewBox="0 0 24 24" aria-hidden="true">
        <circle cx="12" cy="12" r="10" fill="none" stroke="currentColor" stroke-width="1.75" />
        <path
          d="M12 7v5.5l3.2 2"
          fill="none"
          stroke="currentColor"
          stroke-width="1.75"
          stroke-linecap="round"
        />
      </svg>
      <span class="text"><slot name="expired">${locale.expired}</slot></span>
    </div>
    ${primaryButton({
      slot: 'verify-again',
      text: locale.verifyAgain,
      busy: false,
      busyText: '',
      disabled,
      onClick: reset,
    })}`
}
