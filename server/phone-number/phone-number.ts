import {
  getCountries,
  getCountryCallingCode,
  parsePhoneNumberFromString,
  type CountryCode,
  type PhoneNumber as LibraryPhoneNumber,
  type PhoneNumberType,
} from 'libphonenumber-js/max'
import metadata from 'libphonenumber-js/max/metadata'
import { PHONE_NUMBER_MAX_LENGTH, toAsciiDigits } from '../../contract/index.js'
import { upToDate, withNine } from './former-spellings.js'

/** What a number is used for, in libphonenumber's words (`MOBILE`, `PREMIUM_RATE`, …). */
export type NumberType = PhoneNumberType

/** Which numbers a site sends to. */
export interface PhoneRules {
  /** ISO 3166-1 alpha-2 codes. Global networks (+870, +881, …) have none and are never served. */
  countries: ReadonlySet<string>
  types: ReadonlySet<NumberType>
}

/** A number that the rules allow, in the one form under which it is keyed, sent to and put into tokens. */
export interface PhoneNumber {
  /** E.164 with `+`, canonical (see `canonicalNumber`). */
  e164: string
  /** ISO 3166-1 alpha-2; exact also where countries share a calling code. */
  country: string
  /** What its range is for, as far as the country's plan tells. */
  type: NumberType | undefined
}

/** Why a number is refused; the same words as the problem codes. */
export interface PhoneRefusal {
  refused: 'invalid_phone_number' | 'phone_type_not_allowed' | 'country_not_allowed'
}

/** Types that get text messages at the usual price. North America cannot tell mobile from fixed. */
export const DEFAULT_NUMBER_TYPES: ReadonlySet<'MOBILE' | 'FIXED_LINE_OR_MOBILE'> = new Set([
  'MOBILE',
  'FIXED_LINE_OR_MOBILE',
])

/** Spaces, dashes, dots and brackets. No line breaks. */
const SEPARATORS = /[\t\p{Zs}\p{Pd}\u2212\u30fc\uff70.\uff0e()\uff08\uff09[\]\uff3b\uff3d]/gu

/** Direction marks, zero-width characters and soft hyphens, which come along when a number is copied. */
const INVISIBLE = /[\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]/gu

const INTERNATIONAL_PREFIX = /^(?:[+\uff0b]|00)/

// Fifteen digits at most (E.164), and room for the trunk prefix that people write as in +44 (0)20.
const INTERNATIONAL_DIGITS = /^\+[0-9]{1,18}$/

/**
 * Reads a number as a visitor typed, pasted or autofilled it, and applies the site's rules.
 *
 * The number must be international, with `+` or `00`: a guessed country would send codes to strangers.
 * Separators are forgiven, digits of every script are understood, a domestic trunk prefix after the calling
 * code is dropped. Anything else (letters, extensions, `tel:`, `;phone-context=`, `*`, `#`, line breaks) is
 * refused, not skipped, for what a visitor meant by it is unknown.
 */
export function parsePhoneNumber(text: string, rules: PhoneRules): PhoneNumber | PhoneRefusal {
  if (last?.text !== text || last.rules !== rules) last = { text, rules, read: readNumberOf(text, rules) }
  return last.read
}

// A start is read twice: to tell of it, and to decide.
let last: { text: string; rules: PhoneRules; read: PhoneNumber | PhoneRefusal } | undefined

function readNumberOf(text: string, rules: PhoneRules): PhoneNumber | PhoneRefusal {
  const known = readSpelling(text)
  if (!known) return { refused: 'invalid_phone_number' }
  const { number, type } = known
  const { country } = number
  if (!country || !rules.countries.has(country)) return { refused: 'country_not_allowed' }
  if (!type || !rules.types.has(type)) return { refused: 'phone_type_not_allowed' }
  return { country, ...canonical(known) }
}

