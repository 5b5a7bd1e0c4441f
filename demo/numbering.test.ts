import fc from 'fast-check'
import examples from 'libphonenumber-js/mobile/examples'
import { AsYouType, parsePhoneNumberFromString, type CountryCode } from 'libphonenumber-js/max'
import { describe, expect, it } from 'vitest'
import { numberingPlan } from '../server/phone-number/numbering-plan.js'
import {
  callingCode,
  DEFAULT_NUMBER_TYPES,
  parsePhoneNumber,
  servedCountries,
  type NumberType,
  type PhoneRules,
} from '../server/phone-number/phone-number.js'
import { numberingOf, type Numbering } from '../widget/numbering.js'

const EVERY = servedCountries()

const rulesFor = (
  countries: readonly string[],
  types: readonly NumberType[] = [...DEFAULT_NUMBER_TYPES],
) => ({
  countries: new Set(countries),
  types: new Set(types),
})

const numbering = (country: string, rules: PhoneRules): Numbering =>
  numberingOf(numberingPlan(callingCode(country), rules)!, callingCode(country))

/** A number of the country, spelled with mistakes as people make them: a digit more, less or other, a prefix. */
const misspelled = (code: string) =>
  fc.record({
    edits: fc.array(fc.tuple(fc.nat(2), fc.nat(14), fc.nat(9)), { maxLength: 3 }),
    prefix: fc.constantFrom('', '', '0', '1', '8', '06', '9', code, code),
  })

function spell(
  number: string,
  { edits, prefix }: { edits: [number, number, number][]; prefix: string },
): string {
  const edited = edits.reduce((digits, [kind, place, digit]) => {
    const at = place % digits.length || 0
    const kept = digits.slice(at + (kind === 1 ? 0 : 1))
    return digits.slice(0, at) + (kind === 2 ? '' : String(digit)) + kept
  }, number)
  return (prefix + edited).slice(0, 15) || '0'
}

const taken = (read: ReturnType<typeof parsePhoneNumber>) => ('refused' in read ? undefined : read)

/** What page and server say of the same number: how often they agreed, and what only the server refused. */
function compare(rules: PhoneRules): { told: number; untold: number; read: number; unread: number } {
  const seen = { told: 0, untold: 0, read: 0, unread: 0 }
  for (const country of rules.countries) {
    const example = examples[country as CountryCode] as string | undefined
    if (!example) continue
    const page = numbering(country, rules)
    const code = callingCode(country)
    const read = (national: string) => parsePhoneNumber(`+${code}${national}`, rules)
    fc.assert(
      fc.property(misspelled(code), (mistakes) => {
        const digits = spell(example, mistakes)
        const server = read(digits)
        const early = page.refusal(digits)
        const plain = taken(read(page.plain(digits)))
        const again = digits.startsWith(code) ? read(digits.slice(code.length)) : server
        // Only what nobody takes may be read as a number behind its calling code.
        const meant = taken(server) ?? (plain && taken(again))
        expect(plain, `${country} ${digits}`).toEqual(meant)
        if (!taken(server) && taken(again)) seen[plain ? 'read' : 'unread']++
        if (meant) expect(early, `${country} ${digits}`).toBe(undefined)
        else if (early === undefined) seen.untold++
        else {
          // Of a number behind its calling code, the page tells what is wrong with that.
          if ('refused' in server && !digits.startsWith(code))
            expect(early, `${country} ${digits}`).toBe(server.refused)
          seen.told++
        }
      }),
      { numRuns: 40 },
    )
  }
  return seen
}

