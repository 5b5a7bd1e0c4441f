import { describe, expect, it } from 'vitest'
import { PHONE_NUMBER_MAX_LENGTH } from '../../contract/index.js'
import { isSameNumber } from './former-spellings.js'
import {
  callingCode,
  canonicalNumber,
  DEFAULT_NUMBER_TYPES,
  parsePhoneNumber,
  servedCountries,
  type NumberType,
  type PhoneRules,
} from './phone-number.js'

const EVERYWHERE: PhoneRules = { countries: new Set(servedCountries()), types: DEFAULT_NUMBER_TYPES }

function rules(countries: string[], types: NumberType[] = ['MOBILE', 'FIXED_LINE_OR_MOBILE']): PhoneRules {
  return { countries: new Set(countries), types: new Set(types) }
}

describe('the rules of a site', () => {
  it('gives E.164, the country and the type of a number that they allow', () => {
    expect(parsePhoneNumber('+385 91 234 5678', rules(['HR']))).toEqual({
      e164: '+385912345678',
      country: 'HR',
      type: 'MOBILE',
    })
  })

  it('refuses a country that is not served, whatever the type', () => {
    expect(parsePhoneNumber('+385912345678', rules(['DE']))).toEqual({ refused: 'country_not_allowed' })
    expect(parsePhoneNumber('+38514566666', rules(['DE']))).toEqual({ refused: 'country_not_allowed' })
  })

  it('refuses a landline unless the site allows landlines', () => {
    expect(parsePhoneNumber('+38514566666', rules(['HR']))).toEqual({ refused: 'phone_type_not_allowed' })
    expect(parsePhoneNumber('+38514566666', rules(['HR'], ['FIXED_LINE']))).toMatchObject({
      e164: '+38514566666',
    })
  })

  it('serves nothing when no country is named', () => {
    expect(parsePhoneNumber('+385912345678', rules([]))).toEqual({ refused: 'country_not_allowed' })
  })

  it.each([
    ['+12025550123', 'US'],
    ['+14165550123', 'CA'],
    ['+18095550123', 'DO'],
    ['+18765550123', 'JM'],
    ['+17872345678', 'PR'],
    ['+12423591234', 'BS'],
    ['+79161234567', 'RU'],
    ['+77011234567', 'KZ'],
    ['+447400123456', 'GB'],
    ['+447781123456', 'GG'],
    ['+447797712345', 'JE'],
    ['+447624123456', 'IM'],
    ['+393471234567', 'IT'],
    ['+212650123456', 'MA'],
    ['+262692123456', 'RE'],
    ['+262639012345', 'YT'],
    ['+590690001234', 'GP'],
    ['+61412345678', 'AU'],
    ['+4740612345', 'NO'],
    ['+358412345678', 'FI'],
    ['+38343201234', 'XK'],
  ])('knows that %s is a number of %s', (text, country) => {
    expect(parsePhoneNumber(text, EVERYWHERE)).toMatchObject({ e164: text, country })
    expect(parsePhoneNumber(text, rules([country]))).toMatchObject({ e164: text, country })
  })

  it('does not serve Guernsey, Jersey or Canada because their neighbour is served', () => {
    for (const text of ['+447781123456', '+447797712345', '+14165550123']) {
      expect(parsePhoneNumber(text, rules(['GB', 'US']))).toEqual({ refused: 'country_not_allowed' })
    }
  })
})

