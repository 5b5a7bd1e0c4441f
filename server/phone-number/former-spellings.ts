/**
 * Spellings of numbers that are not valid any more, by calling code. `today` makes the number of one. `beside` makes of
 * the pattern of a plan's national numbers the one of such a spelling, where that is not in the plan any more.
 */
export const FORMER: Readonly<
  Record<string, { today: (e164: string) => string; beside?: (pattern: string) => string }>
> = {
  52: { today: (e164) => e164.replace(/^\+521(?=\d{10}$)/, '+52'), beside: (pattern) => `1(?:${pattern})` },
  55: {
    today: (e164) => e164.replace(/^(\+55\d\d)(?=[689]\d{7}$)/, '$19'),
    beside: () => String.raw`\d\d[689]\d{7}`,
  },
  // Since November 2019 a digit for the operator stands where a zero did, that many left out.
  241: {
    today: (e164) =>
      e164.replace(
        /^\+241(?:0([1-7])|([2-7]))(?=\d{6}$)/,
        (_, zeroed?: string, bare?: string) => `+241${gabonese(zeroed ?? bare!)}`,
      ),
  },
}

/** The first two digits of what began with this one. What began with a 3 has no successor, but is one number. */
function gabonese(first: string): string {
  if (first === '3') return first
  return `${first === '1' ? 1 : '256'.includes(first) ? 6 : 7}${first}`
}

const FORMERS = Object.values(FORMER)

/** The number in E.164 as it is spelled today. */
export function upToDate(e164: string): string {
  return FORMERS.reduce((number, { today }) => today(number), e164)
}

/** An Argentine number with the 9 that marks mobiles; only a plan tells whether there is such a mobile. */
export function withNine(e164: string): string {
  return e164.replace(/^\+54(?=[1-8]\d{9}$)/, '+549')
}

/**
 * Whether two numbers in E.164 are one subscriber's, each in any of the spellings that `canonicalNumber` knows. Loads
 * no numbering plans, which are large.
 */
export function isSameNumber(one: string, other: string): boolean {
  return withNine(upToDate(one)) === withNine(upToDate(other))
}
