import type { ReactiveController, ReactiveControllerHost } from 'lit'
import { toAsciiDigits, type SiteConfig } from '../../contract/index.js'
import { whenIdle } from '../clock.js'
import {
  internationalForm,
  likelyCountry,
  nameCountries,
  numberToSend,
  offeredCountries,
  splitInternational,
  wantedCountry,
  type Country,
  type CountryWishes,
} from '../country.js'
import { groupEdit } from '../group-edit.js'
import type { Numbering } from '../numbering.js'
import type { FailureCode } from '../state.js'
import { CountryList } from './country-list.js'
import { LightField } from './light-field.js'

/** Whose numbers are asked for, and of which countries. */
interface NumberWishes extends CountryWishes {
  sitekey: string
  server: string
}

/** What the number field asks of its element. */
export interface NumberEntryHost {
  /** The visitor is changing it. */
  handleEdit(): void
  /** How the numbers behind a calling code (without `+`) are written, as far as is known. */
  numbering(callingCode: string): Promise<Numbering | undefined>
}

/** Digits of this script and what stands between them: text that may be put in groups. */
const GROUPABLE = /^[\d\s().\-/]*$/

/** The number input with its country: keeps the two in step. */
export class NumberEntry implements ReactiveController {
  readonly field: LightField
  /** Where the visitor looks for the country. */
  readonly list: CountryList
  /** Whether the visitor has been at the field. */
  touched = false
  /** The countries offered, by name once they have names; empty until the site is known. */
  countries: Country[] = []

  private country_: Country | undefined
  /** The country that was guessed. */
  private guess: Country | undefined
  /** The country before the number that is being typed chose another. */
  private before: Country | undefined
  private offer = ''
  /** The language in which the countries still have to be named. */
  private language = ''
  /** What the page put into the field. */
  private given = ''
  /** Whether the visitor has used the element: what is only for typing is not fetched before. */
  private visited = false
  /** By calling code; nothing while it is on its way. */
  private readonly numberings = new Map<string, Numbering | undefined>()
  /** The digits in the field. */
  private held = ''

  private readonly host: ReactiveControllerHost & HTMLElement
  private readonly wishes: NumberEntryHost

  constructor(host: ReactiveControllerHost & HTMLElement, wishes: NumberEntryHost) {
    this.host = host
    this.wishes = wishes
    this.list = new CountryList(host, this)
    this.field = new LightField(host, 'phone', {
      type: 'tel',
      inputmode: 'tel',
      autocomplete: 'tel',
      enterkeyhint: 'send',
      dir: 'ltr',
    })
    for (const type of ['focusin', 'input', 'change']) host.addEventListener(type, this)
    host.addController(this)
  }

  /** The country chosen, by the visitor or on the visitor's behalf. */
  get country(): Country | undefined {
    return this.country_
  }

  /** The number to send; `undefined` while there is none. */
  get number(): string | undefined {
    return this.plain(numberToSend(this.field.input.value, this.before ?? this.country_))
  }

  /** A number in the one form that it has where its plan is known. */
  plain(number: string | undefined): string | undefined {
    const known = this.known(number)
    return known ? known.country.callingCode + known.numbering.plain(known.national) : number
  }

  /** Why the number cannot be sent to, as far as is known here. */
  get refusal(): FailureCode | undefined {
    const { number } = this
    if (!number) return 'invalid_phone_number'
    const known = this.known(number)
    return known?.numbering.refusal(known.national)
  }

  /** Whether nobody has said which country the number belongs to. */
  get isGuess(): boolean {
    return this.guess !== undefined
  }

  hostConnected(): void {
    window.addEventListener('pageshow', this)
  }

  hostDisconnected(): void {
    window.removeEventListener('pageshow', this)
  }

  handleEvent(event: Event): void {
    if (event.type === 'pageshow') return this.undoRestoration((event as PageTransitionEvent).persisted)
    this.name()
    if (event.type === 'focusin') {
      this.visited = true
      return this.learn()
    }
    if (event.target !== this.field.input) return
    this.touched = true
    if (event.type === 'input') this.wishes.handleEdit()
    // While somebody types, the text stays as it is; what was pasted, filled in or finished is put in order.
    const typed =
      event.type === 'input' &&
      /^(?:insert(?:Composition)?Text|delete)/.test((event as InputEvent).inputType ?? '')
    this.settle(!typed)
    if (!(event as InputEvent).isComposing) this.group((event as InputEvent).inputType)
  }

