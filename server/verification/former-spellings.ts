/**
 * Spellings of numbers that are not valid any more, by calling code. `beside` makes of the pattern of a plan's national numbers
 * the one of such a spelling.
 */
export const FORMER: Readonly<
  Record<string, { from: RegExp; to: string; beside: (pattern: string) => string }>
> = {
  52: { from: /^\+521(?=\d{10}$)/, to: '+52', beside: (pattern) => `1(?:${pattern})` },
  55: { from: /^(\+55\d\d)(?=[689]\d{7}$)/, to: '$19', beside: () => String.raw`\d\d[689]\d{7}` },
}

const FORMERS = Object.values(FORMER)

/** The number in E.164 as it is spelled today. */
export function upToDate(e164: string): string {
  return FORMERS.reduce((number, { from, to }) => number.replace(from, to), e164)
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
