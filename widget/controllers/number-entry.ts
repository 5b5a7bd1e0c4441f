import type { ReactiveController, ReactiveControllerHost } from 'lit'
import type { SiteConfig } from '../../contract/index.js'
import {
  initialCountry,
  numberToSend,
  offeredCountries,
  splitInternational,
  type Country,
  type CountryWishes,
} from '../country.js'
import { LightField } from './light-field.js'

/** The number input with its country: keeps the two in step. */
export class NumberEntry implements ReactiveController {
  readonly field: LightField
  /** The countries offered, by name; empty until the site is known. */
  countries: Country[] = []

  private country_: Country | undefined
  private offer = ''

  private readonly host: ReactiveControllerHost & HTMLElement
  private readonly handleEdit: () => void

  constructor(host: ReactiveControllerHost & HTMLElement, handleEdit: () => void) {
    this.host = host
    this.handleEdit = handleEdit
    this.field = new LightField(host, 'phone', {
      type: 'tel',
      inputmode: 'tel',
      autocomplete: 'tel',
      enterkeyhint: 'send',
      dir: 'ltr',
    })
    host.addController(this)
  }

  /** The country chosen, by the visitor or on the visitor's behalf. */
  get country(): Country | undefined {
    return this.country_
  }

  /** The number to send; `undefined` while there is none. */
  get number(): string | undefined {
    return numberToSend(this.field.input.value, this.country_)
  }

  hostConnected(): void {
    this.host.addEventListener('input', this)
    this.host.addEventListener('change', this)
  }

  hostDisconnected(): void {
    this.host.removeEventListener('input', this)
    this.host.removeEventListener('change', this)
  }

  handleEvent(event: Event): void {
    if (event.target !== this.field.input) return
    if (event.type === 'input') this.handleEdit()
    // While somebody types, the text stays as it is; what was pasted, filled in or finished is put in order.
    const typed =
      event.type === 'input' && /^(?:insertText|delete)/.test((event as InputEvent).inputType ?? '')
    this.settle(!typed)
  }

  /** Works out the countries anew if anything they depend on has changed. */
  offerCountries(site: SiteConfig, wishes: CountryWishes, language: string): void {
    const { initialCountry: first, onlyCountries: only, excludeCountries: excluded } = wishes
    const offer = JSON.stringify([site.countries, first, only, excluded, language])
    if (offer === this.offer) return
    this.offer = offer
    this.countries = offeredCountries(site, wishes, language)
    const { countries, country_ } = this
    this.country_ =
      countries.find(({ code }) => code === country_?.code) ??
      initialCountry(countries, site, wishes, navigator.languages)
    this.settle(true)
  }

  choose(code: string): void {
    this.country_ = this.countries.find((country) => country.code === code)
    this.handleEdit()
    this.host.requestUpdate()
  }

  /** Replaces what the input holds. */
  fill(number: string): void {
    this.field.input.value = number
    this.tidy()
  }

  /** Moves the calling code of an international number from the input to the country. */
  tidy(): void {
    this.settle(true)
  }

  /** Follows the country of an international number, and leaves the national part alone when the text may change. */
  private settle(mayChange: boolean): void {
    const { input } = this.field
    const split = splitInternational(input.value, this.countries, this.country_)
    if (!split) return
    this.country_ = split.country
    if (mayChange) input.value = split.national
    this.host.requestUpdate()
  }
}
