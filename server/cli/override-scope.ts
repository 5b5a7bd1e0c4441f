import { text } from 'node:stream/consumers'
import { known, NUMBER_TYPES } from '../config/site-schema.js'
import { operatorOf, rangeOf } from '../guard/credits.js'
import { canonicalAddress, networkOf } from '../guard/network.js'
import type { Scope } from '../guard/overrides.js'
import { parsePhoneNumber, readAnyNumber } from '../phone-number/phone-number.js'
import { ArgumentError } from './argument-error.js'

/** How an operator names what an override is about. */
export interface ScopeOptions {
  number?: string
  range?: string
  address?: string
}

/** Digits that a range of numbers leaves open. */
const OPEN = { range: 4, operator: 6 } as const

/** How the guard finds the range of a number. */
const RANGE_OF = { range: rangeOf, operator: operatorOf }

/**
 * Reads what an override is about: mostly one scope, but several where a prefix fits numbers of different lengths. Where a
 * prefix may mean ten thousand numbers as well as a million, each digit left open is written as an x.
 *
 * @param input where the number is read from when it is `-`.
 * @throws ArgumentError, which does not repeat a number
 */
export async function readScopes(
  { number, range, address }: ScopeOptions,
  input: AsyncIterable<Buffer | string>,
): Promise<[Scope, ...Scope[]]> {
  if ([number, range, address].filter((one) => one !== undefined).length !== 1) {
    throw new ArgumentError(['Name one of --number, --range and --address.'])
  }
  if (range !== undefined) return rangesOf(range)
  if (address !== undefined) return [networkScope(address)]
  const given = number === '-' ? (await text(input as NodeJS.ReadableStream)).trim() : number!
  const e164 = readAnyNumber(given)
  if (e164 === undefined) {
    throw new ArgumentError(['--number: is not a valid number; write it with + and its calling code.'])
  }
  return [{ of: 'number', value: e164 }]
}

/** A scope as an operator reads it. */
export function written({ of, value }: Scope): string {
  return of === 'range' || of === 'operator' ? value + 'x'.repeat(OPEN[of]) : value
}

/** The command that ends exactly this override; a number is for the operator to fill in. */
export function liftLine(scope: Scope): string {
  if (scope.of === 'number') return 'otp-verify lift --number NUMBER'
  const option = scope.of === 'range' || scope.of === 'operator' ? '--range' : '--address'
  return `otp-verify lift ${option} ${written(scope)}`
}

/** Numbers that a message can be sent to. */
const RULES = { countries: known, types: new Set(NUMBER_TYPES) }

/** Only complete numbers show how many digits a prefix lacks, so every completion is tried. */
function rangesOf(range: string): [Scope, ...Scope[]] {
  const [, prefix = '', open = ''] = /^(.*?)(x*)$/.exec(range)!
  const longer: Scope[] = []
  const scopes = (['range', 'operator'] as const).flatMap((of): Scope[] => {
    if (open !== '' && open.length !== OPEN[of]) return []
    const values = Array.from({ length: 10 }, (_, digit) => {
      const number = parsePhoneNumber(prefix + String(digit).repeat(OPEN[of]), RULES)
      if ('refused' in number) return []
      const value = RANGE_OF[of](number.e164)
      if (value === number.e164.slice(0, -OPEN[of])) return [value]
      longer.push({ of, value })
      return []
    })
    return [...new Set(values.flat())].map((value) => ({ of, value }))
  })
  const [first, ...others] = scopes
  if (!first && longer[0]) {
    throw new ArgumentError([
      `--range: numbers that start so are longer than usual, and belong to ${written(longer[0])}; name that.`,
    ])
  }
  if (!first) {
    throw new ArgumentError([
      '--range: no valid number has four or six digits more than this. Write + and the calling code, then all digits but the last four (ten thousand numbers) or the last six (a million).',
    ])
  }
  if (others.some(({ of }) => of !== first.of)) {
    throw new ArgumentError([
      '--range: numbers that start so differ in length. Add xxxx for ten thousand numbers, or xxxxxx for a million.',
    ])
  }
  return [first, ...others]
}

function networkScope(given: string): Scope {
  const [, host = '', bits] = /^(.*?)(?:\/(\d{1,3}))?$/.exec(given)!
  const address = canonicalAddress(host)
  if (address !== undefined) {
    const network = networkOf(address)
    if (bits === undefined || network.address.endsWith(`/${bits}`))
      return { of: 'address', value: network.address }
    if (network.neighbourhood.endsWith(`/${bits}`))
      return { of: 'neighbourhood', value: network.neighbourhood }
  }
  throw new ArgumentError([
    '--address: write an IP address, or a network of a size that the guard uses: IPv4 /32 or /24, IPv6 /64 or /48.',
  ])
}
