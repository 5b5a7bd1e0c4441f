import { PHONE_NUMBER_MAX_LENGTH, toAsciiDigits, type SiteConfig } from '../contract/index.js'

/** A country a visitor may choose. */
export interface Country {
  /** ISO 3166-1 alpha-2. */
  code: string
  /** In the page's language; empty until it is asked for, by `nameCountries`. */
  name: string
  /** With the leading `+`. */
  callingCode: string
  /** Place in the site's own order: of countries that share a calling code, the main one has the lowest. */
  rank: number
}

/** What a page has set; `null` once it has removed the attribute, `undefined` as set by frameworks. */
type Wish = string | null | undefined

/** Which of the served countries a page offers, and which it begins with; lists are separated by spaces or commas. */
export interface CountryWishes {
  initialCountry: Wish
  onlyCountries: Wish
  excludeCountries: Wish
}

/** The region of a BCP 47 tag; browsers report odd tags too, on which Intl.Locale throws. */
const REGION = /^[a-z]{2,3}(?:-[a-z]{4})?-([a-z]{2})(?:-|$)/i

const list = (text: Wish) =>
  (text ?? '')
    .toUpperCase()
    .split(/[\s,]+/)
    .filter(Boolean)

/** The countries offered, in the site's order. A page can narrow what its site serves, never widen it. */
export function offeredCountries(site: SiteConfig, wishes: CountryWishes): Country[] {
  const only = list(wishes.onlyCountries)
  const excluded = list(wishes.excludeCountries)
  const ranks = Object.keys(site.callingCodes)
  return site.countries
    .filter((code) => (only.length === 0 || only.includes(code)) && !excluded.includes(code))
    .map((code) => ({
      code,
      name: '',
      callingCode: `+${site.callingCodes[code]!}`,
      rank: ranks.indexOf(code),
    }))
}

/** Names countries in a language, which is slower on a phone than anything else here. @returns them, by name */
export function nameCountries(countries: Country[], language: string): Country[] {
  const nameOf = regionNames(language)
  const collator = new Intl.Collator(language)
  for (const country of countries) country.name = nameOf(country.code)
  return [...countries].sort((a, b) => collator.compare(a.name, b.name))
}

/** The country to begin with, if there is only one or it was set: by the page, or else by the operator. */
export function wantedCountry(
  countries: Country[],
  site: SiteConfig,
  wishes: CountryWishes,
): Country | undefined {
  const [only, ...others] = countries
  return others.length > 0
    ? firstOf(countries, [wishes.initialCountry?.toUpperCase(), site.initialCountry])
    : only
}

/** The country guessed from the browser's languages, or the first. */
export function likelyCountry(countries: Country[], languages: readonly string[]): Country | undefined {
  const regions = languages.map((language) => REGION.exec(language)?.[1]?.toUpperCase())
  return firstOf(countries, regions) ?? countries[0]
}

function firstOf(countries: Country[], codes: (string | null | undefined)[]): Country | undefined {
  return codes.map((code) => countries.find((one) => one.code === code)).find(Boolean)
}

/**
 * Reads the country out of an international number.
 *
 * Countries may share a calling code (+1, +7, +44): then `current` stays when it has that code, else the main one is meant.
 *
 * @returns `undefined` for a national number and for a country that is not offered.
 */
export function splitInternational(
  text: string,
  countries: Country[],
  current: Country | undefined,
): { country: Country; national: string } | undefined {
  const international = internationalForm(text, current)
  if (!international) return undefined
  const matches = countries
    .filter(({ callingCode }) => international.startsWith(callingCode))
    .sort((a, b) => b.callingCode.length - a.callingCode.length || a.rank - b.rank)
  const best = matches[0]
  if (!best) return undefined
  const country = current?.callingCode === best.callingCode ? current : best
  return { country, national: international.slice(country.callingCode.length) }
}

/**
 * The number to send: as typed when it is international, else behind the country's calling code.
 *
 * A trunk zero stays where it is, because the server knows each country's rule.
 *
 * @returns `undefined` when no digit was typed or the text is too long to be a number.
 */
export function numberToSend(text: string, country: Country | undefined): string | undefined {
  const national = compact(text)
  const number = internationalForm(text, country) ?? `${country?.callingCode ?? ''}${national}`
  return /\d/.test(national) && number.length <= PHONE_NUMBER_MAX_LENGTH ? number : undefined
}

/** The text with a `+`, for which `00` stands and, dialled in North America, `011`; `undefined` when it is national. */
export function internationalForm(text: string, country: Country | undefined): string | undefined {
  // An empty field is looked at before anybody types, and compiling the expressions takes a phone some milliseconds.
  if (!text) return undefined
  const prefix = country?.callingCode === '+1' ? /^(?:00|011|\uff0b)/ : /^(?:00|\uff0b)/
  const number = compact(text).replace(prefix, '+')
  return number.startsWith('+') ? number : undefined
}

/** ASCII digits; whatever the server forgives between them, slashes and the scheme of a copied link forgiven. */
function compact(text: string): string {
  return toAsciiDigits(text)
    .replace(/[\s./\p{Pd}\p{Ps}\p{Pe}\p{Cf}\u2212\u30fc\uff70\uff0e]/gu, '')
    .replace(/^tel:/i, '')
}

/** How a language names countries. */
export function regionNames(language: string, style?: 'short'): (code: string) => string {
  // Without a style, names are long.
  const names = new Intl.DisplayNames([language], { type: 'region', style: style! })
  return (code) => {
    try {
      return names.of(code)!
    } catch {
      // The operator's list may hold a code that this browser calls malformed.
      return code
    }
  }
}
