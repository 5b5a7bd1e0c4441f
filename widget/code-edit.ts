import { toAsciiDigits } from '../contract/index.js'

/**
 * What a code field holds after an edit: the digits of `text`, at most `length`. Of a message that was pasted whole, the
 * code alone, where just one of its numbers is as long as a code.
 *
 * A digit typed into a full field replaces the one after `caret`, as the boxes suggest.
 */
export function codeAfterEdit(text: string, caret: number, length: number): string {
  const codes = toAsciiDigits(text)
    .split(/[^0-9]+/)
    .filter((digits) => digits.length === length)
  if (codes.length === 1) return codes[0]!
  const before = digitsOf(text.slice(0, caret))
  const after = digitsOf(text.slice(caret))
  const surplus = Math.max(0, before.length + after.length - length)
  return (before + after.slice(surplus)).slice(0, length)
}

/** Whether an edit brought more digits than a keystroke into a full field can: another number, pasted by mistake. */
export function isOverlong(text: string, length: number): boolean {
  return digitsOf(text).length > length + 1
}

function digitsOf(text: string): string {
  return toAsciiDigits(text).replace(/[^0-9]/g, '')
}
