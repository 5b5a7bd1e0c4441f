import { expect } from '@open-wc/testing'
import { nameCountries, type Country } from './country.js'
import { countrySearch } from './country-search.js'

const CODES = {
  ...{ US: '1', AS: '1', CA: '1', GB: '44', GG: '44', HR: '385', DE: '49', DK: '45', SK: '421', IQ: '964' },
  ...{ CX: '61', UA: '380', BA: '387', LC: '1', ME: '382', RS: '381', AE: '971', TR: '90', NO: '47' },
}

/** Searches as a visitor of a page in that language. */
function search(language = 'en'): (typed: string) => string[] {
  const countries = Object.entries(CODES).map(([code, callingCode], rank): Country => ({
    code,
    name: '',
    callingCode: `+${callingCode}`,
    rank,
  }))
  const found = countrySearch(nameCountries(countries, language))
  return (typed) => found(typed).map(({ code }) => code)
}

describe('countrySearch', () => {
  it('finds a country by its own name for itself, and by what else people call it', () => {
    const find = search()
    for (const [typed, code] of [
      ['hrvatska', 'HR'],
      ['deutschl', 'DE'],
      ['Україна', 'UA'],
      ['srbija', 'RS'],
      ['Србија', 'RS'],
      ['crna gora', 'ME'],
      ['uae', 'AE'],
      ['england', 'GB'],
      ['turkey', 'TR'],
      ['saint lucia', 'LC'],
      ['bosnia and', 'BA'],
      ['bosnia & h', 'BA'],
    ] as const) {
      expect(find(typed), typed).to.deep.equal([code])
    }
    expect(find('atlantis')).to.deep.equal([])
  })

  it('takes what somebody calls a country before what is only inside of a name', () => {
    // The island of Christmas is Joulusaari.
    expect(search('fi')('usa')).to.deep.equal(['US', 'CX'])
    expect(search()('mark')).to.deep.equal(['DK'])
  })

  it('does without the accents of every language', () => {
    expect(search('vi')('duc')[0]).to.equal('DE')
    expect(search('vi')('dan mach')).to.deep.equal(['DK'])
    expect(search('pl')('slowacja')).to.deep.equal(['SK'])
    expect(search('tr')('irak')).to.deep.equal(['IQ'])
    expect(search('tr')('ırak')).to.deep.equal(['IQ'])
  })

  it('reads calling codes in the digits of every script, and as they are dialled', () => {
    const find = search()
    for (const typed of ['٣٨٥', '۳۸۵', '३८५', '385', '+385', '00385', '00 385', '+ 385'])
      expect(find(typed), typed).to.deep.equal(['HR'])
  })

  it('puts the main country of a calling code first, whatever the others are called', () => {
    expect(search()('1')).to.deep.equal(['US', 'AS', 'CA', 'LC'])
    expect(search()('44')).to.deep.equal(['GB', 'GG'])
  })
})