  /** Works out the countries anew if anything they depend on has changed. */
  offerCountries(site: SiteConfig, wishes: NumberWishes, language: string): void {
    const { sitekey, server, initialCountry: first, onlyCountries: only, excludeCountries: excluded } = wishes
    const offer = JSON.stringify([sitekey, server, site.countries, first, only, excluded, language])
    if (offer === this.offer) return
    this.offer = offer
    this.countries = offeredCountries(site, wishes)
    this.language = language
    const { countries, country_ } = this
    this.before = undefined
    this.numberings.clear()
    this.country_ =
      countries.find(({ code }) => code === country_?.code) ?? wantedCountry(countries, site, wishes)
    this.guess = this.country_ ? undefined : likelyCountry(countries, navigator.languages)
    this.country_ ??= this.guess
    this.settle(true)
    if (this.visited) this.name()
    else {
      // The first of Intl takes a phone as long as all the names, and is a task of its own.
      whenIdle(() => new Intl.Collator(language))
      whenIdle(() => this.name())
    }
  }

  /** Names the countries, unless they have names: when the visitor is about to read them, or when idle. */
  name(): void {
    const { language } = this
    if (!language) return
    this.language = ''
    this.countries = nameCountries(this.countries, language)
    this.host.requestUpdate()
  }

  choose(code: string): void {
    this.country_ = this.countries.find((country) => country.code === code)
    this.guess = this.before = undefined
    this.wishes.handleEdit()
    this.learn()
    this.group()
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
    this.group()
  }

  /** Follows the country of an international number, and leaves the national part alone when the text may change. */
  private settle(mayChange: boolean): void {
    const { input } = this.field
    const chosen = this.before ?? this.country_
    const split = splitInternational(input.value, this.countries, chosen)
    if (split) {
      this.guess = undefined
      this.country_ = split.country
      this.before = mayChange ? undefined : chosen
      if (mayChange) input.value = split.national
    } else if (!internationalForm(input.value, chosen)) {
      this.country_ = chosen
      this.before = undefined
    }
    this.learn()
    this.host.requestUpdate()
  }

  /** Puts a national number into the groups of its country, as far as they are known by now. */
  private group(inputType = ''): void {
    const { input } = this.field
    const numbering = this.numberings.get(this.country_?.callingCode ?? '')
    const { value } = input
    if (numbering && GROUPABLE.test(value) && !internationalForm(value, this.country_)) {
      const edit = (caret: number | null) =>
        groupEdit({ value, caret: caret ?? value.length }, inputType, this.held, (digits) =>
          numbering.grouped(digits),
        )
      const start = edit(input.selectionStart)
      // A selection is kept: the groups may become known between selecting and typing.
      const end = edit(input.selectionEnd)
      if (start.value !== value) {
        input.value = start.value
        input.setSelectionRange(start.caret, end.caret)
      }
    }
    this.held = toAsciiDigits(input.value).replace(/\D/g, '')
  }

  /** A number in its parts, with its plan; `undefined` where that is not known. */
  private known(number = '') {
    const split = splitInternational(number, this.countries, this.before ?? this.country_)
    const numbering = split && this.numberings.get(split.country.callingCode)
    return numbering && { ...split, numbering }
  }

  /** Asks how numbers of the country are written. */
  private learn(): void {
    const { offer } = this
    const { callingCode } = this.country_ ?? {}
    if (!this.visited || !callingCode || this.numberings.has(callingCode)) return
    this.numberings.set(callingCode, undefined)
    void this.wishes.numbering(callingCode.slice(1)).then((numbering) => {
      // The plan may be of another site by now.
      if (offer !== this.offer) return
      this.numberings.set(callingCode, numbering)
      this.group()
    })
  }

  /**
   * On the way back to a page, browsers put digits into the field again, but no country beside them: together they
   * would be somebody else's number.
   */
  private undoRestoration(persisted: boolean): void {
    // An input of the page's own may hold what the visitor typed before this script ran.
    if (persisted || this.touched || this.field.isAdopted || this.field.input.value === this.given) return
    this.fill(this.given)
  }
}
