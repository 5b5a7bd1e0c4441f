import { html, nothing, svg, type TemplateResult } from 'lit'
import { primaryButton } from './button.js'
import type { View } from './view.js'

const CHEVRON = svg`<path d="m4 6 4 4 4-4" fill="none" stroke="currentColor" stroke-width="1.75" />`

/** Asks for the number. */
export function phoneScreen(view: View): TemplateResult {
  const { state, locale, disabled } = view
  const failed = state.step === 'phone' && state.failure
  return html`
    <slot name="intro"></slot>
    <slot name="phone-label"></slot>
    <div class="field ${failed ? 'invalid' : ''} ${disabled ? 'off' : ''}" part="field" dir="ltr">
      ${countryChoice(view)}
      <slot name="phone"></slot>
    </div>
    <div class="message ${failed ? 'invalid' : ''}" part="message"><slot name="phone-message"></slot></div>
    <slot name="challenge"></slot>
    ${primaryButton({
      slot: 'send',
      text: locale.send,
      busy: state.step === 'sending',
      busyText: locale.sending,
      disabled,
      onClick: view.start,
    })}
  `
}

function countryChoice({
  state,
  countries,
  country,
  numberFixed,
  locale,
  disabled,
  chooseCountry,
}: View): TemplateResult {
  const choosable = countries.length > 1 && !numberFixed
  // The space is kept while the list is loading, so that nothing moves when it arrives.
  return html`<div class="country" part="country">
    <span class="prefix" aria-hidden=${choosable ? 'true' : nothing}>
      ${country ? html`<span class="region">${country.code}</span>${country.callingCode}` : nothing}
    </span>
    ${
      choosable
        ? html`<svg viewBox="0 0 16 16" aria-hidden="true">${CHEVRON}</svg>
            <select
              aria-label=${locale.country}
              ?disabled=${disabled || state.step === 'sending'}
              .value=${country?.code ?? ''}
              @change=${(event: Event) => chooseCountry((event.target as HTMLSelectElement).value)}
            >
              ${countries.map(
                ({ code, name, callingCode }) =>
                  html`<option value=${code} .selected=${code === country?.code}>
                    ${name} (⁦${callingCode}⁩)
                  </option>`,
              )}
            </select>`
        : nothing
    }
  </div>`
}
