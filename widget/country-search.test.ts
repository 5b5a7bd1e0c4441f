import { expect } from '@open-wc/testing'
import { nameCountries, type Country } from './country.js'
import { countrySearch } from './country-search.js'

const CODES = {
  ...{ US: '1', AS: '1', CA: '1', GB: '44', GG: '44', HR: '385', DE: '49', DK: '45', SK: '421', IQ: '964' },
  ...{ CX: '61', UA: '380', BA: '387', LC: '1', ME: '382', RS: '381', AE: '971', TR: '90', NO: '47' },
  ...{
    KP: '850',
    KR: '82',
    HK: '852',
    MO: '853',
    SZ: '268',
    VI: '1',
    SS: '211',
    SD: '249',
    GQ: '240',
    GN: '224',
  },
}

/** Searches as a visitor of a page in that language. */
function search(language = 'en'): (typed: string) => string[] {
  const countries = Object.entries(CODES).map(([code, callingCode], rank): Country => ({
    code,
    name: '',
    callingCode: `+${callingCode}`,
    rank,
  }))
  const found = countrySearch(nameCountries(countries, language), language)
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

  it('finds a country by its short name in English, whatever the language of the page', () => {
    for (const language of ['fr', 'pl', 'ru']) expect(search(language)('uk')[0], language).to.equal('GB')
  })

  it('finds a country by its short name, in the language of the page', () => {
    // 한국, but in older data, which WebKitGTK has.
    const korea = new Intl.DisplayNames(['ko'], { type: 'region', style: 'short' }).of('KR')!
    for (const [language, typed, code] of [
      ['ko', korea, 'KR'],
      ['pt-BR', 'eua', 'US'],
      ['nl', 'VS', 'US'],
      ['he', 'ארה"ב', 'US'],
      ['hi', 'अमेरिका', 'US'],
      ['ru', 'США', 'US'],
      ['tr', 'ABD', 'US'],
      ['es', 'EE.UU.', 'US'],
      ['ja', 'アメリカ', 'US'],
      ['zh-Hans', '香港', 'HK'],
    ] as const) {
      expect(search(language)(typed)[0], typed).to.equal(code)
    }
  })

  it('finds a country by what people call it, first of all that the same words are in', () => {
    for (const [language, typed, code] of [
      ['en', 'great britain', 'GB'],
      ['en', 'america', 'US'],
      ['en', 'korea', 'KR'],
      ['en', 'macau', 'MO'],
      ['en', 'swaziland', 'SZ'],
    ] as const) {
      expect(search(language)(typed)[0], typed).to.equal(code)
    }
  })

  it('takes a whole name before one that the word is in', () => {
    expect(search()('guinea')).to.deep.equal(['GN', 'GQ'])
    expect(search('fr')('soudan')).to.deep.equal(['SD', 'SS'])
    expect(search()('sudan')).to.deep.equal(['SD', 'SS'])
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
    expect(search()('1')).to.deep.equal(['US', 'AS', 'CA', 'LC', 'VI'])
    expect(search()('44')).to.deep.equal(['GB', 'GG'])
  })
})
