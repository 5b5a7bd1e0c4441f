import { regionNames, type Country } from './country.js'

/** Finds the countries that a visitor may mean by what has been typed so far, the likeliest first. */
export type CountrySearch = (typed: string) => Country[]

/**
 * Makes a search by name, in the language of the page and in English, by ISO code and by calling code. Case, accents
 * and punctuation do not matter.
 */
export function countrySearch(countries: Country[]): CountrySearch {
  const english = [regionNames('en'), regionNames('en', 'short')]
  const candidates = countries.map((country) => {
    const { code, name, callingCode } = country
    const names = [name, ...english.map((nameOf) => nameOf(code))]
    return { country, text: ` ${folded([code, callingCode, ...names].join(' '))} ` }
  })
  return (typed) => {
    const word = folded(typed)
    // Whole words come before beginnings of words, and those before what is inside of one, as digits never are.
    const places = [` ${word} `, ` ${word}`, ...(/\d/.test(word) ? [] : [word])]
    return candidates
      .map(({ country, text }) => ({ country, place: places.findIndex((part) => text.includes(part)) }))
      .filter(({ place }) => place >= 0)
      .sort((a, b) => a.place - b.place)
      .map(({ country }) => country)
  }
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
