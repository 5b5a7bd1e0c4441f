import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseCode, toAsciiDigits } from './digits.js'

const DECIMAL_DIGITS = Array.from({ length: 0x110000 }, (_, codePoint) =>
  String.fromCodePoint(codePoint),
).filter((character) => /\p{Nd}/u.test(character))

// Unicode assigns decimal digits in sets of ten, zero first, and the sets do not interleave.
const DIGIT_SETS = Array.from({ length: DECIMAL_DIGITS.length / 10 }, (_, i) =>
  DECIMAL_DIGITS.slice(i * 10, i * 10 + 10),
)

function inSet(digits: readonly string[], code: string): string {
  return code.replace(/[0-9]/g, (digit) => digits[Number(digit)]!)
}

describe('the digits of other scripts', () => {
  it('SR-F07: have ten to a set, dozens of sets', () => {
    expect(DECIMAL_DIGITS.length % 10).toBe(0)
    expect(DIGIT_SETS.length).toBeGreaterThan(60)
  })

  it('SR-F07: mean the same as ASCII digits, in every set that Unicode has', () => {
    for (const digits of DIGIT_SETS) expect(toAsciiDigits(digits.join(''))).toBe('0123456789')
  })

  it('SR-F07: have the values by which this runtime writes numbers in those scripts', () => {
    let systems = 0
    for (const numberingSystem of Intl.supportedValuesOf('numberingSystem')) {
      const written = new Intl.NumberFormat('en', { numberingSystem, useGrouping: false }).format(9876543210)
      if (!/^\p{Nd}+$/u.test(written)) continue
      systems++
      expect(toAsciiDigits(written), numberingSystem).toBe('9876543210')
    }
    expect(systems).toBeGreaterThan(60)
  })

  it('SR-F07: give the same code, even when scripts are mixed', () => {
    const set = fc.constantFrom(...DIGIT_SETS)
    const code = fc.stringMatching(/^[0-9]{8}$/)
    fc.assert(
      fc.property(code, fc.array(set, { minLength: 8, maxLength: 8 }), (digits, sets) => {
        const text = [...digits].map((digit, i) => inSet(sets[i]!, digit)).join('')
        expect(parseCode(text, 8)).toBe(digits)
      }),
      { numRuns: 1000 },
    )
  })

  it('leave everything else as it is', () => {
    for (const text of ['', 'abc', '²₂①❷Ⅷ½一〇', '+12', '\ud835', '\udfce', '😀'])
      expect(toAsciiDigits(text)).toBe(text)
  })
})

describe('a code', () => {
  it.each([4, 6, 7, 8])('SR-F07: has exactly as many digits as the site says: %i', (length) => {
    const digits = '0123456789'.slice(0, length)
    expect(parseCode(digits, length)).toBe(digits)
    expect(parseCode(digits + '0', length)).toBeUndefined()
    expect(parseCode(digits.slice(1), length)).toBeUndefined()
    expect(parseCode('', length)).toBeUndefined()
  })

  it.each(['000000', '000001', '012345', '٠٠٠٠٠١'])('SR-F07: keeps its leading zeros: %s', (text) => {
    expect(parseCode(text, 6)).toBe(toAsciiDigits(text))
    expect(parseCode(text.slice(1), 6)).toBeUndefined()
  })

  it.each([
    '123456',
    ' 123456\n',
    '123 456',
    '123-456',
    '12 34 56',
    '1-2-3-4-5-6',
    '123\u00a0456',
    '123\u2009456',
    '123\u3000456',
    '123\u2010456',
    '123\u2013456',
    '123\u2014456',
    '123\uff0d456',
    '\u200e123456\u200f',
    '\u202a123456\u202c',
    '\u2066123456\u2069',
    '123\u200b456',
    '\ufeff123456',
    '\t123\t456',
  ])('SR-F07: may have spaces, dashes and invisible marks between its digits: %j', (text) => {
    expect(parseCode(text, 6)).toBe('123456')
  })

  it.each([
    ...[
      '12345²',
      '12345₂',
      '12345①',
      '12345❶',
      '12345Ⅴ',
      '12345½',
      '½',
      '12345一',
      '12345〇',
      '12345⁶',
      '¹²³⁴⁵⁶',
    ],
    ...['①②③④⑤⑥', '⑴⑵⑶⑷⑸⑹', '⒈⒉⒊⒋⒌⒍', 'ⅠⅡⅢⅣⅤⅥ', '一二三四五六', '1️⃣23456', '12345🄆'],
  ])('SR-F07: is made of decimal digits only: %s', (text) => {
    expect(parseCode(text, 6)).toBeUndefined()
  })

  it.each([
    ...[
      '1e5',
      '1e5000',
      '0x1F',
      '0x1F00',
      '0b1010',
      '0o1234',
      '12345n',
      '+12345',
      '1.2345',
      '1,2345',
      '12_345',
      '12345.',
    ],
    ...[
      '123456.0',
      'NaN',
      'Infinity',
      'null',
      'undefined',
      '[object Object]',
      '["000000"]',
      '{"$gt":""}',
      '123456,123457',
    ],
    ...[
      '12345\0',
      '123456\0',
      '123456;',
      '123456%20',
      'G-123456',
      '１２３４５a',
      '12345\u0301',
      '12345\ud835',
    ],
  ])('SR-F07: is not a number in any other notation: %j', (text) => {
    expect(parseCode(text, 6)).toBeUndefined()
  })

  it.each([
    ...[
      '<img onerror=alert(1)>',
      '<img onerror>',
      '<b>1</b>',
      '123456<img src=x onerror=alert(1)>',
      '"><script>',
      '<123456>',
    ],
    ...['javascript:123456', '${123456}', "123456' OR '1'='1", '#123456', '@shop.example #123456'],
  ])('SR-F11: is never markup or a message from which it would have to be cut: %j', (text) => {
    expect(parseCode(text, 6)).toBeUndefined()
  })

  it('SR-F07: is nothing but ASCII digits, whatever the text', () => {
    const character = fc.oneof(
      fc.constantFrom(...'0123456789 -', '²', '①', '٣', '１', '𝟗', '\u200e', '\n'),
      fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
    )
    fc.assert(
      fc.property(fc.array(character, { maxLength: 12 }), (characters) => {
        const code = parseCode(characters.join(''), 6)
        expect(code === undefined || /^[0-9]{6}$/.test(code)).toBe(true)
      }),
      { numRuns: 1000 },
    )
  })
})
