/** What people and keyboards put between digits: spaces, dashes, and what is not seen at all. */
const SEPARATORS = /[\s\p{Pd}\p{Cf}]/gu

const DECIMAL_DIGIT = /\p{Nd}/u

/**
 * Replaces the decimal digits of every script (Unicode category Nd) by ASCII ones.
 *
 * Superscripts, circled numbers and roman numerals are not decimal digits and stay as they are.
 */
export function toAsciiDigits(text: string): string {
  return text.replace(/(?![0-9])\p{Nd}/gu, (digit) => {
    const codePoint = digit.codePointAt(0)!
    // Unicode keeps each script's digits together, zero first, so the distance to the start of the run tells the value.
    let start = codePoint
    while (DECIMAL_DIGIT.test(String.fromCodePoint(start - 1))) start--
    return String((codePoint - start) % 10)
  })
}

/**
 * Reads a code as a visitor typed, pasted or received it: any script's digits, spaces and dashes forgiven.
 *
 * @returns `length` ASCII digits, or `undefined` when it is anything else.
 */
export function parseCode(text: string, length: number): string | undefined {
  const digits = toAsciiDigits(text.replace(SEPARATORS, ''))
  return digits.length === length && /^[0-9]+$/.test(digits) ? digits : undefined
}
