import { expect } from '@open-wc/testing'
import {
  likelyCountry,
  nameCountries,
  numberToSend,
  offeredCountries,
  splitInternational,
  wantedCountry,
} from './country.js'
import { site } from './test/fake-server.js'

const NO_WISHES = { initialCountry: '', onlyCountries: '', excludeCountries: '' }
const countries = offeredCountries(site(), NO_WISHES)
const find = (code: string) => countries.find((country) => country.code === code)!

describe('nameCountries', () => {
  it('names countries in the page language and sorts them by name', () => {
    const names = (language: string) =>
      nameCountries(offeredCountries(site(), NO_WISHES), language).map(({ name }) => name)
    expect(names('en')).to.deep.equal(['Canada', 'Croatia', 'United Kingdom', 'United States'])
    expect(names('ar')).to.include('كرواتيا')
  })

  it('survives a code that the browser does not know', () => {
    const odd = site({ countries: ['Q!'], callingCodes: { 'Q!': '999' } })
    expect(nameCountries(offeredCountries(odd, NO_WISHES), 'en')[0]!.name).to.equal('Q!')
  })
})

describe('offeredCountries', () => {
  it('is narrowed by the page, but never widened', () => {
    const offered = (wishes: Partial<typeof NO_WISHES>) =>
      offeredCountries(site(), { ...NO_WISHES, ...wishes }).map(({ code }) => code)
    expect(offered({ onlyCountries: 'hr, us xx' })).to.deep.equal(['US', 'HR'])
    expect(offered({ excludeCountries: 'HR GB' })).to.deep.equal(['US', 'CA'])
    expect(offered({ onlyCountries: 'DE' })).to.deep.equal([])
  })
})

describe('the country to begin with', () => {
  const wanted = (wish: string, chosen: string | null, offered = countries) =>
    wantedCountry(offered, site({ initialCountry: chosen }), { ...NO_WISHES, initialCountry: wish })?.code
  const likely = (...languages: string[]) => likelyCountry(countries, languages)?.code

  it('is the one that the page wants, or else the operator, or the only one', () => {
    expect(wanted('us', 'HR')).to.equal('US')
    expect(wanted('de', 'HR')).to.equal('HR')
    expect(wanted('', null)).to.equal(undefined)
    expect(wanted('', null, countries.slice(1, 2))).to.equal(countries[1]!.code)
  })

  it('is a guess by the browser’s languages where nobody wants one, or the site’s first', () => {
    expect(likely('de', 'en-GB')).to.equal('GB')
    expect(likely('C', 'zh-hant-us')).to.equal('US')
    expect(likely('de')).to.equal('US')
  })
})

describe('splitInternational', () => {
  it('reads the country from + and from 00, in the digits of any script', () => {
    for (const text of [
      '+44 20 7946 0958',
      '0044 20 7946 0958',
      '＋٤٤ ٢٠ ٧٩٤٦ ٠٩٥٨',
      '\u202a+44\u00a020 7946\u20110958',
    ]) {
      const split = splitInternational(text, countries, find('HR'))!
      expect(split.country.code, text).to.equal('GB')
      expect(split.national).to.equal('2079460958')
    }
  })

  it('keeps the chosen country where several share a calling code', () => {
    expect(splitInternational('+1 604', countries, find('CA'))!.country.code).to.equal('CA')
    expect(splitInternational('+1 604', countries, find('US'))!.country.code).to.equal('US')
  })

  it('means the main country of a shared calling code, wherever it is in the list', () => {
    const callingCodes = { US: '1', GB: '44', RU: '7', FI: '358', RE: '262' }
    const lesser = { AS: '1', CA: '1', GG: '44', KZ: '7', AX: '358', YT: '262' }
    const all = site({
      countries: [...Object.keys(lesser), ...Object.keys(callingCodes), 'HR'],
      callingCodes: { HR: '385', ...callingCodes, ...lesser },
    })
    const served = offeredCountries(all, NO_WISHES)
    for (const offered of [
      served,
      ...['en', 'ar', 'fr'].map((language) => nameCountries(served, language)),
    ]) {
      const current = offered.find(({ code }) => code === 'HR')
      for (const [code, callingCode] of Object.entries(callingCodes)) {
        expect(splitInternational(`+${callingCode}`, offered, current)!.country.code).to.equal(code)
      }
    }
  })

  it('reads 011 as a prefix where the chosen country dials it, and nowhere else', () => {
    const split = splitInternational('011 385 91 234 5667', countries, find('US'))!
    expect(split).to.deep.equal({ country: find('HR'), national: '912345667' })
    expect(splitInternational('011 385 91 234 5667', countries, find('GB'))).to.equal(undefined)
    expect(numberToSend('011 49 30 123456', find('CA'))).to.equal('+4930123456')
  })

  it('understands a copied tel: link', () => {
    const split = splitInternational(' tel:+1-202-555-0123', countries, find('HR'))!
    expect(split).to.deep.include({ national: '2025550123' })
    expect(split.country.callingCode).to.equal('+1')
    expect(numberToSend('TEL:+12025550123', find('HR'))).to.equal('+12025550123')
  })

  it('leaves national numbers and foreign countries alone', () => {
    expect(splitInternational('0912345667', countries, find('HR'))).to.equal(undefined)
    expect(splitInternational('+49 30', countries, find('HR'))).to.equal(undefined)
  })
})

describe('numberToSend', () => {
  it('puts the calling code before a national number and leaves its trunk zero to the server', () => {
    expect(numberToSend('(091) 234-5667', find('HR'))).to.equal('+3850912345667')
    expect(numberToSend('\u200e091\u2013234\u00a05667', find('HR'))).to.equal('+3850912345667')
    expect(numberToSend('٠٩١٢٣٤٥٦٦٧', find('HR'))).to.equal('+3850912345667')
    for (const text of ['091−234−5667', '091ー234ー5667', '（０９１）２３４－５６６７', '[091] 234 5667'])
      expect(numberToSend(text, find('HR')), text).to.equal('+3850912345667')
  })

  it('sends an international number as it is, whatever country is chosen', () => {
    expect(numberToSend('+49 30 123456', find('HR'))).to.equal('+4930123456')
    expect(numberToSend('0049 30 123456', find('HR'))).to.equal('+4930123456')
  })

  it('finds no number in an empty field, in words and in a text that is too long', () => {
    for (const text of ['', '   ', 'call me', '1'.repeat(40)])
      expect(numberToSend(text, find('HR'))).to.equal(undefined)
  })
})