/**
 * The one E.164 form of a subscriber who can be reached under two, so that both spellings share one key; also
 * of a number that the provider names in its answer.
 *
 * | Country   | Canonical       | Also seen                                                          |
 * | --------- | --------------- | ------------------------------------------------------------------ |
 * | Mexico    | +52 and ten     | +52 1 and ten: the mobile 1 was abolished in 2019                  |
 * | Argentina | +54 9 and ten   | +54 and ten: the 9 marks mobiles, networks drop it from messages   |
 * | Brazil    | nine digits     | eight that start with 6, 8 or 9: mobiles gained a leading 9        |
 *
 * A Brazilian 7 stays as it is: trunked radio still has eight digits there. Argentine landlines get the 9 too
 * wherever nothing tells them from a mobile whose 9 was dropped, so a site that allows `FIXED_LINE` cannot
 * reach those.
 *
 * @returns `undefined` when it is no valid number of any country.
 */
export function canonicalNumber(e164: string): string | undefined {
  return canonicalPhoneNumber(e164)?.e164
}

/** The same with its country. */
export function canonicalPhoneNumber(e164: string): PhoneNumber | undefined {
  const known = readNumber(e164)
  const country = known?.number.country
  return country && { country, ...canonical(known) }
}

/** What the range of a canonical number is for. @returns `undefined` where the country's plan does not tell */
export function numberTypeOf(e164: string): NumberType | undefined {
  return readNumber(e164)?.type
}

/**
 * Reads a number of any country and type, spelled as `parsePhoneNumber` lets it be.
 *
 * @returns its canonical E.164 form; `undefined` when it is no number.
 */
export function readAnyNumber(text: string): string | undefined {
  const known = readSpelling(text)
  return known?.number.country && canonical(known).e164
}

/** Every country that has numbers, as ISO 3166-1 alpha-2 codes; XK, AC and TA are among them. */
export function servedCountries(): readonly string[] {
  return getCountries()
}

/**
 * The calling code of one of `servedCountries`, without `+`.
 *
 * @throws Error when there is no such country
 */
export function callingCode(country: string): string {
  return getCountryCallingCode(country as CountryCode)
}

/** The countries, those before others with which they share a calling code that are its main ones: US before CA. */
export function mainFirst(countries: readonly string[]): string[] {
  const rank = (country: string) => {
    const sharers: readonly string[] = metadata.country_calling_codes[callingCode(country)]!
    return sharers.indexOf(country)
  }
  return countries.toSorted((a, b) => rank(a) - rank(b))
}

/** A number that is valid, and its type as far as that is known. */
interface ValidNumber {
  number: LibraryPhoneNumber
  type: ReturnType<LibraryPhoneNumber['getType']>
}

function readSpelling(text: string): ValidNumber | undefined {
  if (text.length > PHONE_NUMBER_MAX_LENGTH) return undefined
  if (INTERNATIONAL_DIGITS.test(text)) return readNumber(text)
  const digits = toAsciiDigits(text.replace(SEPARATORS, '').replace(INVISIBLE, ''))
  return readNumber(digits.replace(INTERNATIONAL_PREFIX, '+'))
}

function readNumber(text: string): ValidNumber | undefined {
  if (!INTERNATIONAL_DIGITS.test(text)) return undefined
  // The library judges by today's plans.
  const number = parsePhoneNumberFromString(upToDate(text), { extract: false })
  if (!number) return undefined
  // What has a type is valid; the library would find it out twice.
  const type = number.getType()
  return type || number.isValid() ? { number, type } : undefined
}

function canonical({ number, type }: ValidNumber): Pick<PhoneNumber, 'e164' | 'type'> {
  const asItIs = { e164: number.number, type }
  if (number.country !== 'AR') return asItIs
  const mobile = parsePhoneNumberFromString(withNine(number.number), { extract: false })
  return mobile?.isValid() ? { e164: mobile.number, type: mobile.getType() } : asItIs
}
