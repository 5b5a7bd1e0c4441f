import { toAsciiDigits } from '../contract/index.js'
import { regionNames, type Country } from './country.js'
import { localeFor } from './locales/library.js'

/** Finds the countries that a visitor may mean by what has been typed so far, the likeliest first. */
export type CountrySearch = (typed: string) => Country[]

/** Letters that Unicode does not decompose, as they are typed without the right keyboard. */
const PLAIN: Record<string, string> = { đ: 'd', ł: 'l', ø: 'o', ı: 'i' }

/**
 * Makes a search by name, long and short, in the language of the page and in English, by what else a country is called, by ISO
 * code and by calling code; where nothing begins so, by the name in the country's own language. Case, accents and punctuation
 * do not matter.
 */
export function countrySearch(countries: Country[], language: string): CountrySearch {
  const names = [regionNames('en'), regionNames('en', 'short'), regionNames(language, 'short')]
  const { also } = localeFor(language)
  const texts = countries.map(({ code, name, callingCode }) =>
    joined([code, callingCode, name, ...names.map((nameIn) => nameIn(code)), also?.[code] ?? code]),
  )
  /** In some two hundred languages: made on first use. */
  let others: string[] | undefined

  /** Those that have one of the parts, in the order of the parts. */
  function ranked(among: string[], parts: string[]): Country[] {
    return parts.flatMap((part) => countries.filter((_, n) => among[n]!.includes(part)))
  }

  return (typed) => {
    const word = folded(typed).replace(/^00 ?/, '')
    const begun = ` ${word}`
    // A calling code that several share means the main country, and digits are not looked for inside others.
    if (/\d/.test(word)) return ranked(texts, [begun]).sort((a, b) => a.rank - b.rank)
    // Whole names come before whole words, these before beginnings of words, and these before matches inside a word.
    const parts = [` ${begun}  `, `${begun} `, begun]
    const found = ranked(texts, parts)
    const likely = found[0] ? found : ranked((others ??= countries.map(otherNames)), parts)
    return [...new Set([...likely, ...ranked(texts, [word])])]
  }

  /** With the words for which the names have signs. */
  function otherNames({ code }: Country): string {
    const own = regionNames(new Intl.Locale(`und-${code}`).maximize().toString())
    const spelled = names[0]!(code).replace('St.', 'Saint').replace('&', 'and')
    return joined([own(code), spelled])
  }
}

/** Names with two spaces around each, which mark where one begins and ends. */
function joined(names: string[]): string {
  return `  ${names.map(folded).join('  ')}  `
}

/** Words in lower-case ASCII letters as far as possible, without accents, with one space between them. */
function folded(text: string): string {
  return toAsciiDigits(text)
    .normalize('NFKD')
    .replace(/\p{Mn}/gu, '')
    .replace(/[^\p{L}\p{M}\p{N}]+/gu, ' ')
    .toLowerCase()
    .replace(/./g, (letter) => PLAIN[letter] ?? letter)
    .trim()
}
