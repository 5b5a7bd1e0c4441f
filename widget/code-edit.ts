import { toAsciiDigits } from '../contract/index.js'

/** What a code field holds after an edit. */
export interface EditedCode {
  /** ASCII digits. */
  value: string
  /** Whether the edit may have brought some other number: only the visitor can say that this is the code. */
  isDoubtful: boolean
}

/**
 * Reads a code field after an edit: its digits, at most `length`. A code that came as a whole stands for all of it; so does
 * the only one within a message, as long as the other numbers of that are not as long as a code.
 *
 * A digit typed into a full field replaces the one after `caret`, as the boxes suggest.
 *
 * @param from where the caret or the selection began before: what stands between there and `caret` is new
 */
export function codeAfterEdit(text: string, caret: number, from: number, length: number): EditedCode {
  const came = toAsciiDigits(text.slice(Math.min(from, caret), caret))
  const digits = digitsOf(came)
  if (digits.length === length) return { value: digits, isDoubtful: false }
  const [code, another] = new Set(came.split(/[^0-9]+/).filter((number) => number.length === length))
  if (code && !another) return { value: code, isDoubtful: true }
  const before = digitsOf(text.slice(0, caret))
  const after = digitsOf(text.slice(caret))
  const surplus = Math.max(0, before.length + after.length - length)
  const value = (before + after.slice(surplus)).slice(0, length)
  return { value, isDoubtful: surplus > 0 && digits.length > 1 }
}

function digitsOf(text: string): string {
  return toAsciiDigits(text).replace(/[^0-9]/g, '')
}