describe('one subscriber with two numbers', () => {
  it.each([
    ['Mexico, with and without the mobile 1', '+525512345678', ['+5215512345678', '+525512345678']],
    ['Argentina, Buenos Aires', '+5491123456789', ['+541123456789', '+5491123456789', '+54111523456789']],
    ['Argentina, Córdoba', '+5493514123456', ['+543514123456', '+5493514123456', '+54351154123456']],
    ['Gabon, before 2019', '+24166031234', ['+24106031234', '+2416031234', '+241066031234', '+24166031234']],
    ['Gabon, of another operator', '+24174031234', ['+24104031234', '+2414031234', '+24174031234']],
    ['Brazil, old mobile with 8', '+5511987654321', ['+551187654321', '+5511987654321']],
    ['Brazil, old mobile with 9', '+5531996883193', ['+553196883193', '+5531996883193']],
    ['Brazil, old mobile with 6', '+5521964180266', ['+552164180266', '+5521964180266']],
  ])('SR-F05: has one canonical number: %s', (_, canonical, spellings) => {
    expect(spellings.map(canonicalNumber)).toEqual(spellings.map(() => canonical))
  })

  it('SR-F05: is told from all others without a plan, as with one', () => {
    const spellings = [
      ...['+5215512345678', '+525512345678', '+541123456789', '+5491123456789', '+546704316900'],
      ...['+551187654321', '+5511987654321', '+551177654321', '+5511977654321', '+551123456789'],
      ...['+56961234567', '+5696123456', '+521551234567', '+15512345678', '+12025550123'],
    ].filter((spelling) => canonicalNumber(spelling))
    for (const one of spellings) {
      for (const other of spellings) {
        const isSame = canonicalNumber(one) === canonicalNumber(other)
        expect(isSameNumber(one, other), `${one} ${other}`).toBe(isSame)
      }
    }
  })

  it.each([
    ['+52 1 55 1234 5678', '+525512345678'],
    ['+52 55 1234 5678', '+525512345678'],
    ['+54 9 11 2345-6789', '+5491123456789'],
    ['+54 11 15 2345-6789', '+5491123456789'],
    ['+55 11 8765-4321', '+5511987654321'],
    ['+55 (11) 98765-4321', '+5511987654321'],
    ['+55 011 98765-4321', '+5511987654321'],
  ])('SR-F05: sends to the canonical form of %s', (text, e164) => {
    expect(parsePhoneNumber(text, EVERYWHERE)).toMatchObject({ e164 })
  })

  it('SR-F05: gives an Argentine number without its 9 the same key where landlines are allowed', () => {
    const landlinesToo = rules(['AR'], ['MOBILE', 'FIXED_LINE'])
    expect(parsePhoneNumber('+54 11 2345-6789', landlinesToo)).toEqual(
      parsePhoneNumber('+54 9 11 2345-6789', landlinesToo),
    )
    expect(parsePhoneNumber('+54 11 2345-6789', EVERYWHERE)).toEqual({ refused: 'phone_type_not_allowed' })
  })

  it.each([
    ['a Brazilian radio number with 7', '+551177654321'],
    ['a Brazilian landline', '+551123456789'],
    ['an Argentine block that has landlines only', '+546704316900'],
    ['a Chilean mobile', '+56961234567'],
  ])('SR-F05: leaves alone %s', (_, e164) => {
    expect(canonicalNumber(e164)).toBe(e164)
  })

  it.each([
    '',
    '+',
    '525512345678',
    '+52',
    '+5255123456789',
    ' +525512345678',
    '+52 5512345678',
    '+870773111632',
  ])('has no canonical number for %j', (text) => {
    expect(canonicalNumber(text)).toBeUndefined()
  })
})

describe('a number', () => {
  it.each(['+34112345678', '+33012345678', '+85211111111', '+12020550123'])(
    'SR-F03: must be assigned, not just of a possible length: %s',
    (text) => {
      expect(parsePhoneNumber(text, EVERYWHERE)).toEqual({ refused: 'invalid_phone_number' })
      expect(canonicalNumber(text)).toBeUndefined()
    },
  )

  it('SR-F03: refuses digits after the end of a number', () => {
    for (const [text, type] of [
      ['+33123456789', 'FIXED_LINE'],
      ['+33612345678', 'MOBILE'],
    ] as const) {
      expect(parsePhoneNumber(text, rules(['FR'], [type]))).toMatchObject({ e164: text })
      for (const digit of '0123456789') {
        expect(parsePhoneNumber(text + digit, rules(['FR'], [type]))).toEqual({
          refused: 'invalid_phone_number',
        })
      }
    }
  })

  it('refuses input longer than the contract says before reading it', () => {
    const fits = '+385912345678'.padEnd(PHONE_NUMBER_MAX_LENGTH)
    expect(parsePhoneNumber(fits, EVERYWHERE)).toMatchObject({ country: 'HR' })
    expect(parsePhoneNumber(fits + ' ', EVERYWHERE)).toEqual({ refused: 'invalid_phone_number' })
  })

  it('knows the calling code of every country', () => {
    expect(servedCountries().length).toBeGreaterThan(240)
    for (const country of servedCountries()) expect(callingCode(country)).toMatch(/^[1-9][0-9]{0,2}$/)
    expect([callingCode('US'), callingCode('CA'), callingCode('HR'), callingCode('XK')]).toEqual([
      '1',
      '1',
      '385',
      '383',
    ])
  })
})
