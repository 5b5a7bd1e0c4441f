import { html, nothing, type TemplateResult } from 'lit'
import type { View } from './view.js'

/** The list of countries in which the visitor searches, in front of everything else in the page. */
export function countries({ locale, number: { list, country } }: View): TemplateResult {
  return html`<div
    id="countries"
    class="countries"
    part="countries"
    popover
    dir=${locale.direction}
    @beforetoggle=${list}
    @toggle=${list}
    @input=${list}
    @keydown=${list}
    @mousedown=${list}
    @click=${list}
    @focusout=${list}
  >
    ${list.isOpen ? search(locale, list, country) : nothing}
  </div>`
}

function search(
  locale: View['locale'],
  { found, active }: View['number']['list'],
  country: View['number']['country'],
): TemplateResult {
  return html`<input
      class="search"
      part="search"
      role="combobox"
      aria-label=${locale.searchCountries}
      placeholder=${locale.searchCountries}
      aria-autocomplete="list"
      aria-expanded="true"
      aria-controls="options"
      aria-activedescendant=${found[active]?.code ?? nothing}
      autocomplete="off"
      spellcheck="false"
      enterkeyhint="done"
    />
    <div id="options" class="options" role="listbox" aria-label=${locale.country} tabindex="-1">
      ${found.map(
        ({ code, name, callingCode }, index) =>
          html`<div
            id=${code}
            class="option"
            part="option"
            role="option"
            aria-selected=${index === active}
            aria-current=${code === country?.code}
          >
            <span>${name}</span> <span class="digits" dir="ltr">${callingCode}</span>
          </div>`,
      )}
    </div>
    <div class="none" role="status">${found.length ? nothing : locale.noCountry}</div>`
}
