import { toAsciiDigits } from '../contract/index.js'
import { regionNames, type Country } from './country.js'

/** Finds the countries that a visitor may mean by what has been typed so far, the likeliest first. */
export type CountrySearch = (typed: string) => Country[]

/** What people call a country where no list of names has it. */
const ALSO: Record<string, string> = {
  AE: 'UAE',
  CI: 'Ivory Coast',
  CZ: 'Czech Republic',
  GB: 'England Scotland Wales Britain',
  NL: 'Holland',
  RS: 'Srbija',
  TR: 'Turkey',
  US: 'USA',
}

/** Letters that Unicode takes for letters of their own, as they are typed without the right keyboard. */
const PLAIN: Record<string, string> = { đ: 'd', ł: 'l', ø: 'o', ı: 'i' }

/**
 * Makes a search by name, in the language of the page and in English, by ISO code and by calling code; where nothing begins
 * so, by the name in the country's own language and by what else it is called. Case, accents and punctuation do not matter.
 */
export function countrySearch(countries: Country[]): CountrySearch {
  const [english, short] = [regionNames('en'), regionNames('en', 'short')]
  const texts = countries.map(({ code, name, callingCode }) =>
    folded([code, callingCode, name, english(code), short(code)].join(' ')),
  )
  /** In some two hundred languages: made once somebody has need of them. */
  let others: string[] | undefined

  function ranked(among: string[], ...parts: string[]): Country[] {
    return countries
      .map((country, n) => ({ country, place: parts.findIndex((part) => ` ${among[n]!} `.includes(part)) }))
      .filter(({ place }) => place >= 0)
      .sort((a, b) => a.place - b.place)
      .map(({ country }) => country)
  }

  return (typed) => {
    const word = folded(typed).replace(/^00 ?/, '')
    const begun = [` ${word} `, ` ${word}`]
    // Whole words come before beginnings of words, and those before what is inside of one.
    const found = ranked(texts, ...begun)
    // Of those that share a calling code the main one is meant, and digits are not looked for inside of others.
    if (/\d/.test(word)) return found.sort((a, b) => a.rank - b.rank)
    const likely = found.length > 0 ? found : ranked((others ??= countries.map(otherNames)), ...begun)
    return [...new Set([...likely, ...ranked(texts, word)])]
  }

  /** With the words for which the names have signs. */
  function otherNames({ code }: Country): string {
    const own = regionNames(new Intl.Locale(`und-${code}`).maximize().toString())
    const spelled = english(code).replace('St.', 'Saint').replace('&', 'and')
    return folded([own(code), ALSO[code], spelled].join(' '))
  }
}

/** Words in small ASCII letters as far as there are such, without accents, with one space between them. */
function folded(text: string): string {
  return toAsciiDigits(text)
    .normalize('NFKD')
    .replace(/\p{Mn}/gu, '')
    .replace(/[^\p{L}\p{M}\p{N}]+/gu, ' ')
    .toLowerCase()
    .replace(/[đłøı]/g, (letter) => PLAIN[letter]!)
    .trim()
}
