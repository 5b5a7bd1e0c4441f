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
  TR: 'Turkey',
  US: 'USA',
}

/**
 * Makes a search by name, in the language of the page and in English, by ISO code and by calling code; where that finds
 * nothing, by the name in the country's own language and by what else it is called. Case, accents and punctuation do not
 * matter.
 */
export function countrySearch(countries: Country[]): CountrySearch {
  const english = [regionNames('en'), regionNames('en', 'short')]
  const texts = countries.map(({ code, name, callingCode }) =>
    folded([code, callingCode, name, ...english.map((nameOf) => nameOf(code))].join(' ')),
  )
  /** In some two hundred languages: made once somebody has need of them. */
  let others: string[] | undefined
  return (typed) => {
    const word = folded(typed).replace(/^00/, '')
    const found = ranked(countries, texts, word)
    if (found.length > 0) return found
    others ??= countries.map(({ code }) =>
      folded(`${regionNames(languageOf(code))(code)} ${ALSO[code] ?? ''}`),
    )
    return ranked(countries, others, word)
  }
}

function ranked(countries: Country[], texts: string[], word: string): Country[] {
  // Whole words come before beginnings of words, and those before what is inside of one, as digits never are.
  const parts = [` ${word} `, ` ${word}`, ...(/\d/.test(word) ? [] : [word])]
  return countries
    .map((country, n) => ({ country, place: parts.findIndex((part) => ` ${texts[n]!} `.includes(part)) }))
    .filter(({ place }) => place >= 0)
    .sort((a, b) => a.place - b.place)
    .map(({ country }) => country)
}

/** The language that most people of a country speak. */
function languageOf(code: string): string {
  return new Intl.Locale(`und-${code}`).maximize().language
}

/** Words in small letters without accents, with one space between them. */
function folded(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/\p{Mn}/gu, '')
    .replace(/[^\p{L}\p{M}\p{N}]+/gu, ' ')
    .toLowerCase()
    .trim()
}