describe('what the page says of a number before it is sent', () => {
  it('is never a refusal of what the server takes, and its reason is the server’s, where all countries are served', () => {
    const { told, untold, read, unread } = compare(rulesFor(EVERY))
    expect(told / (told + untold)).toBeGreaterThan(0.95)
    expect(read / (read + unread)).toBeGreaterThan(0.9)
  })

  it('is never a refusal of what the server takes, where one country is served', () => {
    for (const country of EVERY) compare(rulesFor([country]))
  })

  it('is never a refusal of what the server takes, whatever types a site allows', () => {
    const choices: NumberType[][] = [
      ['MOBILE'],
      ['FIXED_LINE_OR_MOBILE'],
      ['FIXED_LINE'],
      ['MOBILE', 'FIXED_LINE', 'FIXED_LINE_OR_MOBILE', 'VOIP'],
      ['PREMIUM_RATE', 'TOLL_FREE', 'PERSONAL_NUMBER', 'UAN', 'PAGER', 'SHARED_COST', 'VOICEMAIL'],
    ]
    for (const types of choices)
      compare(rulesFor(['DE', 'IT', 'VA', 'FR', 'BR', 'MX', 'AR', 'JP', 'HR'], types))
  })

  it.each([
    ['a landline', 'DE', '030 123456', 'phone_type_not_allowed'],
    ['a premium number', 'GB', '0909 8790000', 'phone_type_not_allowed'],
    ['a number for all who call it', 'FR', '0800 123456', 'phone_type_not_allowed'],
    ['a number that is too short', 'HR', '091 234', 'invalid_phone_number'],
    ['a number that is too long', 'HR', '091 234 5678 9012', 'invalid_phone_number'],
    ['a mobile number', 'HR', '091 234 5678', undefined],
  ])('names the reason of %s', (_, country, text, reason) => {
    const rules = rulesFor(country === 'GB' ? ['GB', 'GG', 'IM', 'JE'] : [country])
    expect(numbering(country, rules).refusal(text.replaceAll(' ', ''))).toBe(reason)
  })

  it('is of the number behind a calling code that somebody wrote without its plus', () => {
    const page = numbering('HR', rulesFor(['HR']))
    expect(page.plain('385912345678')).toBe('912345678')
    expect(page.plain('3850912345678')).toBe('912345678')
    // A landline, to which no code is sent.
    expect(page.plain('38514561234')).toBe('38514561234')
    expect(page.refusal('38514561234')).toBe('phone_type_not_allowed')
    // A fixed line, whose digits a mobile's calling code and number happen to be.
    expect(numbering('DE', rulesFor(['DE'])).plain('4915112345678')).toBe('4915112345678')
    // No number of Croatia either way.
    expect(page.plain('38512345678')).toBe('38512345678')
    expect(page.plain('913851234')).toBe('913851234')
    // Other countries that share the calling code are not served: any number of that length may be one of theirs.
    for (const [country, digits, plain] of [
      ['IT', '393401234567', '3401234567'],
      ['FI', '358401234567', '401234567'],
      ['RU', '79123456789', '9123456789'],
      ['RU', '89123456789', '9123456789'],
      ['IT', '3401234567', '3401234567'],
    ] as const) {
      expect(numbering(country, rulesFor([country])).plain(digits), `${country} ${digits}`).toBe(plain)
    }
    // A number of Denmark that begins with its calling code.
    expect(numbering('DK', rulesFor(['DK'])).plain('45123456')).toBe('45123456')
  })

  it('leaves the type to the server where a number may be of a country that is not served', () => {
    const us = numbering('US', rulesFor(['US']))
    expect(us.refusal('9005550123')).toBe(undefined)
    expect(us.refusal('2025550')).toBe(undefined)
    expect(us.refusal('20255')).toBe('invalid_phone_number')
  })
})

describe('how the page groups a number that is typed', () => {
  it('never changes a digit, nor their order', () => {
    for (const country of EVERY) {
      const page = numbering(country, rulesFor(EVERY))
      fc.assert(
        fc.property(fc.stringMatching(/^\d{0,17}$/), (digits) => {
          expect(page.grouped(digits).replace(/\D/g, '')).toBe(digits)
        }),
        { numRuns: 30 },
      )
    }
  })

  it('is how the library writes a whole number nationally, in nearly every country', () => {
    const others = EVERY.filter((country) => {
      const example = examples[country as CountryCode] as string | undefined
      if (!example) return false
      const written = parsePhoneNumberFromString(example, country as CountryCode)!.formatNational()
      return numbering(country, rulesFor(EVERY)).grouped(written.replace(/\D/g, '')) !== written
    })
    expect(others).toEqual(['AR'])
  })

  it('is how the library writes it while it is typed, where the library does', () => {
    for (const [country, text] of [
      ['US', '(201) 555-0123'],
      ['FR', '06 12 34 56 78'],
      ['GB', '07400 123456'],
      ['RU', '8 (912) 345-67-89'],
      ['HR', '091 234 5678'],
    ] as const) {
      const digits = text.replace(/\D/g, '')
      const library = new AsYouType(country)
      const page = numbering(country, rulesFor(EVERY))
      for (const [at, digit] of [...digits].entries()) {
        const written = library.input(digit)
        if (at > 4) expect(page.grouped(digits.slice(0, at + 1))).toBe(written)
      }
      expect(page.grouped(digits)).toBe(text)
    }
  })
})
