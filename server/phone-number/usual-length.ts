import type { CountryCode } from 'libphonenumber-js/core'
import metadata from 'libphonenumber-js/max/metadata'
import examples from 'libphonenumber-js/mobile/examples'
import { numberingPlan, TYPES } from './numbering-plan.js'
import { servedCountries } from './phone-number.js'

/** Digits of a number at most, its calling code among them (E.164). */
const MOST = 15

const EVERY = { countries: new Set(servedCountries()), types: new Set(TYPES) }

/** What is usual among the numbers of a calling code. */
interface Usual {
  /** Characters before the national number. */
  prefix: number
  /** Digits of the library's example of a mobile number. */
  example: number
  /** Matches whole national numbers. */
  pattern: RegExp
}

const usual = new Map<string, Usual | undefined>()

/**
 * Cuts digits beyond the usual length for its kind, so that appending digits does not yield a different number; unchanged where
 * its prefix fixes the length.
 *
 * The usual length is that of the library's example for its calling code, or, where it is longer, the middle of all lengths
 * that a number may have which begins so: ten digits in Austria (of seven to thirteen), eleven in Indonesia (nine to twelve),
 * nine in Finland. Of two lengths it is the longer, which in most countries nearly all numbers have.
 */
export function usualPart(e164: string): string {
  const known = usualOf(e164)
  if (!known || e164.length - known.prefix <= known.example) return e164
  const { prefix, example, pattern } = known
  const national = e164.slice(prefix).padEnd(MOST, '0')
  const lengths = Array.from({ length: MOST + 2 - prefix }, (_, length) => length).filter((length) =>
    pattern.test(national.slice(0, length)),
  )
  const middle = lengths[Math.floor(lengths.length / 2)] ?? MOST
  return e164.slice(0, prefix + Math.max(example, middle))
}

function usualOf(e164: string): Usual | undefined {
  const codes: Readonly<Partial<Record<string, CountryCode[]>>> = metadata.country_calling_codes
  const code = [1, 2, 3]
    .map((digits) => e164.slice(1, 1 + digits))
    .find((begin) => Object.hasOwn(codes, begin))
  if (code === undefined) return undefined
  if (!usual.has(code)) {
    const example = examples[codes[code]![0]!]
    const plan = numberingPlan(code, EVERY)
    usual.set(
      code,
      plan && {
        prefix: 1 + code.length,
        example: example.length,
        pattern: new RegExp(`^(?:${plan.allowed})$`),
      },
    )
  }
  return usual.get(code)
}
