import type { ReactiveController, ReactiveControllerHost } from 'lit'
import type { SiteConfig } from '../../contract/index.js'
import {
  initialCountry,
  internationalForm,
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
  /** The country before the number that is being typed chose another. */
  private before: Country | undefined
  private offer = ''
  /** What the page put into the field. */
  private given = ''
  private touched = false

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
    return numberToSend(this.field.input.value, this.before ?? this.country_)
  }

  hostConnected(): void {
    this.host.addEventListener('input', this)
    this.host.addEventListener('change', this)
    window.addEventListener('pageshow', this)
  }

  hostDisconnected(): void {
    this.host.removeEventListener('input', this)
    this.host.removeEventListener('change', this)
    window.removeEventListener('pageshow', this)
  }

  handleEvent(event: Event): void {
    if (event.type === 'pageshow') return this.undoRestoration((event as PageTransitionEvent).persisted)
    if (event.target !== this.field.input) return
    this.touched = true
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
    this.before = undefined
    this.country_ =
      countries.find(({ code }) => code === country_?.code) ??
      initialCountry(countries, site, wishes, navigator.languages)
    this.settle(true)
  }

  choose(code: string): void {
    this.country_ = this.countries.find((country) => country.code === code)
    this.before = undefined
    this.handleEdit()
    this.host.requestUpdate()
  }

  /** Replaces what the input holds; with nothing when the page has taken its number away. */
  fill(number: string | null | undefined): void {
    this.field.input.value = this.given = number ?? ''
    this.tidy()
  }

  clear(): void {
    this.field.input.value = ''
  }

  /** Moves the calling code of an international number from the input to the country. */
  tidy(): void {
    this.settle(true)
  }

  /** Follows the country of an international number, and leaves the national part alone when the text may change. */
  private settle(mayChange: boolean): void {
    const { input } = this.field
    const chosen = this.before ?? this.country_
    const split = splitInternational(input.value, this.countries, chosen)
    if (split) {
      this.country_ = split.country
      this.before = mayChange ? undefined : chosen
      if (mayChange) input.value = split.national
    } else if (!internationalForm(input.value, chosen)) {
      this.country_ = chosen
      this.before = undefined
    }
    this.host.requestUpdate()
  }

  /**
   * On the way back to a page, browsers put digits into the field again, but no country beside them: together they
   * would be somebody else's number.
   */
  private undoRestoration(persisted: boolean): void {
    // An input of the page's own may hold what the visitor typed before this script ran.
    if (!persisted && !this.touched && !this.field.isAdopted) this.fill(this.given)
  }
}
