import type { NumberingPlan } from '../contract/index.js'
import type { FailureCode } from './state.js'

/** Most digits a number has (E.164). */
const MOST_DIGITS = 15

/** Fewest digits that are grouped: from fewer, most plans cannot tell how the number goes on. */
const FEWEST_DIGITS = 4

/** What the server's plan for one calling code says about nationally written numbers, given as digits. */
export interface Numbering {
  /** The digits in the groups in which the country writes them; unchanged where the plan knows none. */
  grouped(digits: string): string
  /** The digits without their trunk prefix or calling code, where they are a number only without it. */
  plain(digits: string): string
  /** Why the server would refuse the number for certain, read in each of these ways; `undefined` where it may take it. */
  refusal(digits: string): FailureCode | undefined
}

/** Reads the plan of a calling code (without `+`). @throws SyntaxError when one of its patterns is none */
export function numberingOf(plan: NumberingPlan, callingCode: string): Numbering {
  const { trunk, transform, allowed, refused, served, formats } = plan
  const trunkPattern = trunk ? new RegExp(`^(?:${trunk})`) : undefined
  const [isAllowed, isRefused, isServed] = [allowed, refused, served ?? allowed].map(
    (pattern) => new RegExp(`^(?:${pattern})$`),
  )
  const known = formats.map(([pattern, text, leading, first]) => {
    const ruled = first ? text.replace('$1', () => first) : text
    const hasTrunk = /\d.*\$1/.test(first)
    return {
      whole: new RegExp(`^(?:${pattern})$`),
      begins: new RegExp(`^(?:${leading})`),
      written: (prefix: string) => (!hasTrunk ? `${prefix} ${ruled}`.trimStart() : prefix ? ruled : text),
    }
  })

  /** The number without its trunk prefix. */
  function bare(digits: string): string {
    const match = trunkPattern?.exec(digits)
    if (!match) return digits
    // If the last group has matched, the beginning is part of the number in another form.
    return match.length > 1 && match.at(-1) && transform
      ? digits.replace(trunkPattern!, transform)
      : digits.slice(match[0].length)
  }

  const code = new RegExp(`^${callingCode}`)
  const readings = (digits: string) =>
    [digits, digits.replace(code, '')].flatMap((number) => [number, bare(number)])

  return {
    grouped(digits) {
      const number = bare(digits)
      if (number.length < FEWEST_DIGITS || !digits.endsWith(number)) return digits
      const prefix = digits.slice(0, -number.length)
      for (const { whole, begins, written } of known) {
        if (!begins.test(number)) continue
        for (let length = number.length; length <= MOST_DIGITS; length++) {
          const padded = number.padEnd(length, '0')
          if (!whole.test(padded)) continue
          const grouped = beginning(padded.replace(whole, written(prefix)), digits.length)
          if (grouped.replace(/\D/g, '') === digits) return grouped
        }
      }
      return digits
    },

    plain(digits) {
      if (isRefused!.test(digits)) return digits
      // The server may read a number differently if the plan transforms it.
      const isPlain = (number: string, n: number) => isServed!.test(number) && !(n % 2 && transform)
      return readings(digits).find(isPlain) ?? digits
    },

    refusal(digits) {
      const numbers = readings(digits)
      if (numbers.some((number) => isAllowed!.test(number))) return undefined
      return refused && numbers.some((number) => isRefused!.test(number))
        ? 'phone_type_not_allowed'
        : 'invalid_phone_number'
    },
  }
}

/** The text up to and including this many digits. */
function beginning(text: string, digits: number): string {
  let end = 0
  for (let left = digits; left > 0 && end < text.length; end++) if (/\d/.test(text[end]!)) left--
  return text.slice(0, end)
}
