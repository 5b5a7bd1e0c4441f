import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { PHONE_NUMBER_MAX_LENGTH } from '../../contract/index.js'
import { DEFAULT_NUMBER_TYPES, parsePhoneNumber, type PhoneRules } from './phone-number.js'

const RULES: PhoneRules = { countries: new Set(['GB']), types: DEFAULT_NUMBER_TYPES }
const GROUPS = ['44', '7400', '123', '456']
const E164 = '+447400123456'

/** The zero of every set of decimal digits that this runtime's Unicode has. */
const ZEROS = Array.from({ length: 0x110000 }, (_, codePoint) => codePoint).filter(
  (codePoint) => /\p{Nd}/u.test(String.fromCodePoint(codePoint)) && codePoint % 2 === 0 && isZero(codePoint),
)

function isZero(codePoint: number): boolean {
  const before = String.fromCodePoint(codePoint - 1)
  const mathematical = codePoint > 0x1d7ce && codePoint <= 0x1d7ff
  return mathematical ? (codePoint - 0x1d7ce) % 10 === 0 : !/\p{Nd}/u.test(before)
}

/** One or two that people put between groups. Parted by bars. */
const SEPARATORS = [
  ...'| |  |.|-| - |\t|\u00a0|\u2009|\u202f|\u3000|\u00ad|\uff0d|\uff0e|\u2010|\u2011|\u2012|\u2013|\u2014'.split(
    '|',
  ),
  ...'\u2212|\u30fc|\u200b|\u200c|\u200d|\u200e|\u200f|\u202a|\u202c|\u202d|\u202e|\u2060|\u2066|\u2069'.split(
    '|',
  ),
  ...'\u061c|\ufeff|) ('.split('|'),
]

/** Parted by bars. */
const PREFIXES = '+|00|\uff0b| +|+ |0 0|(+|\u200e+|\u202a+|\u202d\uff0b|(00)|\u0660\u0660'.split('|')

function inScript(zero: number, digits: string): string {
  return digits.replace(/[0-9]/g, (digit) => String.fromCodePoint(zero + Number(digit)))
}

function spellings(): string[] {
  const [calling, operator, middle, last] = GROUPS as [string, string, string, string]
  const all = new Set<string>()
  for (const prefix of PREFIXES) {
    for (const separator of SEPARATORS) all.add(prefix + GROUPS.join(separator))
    for (const trunk of ['(0)', ' (0) ', '(0)\u00a0', '\uff080\uff09', '0']) {
      all.add(prefix + calling + trunk + operator + ' ' + middle + '-' + last)
    }
  }
  for (const zero of ZEROS) {
    for (const prefix of ['+', '\uff0b', inScript(zero, '00')])
      all.add(prefix + inScript(zero, GROUPS.join('')))
  }
  return [...all].filter((text) => text.length <= PHONE_NUMBER_MAX_LENGTH)
}

describe('spellings of one number', () => {
  it('SR-F01: gives hundreds of them the same E.164', () => {
    const all = spellings()
    expect(all.length).toBeGreaterThan(500)
    const different = all.filter((text) => {
      const number = parsePhoneNumber(text, RULES)
      return 'refused' in number || number.e164 !== E164
    })
    expect(different).toEqual([])
  })

  it('SR-F01: understands the digits of more than sixty scripts, even mixed', () => {
    expect(ZEROS.length).toBeGreaterThan(60)
    const zero = fc.constantFrom(...ZEROS)
    fc.assert(
      fc.property(fc.array(zero, { minLength: 12, maxLength: 12 }), (zeros) => {
        const text = zeros.map((start, i) => inScript(start, E164[i + 1]!)).join('')
        expect(parsePhoneNumber('+' + text, RULES)).toMatchObject({ e164: E164 })
      }),
      { numRuns: 300 },
    )
  })

  it('SR-F01: forgives separators anywhere between the digits', () => {
    const separator = fc.constantFrom(...SEPARATORS.map((text) => text.trim() || ' '))
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat({ max: 13 }), { maxLength: 6 }), separator, (places, between) => {
        const text = [...E164].map((character, i) => character + (places.includes(i) ? between : '')).join('')
        fc.pre(text.length <= PHONE_NUMBER_MAX_LENGTH)
        expect(parsePhoneNumber(text, RULES)).toMatchObject({ e164: E164 })
      }),
    )
  })

  it.each([
    ['+49 (0)151 23456789', '+4915123456789', 'DE'],
    ['+36 (06) 20 123 4567', '+36201234567', 'HU'],
    ['+7 (8) 916 123-45-67', '+79161234567', 'RU'],
    ['+1 (1) 202 555 0123', '+12025550123', 'US'],
    ['+385 (0)91 234 5678', '+385912345678', 'HR'],
  ])('drops the domestic trunk prefix of %s', (text, e164, country) => {
    const rules = { countries: new Set([country]), types: DEFAULT_NUMBER_TYPES }
    expect(parsePhoneNumber(text, rules)).toMatchObject({ e164, country })
  })

  it('keeps the zero that belongs to an Italian landline', () => {
    const rules: PhoneRules = { countries: new Set(['IT']), types: new Set(['FIXED_LINE']) }
    for (const text of ['+39 06 1234 5678', '+39 (0)6 1234 5678', '0039 06 12345678']) {
      expect(parsePhoneNumber(text, rules)).toMatchObject({ e164: '+390612345678', country: 'IT' })
    }
  })
})
