import { html, nothing, type TemplateResult } from 'lit'
import { primaryButton } from './button.js'
import { countries as countryList } from './countries.js'
import { isMistake } from '../failure.js'
import { leftToRight } from '../locales/sentences.js'
import { choosesCountry, type View } from './view.js'

/** Asks for the number. */
export function phoneScreen(view: View): TemplateResult {
  const { state, locale, disabled } = view
  const failed = state.step === 'phone' && state.failure
  return html`
    <slot name="intro"></slot>
    <slot name="phone-label"></slot>
    <slot name="phone-before" hidden></slot>
    <div
      class="field ${failed && isMistake(failed) ? 'invalid' : ''} ${disabled ? 'off' : ''}"
      part="field"
      dir="ltr"
    >
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

/** Most countries that can be found at a glance: up to that many, the platform's own list is better. */
const FEW = 8

function countryChoice(view: View): TemplateResult {
  const { state, number, locale } = view
  const { countries, country, list } = number
  const prefix = country ? html`<span class="region">${country.code}</span> ${country.callingCode}` : nothing
  const disabled = view.disabled || state.step === 'sending'
  // The space is kept while the list is loading, so that nothing moves when it arrives.
  if (!choosesCountry(view))
    return html`<div class="country" part="country"><span class="prefix">${prefix}</span></div>`
  const face = html`<span class="prefix" aria-hidden="true">${prefix}</span
    ><svg viewBox="0 0 16 16" aria-hidden="true">
      <path d="m4 6 4 4 4-4" fill="none" stroke="currentColor" stroke-width="1.75" />
    </svg>`
  if (countries.length > FEW && 'popover' in HTMLElement.prototype)
    return html`<button
        type="button"
        class="country"
        part="country"
        popovertarget="countries"
        aria-label="${locale.country} ${country?.name} ${country && leftToRight(`${country.code} ${country.callingCode}`)}"
        aria-haspopup="listbox"
        aria-expanded=${list.isOpen}
        ?disabled=${disabled}
        @mousedown=${list}
      >
        ${face}</button
      >${countryList(view)}`
  return html`<div class="country" part="country">
    ${face}
    <select
      aria-label=${locale.country}
      ?disabled=${disabled}
      .value=${country?.code ?? ''}
      @change=${(event: Event) => number.choose((event.target as HTMLSelectElement).value)}
    >
      ${countries.map(
        ({ code, name, callingCode }) =>
          html`<option value=${code} .selected=${code === country?.code}>
            ${name || code} (${leftToRight(callingCode)})
          </option>`,
      )}
    </select>
  </div>`
}
