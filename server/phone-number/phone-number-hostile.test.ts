import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  DEFAULT_NUMBER_TYPES,
  parsePhoneNumber,
  servedCountries,
  type NumberType,
  type PhoneRules,
} from './phone-number.js'

const EVERYWHERE: PhoneRules = { countries: new Set(servedCountries()), types: DEFAULT_NUMBER_TYPES }
const EVERYTHING: PhoneRules = {
  countries: new Set([...servedCountries(), '001']),
  types: new Set(
    (
      'MOBILE FIXED_LINE FIXED_LINE_OR_MOBILE PREMIUM_RATE TOLL_FREE SHARED_COST ' +
      'VOIP PERSONAL_NUMBER PAGER UAN VOICEMAIL'
    ).split(' ') as NumberType[],
  ),
}
const REFUSED = { refused: 'invalid_phone_number' }

/** What must not be skipped, wherever in a good number it stands. Parted by spaces. */
const FOREIGN = [
  ...'a x E ext p w , ; # * / \\ ~ : = & % @ ! ? _ | < > " \' ` { } $ ^ \u00b1 \uff0c \uff1b \uff03 \uff0a'.split(
    ' ',
  ),
  ...'+ \uff0b \u207a \u00b2 \u2082 \u2460 \u2776 \u2167 \u00bd \u4e00 \u3007 \ufe0f\u20e3 \u0301 \u066b'.split(
    ' ',
  ),
  ...'\0 \r \n \r\n \v \f \u0085 \u2028 \u2029 \ud800 \udc00 \ue000 \u{e0031} \u{1f4de}'.split(' '),
]

/** Refused as they are. One a line. */
const WHOLE = `

+
++
00
+0
0
null
undefined
NaN
[object Object]
1e11
0x1F
-1
2025550123
12025550123
(202) 555-0123
1-202-555-0123
011 1 202 555 0123
07400123456
447400123456
0447400123456
+0447400123456
000447400123456
+00447400123456
++447400123456
\u207a12025550123
+1202555012
+120255501234
+1
+999123456789
+210123456789
112
+112
tel:+12025550123
sms:+12025550123
tel:2025550123;phone-context=+1
+12025550123;phone-context=+44
+12025550123;ext=1
+12025550123;isub=1
+12025550123 ext 5
+12025550123x5
+12025550123,,5
+12025550123#5
*67+12025550123
+1-800-FLOWERS
+1 202 CALL NOW
+12025550123+12025550124
+12025550123 +12025550124
+12025550123/12025550124
+1202555012\u00b3
+1202555\u0966
<img onerror=x>
+12025550123<script>
+12025550123' OR 1=1
+12025550123%00
\u202e3210555202 1+
()
....
\u200b
${'+12025550123'.repeat(2)}
${'+12025550123'.padEnd(33)}
${'+12025550123'.padEnd(31, '0')}
${'+'.padEnd(32, '9')}
${'1'.repeat(32)}`.split('\n')

function corpus(): string[] {
  const number = '+12025550123'
  const inserted = FOREIGN.flatMap((text) => [
    text + number,
    number.slice(0, 6) + text + number.slice(6),
    number + text,
    number.slice(0, 11) + text,
  ])
  return [...inserted, ...WHOLE]
}

describe('hostile phone numbers', () => {
  it('SR-F02: are refused, two hundred and more of them', () => {
    const all = corpus()
    expect(all.length).toBeGreaterThan(200)
    expect(parsePhoneNumber('+12025550123', EVERYWHERE)).toMatchObject({ e164: '+12025550123' })
    expect(all.filter((text) => !('refused' in parsePhoneNumber(text, EVERYWHERE)))).toEqual([])
  })

  it('SR-F02: are called invalid, not merely unwelcome', () => {
    for (const text of FOREIGN) expect(parsePhoneNumber('+12025550123' + text, EVERYWHERE)).toEqual(REFUSED)
  })

  it('SR-F02: a national number is never guessed into a country', () => {
    for (const country of servedCountries()) {
      const only = { countries: new Set([country]), types: DEFAULT_NUMBER_TYPES }
      for (const text of ['2025550123', '07400123456', '0912345678', '447400123456']) {
        expect(parsePhoneNumber(text, only)).toEqual(REFUSED)
      }
    }
  })

  it('SR-F02: no text makes the parser throw, and what it accepts is E.164', () => {
    const character = fc.oneof(
      fc.constantFrom(...'+0123456789', ...FOREIGN),
      fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
    )
    fc.assert(
      fc.property(fc.array(character, { maxLength: 40 }), (characters) => {
        const number = parsePhoneNumber(characters.join(''), EVERYWHERE)
        if (!('refused' in number)) expect(number.e164).toMatch(/^\+[1-9][0-9]{6,14}$/)
      }),
      { numRuns: 1000 },
    )
  })

  it.each([
    '+870773111632',
    '+881612345678',
    '+882161234567',
    '+883510000000094',
    '+878101234567890',
    '+979123456789',
  ])('SR-F04: refuses the global network of %s under every rule', (text) => {
    expect(parsePhoneNumber(text, EVERYTHING)).toHaveProperty('refused')
  })

  it('SR-F04: refuses every number under a global calling code', () => {
    const code = fc.constantFrom('870', '881', '882', '883', '878', '979', '800', '808', '888')
    fc.assert(
      fc.property(code, fc.stringMatching(/^[0-9]{6,12}$/), (calling, rest) => {
        expect(parsePhoneNumber(`+${calling}${rest}`, EVERYTHING)).toHaveProperty('refused')
      }),
      { numRuns: 500 },
    )
  })
})
