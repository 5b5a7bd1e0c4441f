import fc from 'fast-check'
import { Metadata, parsePhoneNumberFromString, type CountryCode } from 'libphonenumber-js/max'
import { describe, expect, it } from 'vitest'
import {
  callingCode,
  canonicalNumber,
  DEFAULT_NUMBER_TYPES,
  numberTypeOf,
  parsePhoneNumber,
  servedCountries,
  type NumberType,
  type PhoneRules,
} from './phone-number.js'

const TYPES = [
  ...(['MOBILE', 'FIXED_LINE', 'PREMIUM_RATE', 'TOLL_FREE', 'SHARED_COST'] as const),
  ...(['VOIP', 'PERSONAL_NUMBER', 'PAGER', 'UAN', 'VOICEMAIL'] as const),
]
const EVERYWHERE: PhoneRules = { countries: new Set(servedCountries()), types: DEFAULT_NUMBER_TYPES }

interface Sample {
  e164: string
  country: string
  type: NumberType
}

/** The part of a numbering plan that the library's types leave out. */
interface Plan {
  type(type: NumberType): { pattern(): string } | undefined
}

// The library ships examples of mobiles only, so numbers of every type are drawn from the patterns of its
// metadata.
function draw(country: string, type: NumberType): Sample | undefined {
  const metadata = new Metadata()
  metadata.selectNumberingPlan(country as CountryCode)
  const pattern = (metadata.numberingPlan as unknown as Plan).type(type)?.pattern()
  if (!pattern) return undefined
  const numbers = fc.sample(fc.stringMatching(new RegExp(`^(?:${pattern})$`)), { numRuns: 20, seed: 1 })
  for (const national of numbers) {
    const number = parsePhoneNumberFromString(`+${callingCode(country)}${national}`)
    const asDrawn = number?.number === `+${callingCode(country)}${national}` && number.country === country
    const found = number?.getType()
    const wanted = found === type || (found === 'FIXED_LINE_OR_MOBILE' && type === 'FIXED_LINE')
    if (asDrawn && found && wanted) return { e164: number.number, country, type: found }
  }
  return undefined
}

const SAMPLES = servedCountries().flatMap((country) => TYPES.flatMap((type) => draw(country, type) ?? []))

describe('numbers of every type and country', () => {
  it('SR-F04: are at hand for the test', () => {
    const countries = new Set(SAMPLES.map((sample) => sample.country))
    // Western Sahara shares its numbers with Morocco, so no number is ever found to be of EH.
    expect(servedCountries().filter((country) => !countries.has(country))).toEqual(['EH'])
    expect(new Set(SAMPLES.map((sample) => sample.type)).size).toBe(TYPES.length + 1)
    expect(SAMPLES.length).toBeGreaterThan(800)
  })

  it('SR-F04: pass by default when they are mobile, or may be, and else never', () => {
    const surprises = SAMPLES.filter(({ e164, country, type }) => {
      const answer = parsePhoneNumber(e164, EVERYWHERE)
      const passes = type === 'MOBILE' || type === 'FIXED_LINE_OR_MOBILE'
      if (passes) return 'refused' in answer || answer.country !== country
      return !('refused' in answer) || answer.refused !== 'phone_type_not_allowed'
    })
    expect(surprises).toEqual([])
  })

  it('SR-F04: pass where their own type and country are allowed, and nowhere else', () => {
    const surprises = SAMPLES.filter(({ e164, country, type }) => {
      const own = { countries: new Set([country]), types: new Set([type]) }
      const otherTypes = { ...own, types: new Set([...TYPES, 'FIXED_LINE_OR_MOBILE' as const]) }
      otherTypes.types.delete(type)
      const otherCountries = { ...own, countries: new Set(servedCountries()) }
      otherCountries.countries.delete(country)
      return (
        'refused' in parsePhoneNumber(e164, own) ||
        !('refused' in parsePhoneNumber(e164, otherTypes)) ||
        !('refused' in parsePhoneNumber(e164, otherCountries))
      )
    })
    expect(surprises).toEqual([])
  })

  it('SR-F01: have a canonical form that reads as itself', () => {
    const moved = SAMPLES.filter(({ e164 }) => {
      const canonical = canonicalNumber(e164)
      return canonical === undefined || canonicalNumber(canonical) !== canonical
    })
    expect(moved).toEqual([])
  })

  it('SR-F05: are their own canonical form everywhere but in Argentina, and in Gabon where the library has an old one', () => {
    const moved = SAMPLES.filter(({ e164 }) => canonicalNumber(e164) !== e164)
    expect(moved.map(({ country, type }) => `${country} ${type}`)).toEqual(['AR FIXED_LINE', 'GA MOBILE'])
  })

  it('SR-G07: have one type in logs, of a dozen words, whether they were read as typed or as they are kept', () => {
    const words = [...TYPES, 'FIXED_LINE_OR_MOBILE' as const]
    const all = { countries: new Set(servedCountries()), types: new Set(words) }
    const surprises = SAMPLES.filter(({ e164 }) => {
      const answer = parsePhoneNumber(e164, all)
      if ('refused' in answer) return true
      return answer.type !== numberTypeOf(answer.e164) || !words.some((word) => word === answer.type)
    })
    expect(surprises).toEqual([])
    expect(words.length).toBeLessThan(13)
  })

  it('SR-F03: are never cut down to size when a digit follows them', () => {
    const cut = SAMPLES.filter(({ e164 }) =>
      [...'0123456789'].some((digit) => {
        const answer = parsePhoneNumber(e164 + digit, EVERYWHERE)
        return !('refused' in answer) && answer.e164 === e164
      }),
    )
    expect(cut).toEqual([])
  })
})
