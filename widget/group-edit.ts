/** What a field holds, and where the caret stands in it. */
export interface Edited {
  value: string
  caret: number
}

const digitsOf = (text: string) => text.replace(/\D/g, '')

/**
 * Groups the digits of a number that is being typed, and keeps the caret behind the digit that it was behind.
 *
 * @param held the digits before this edit. A deletion of nothing but the characters between two digits deletes the digit next to
 * them.
 */
export function groupEdit(
  { value, caret }: Edited,
  inputType: string,
  held: string,
  grouped: (digits: string) => string,
): Edited {
  let digits = digitsOf(value)
  let before = digitsOf(value.slice(0, caret)).length
  if (digits === held && inputType === 'deleteContentBackward' && before > 0) before--
  else if (digits !== held || inputType !== 'deleteContentForward') return place(grouped(digits), before)
  digits = digits.slice(0, before) + digits.slice(before + 1)
  return place(grouped(digits), before)
}

function place(value: string, before: number): Edited {
  let caret = 0
  for (let left = before; left > 0 && caret < value.length; caret++) if (/\d/.test(value[caret]!)) left--
  // At the end, what follows the last digit is behind the caret.
  return { value, caret: digitsOf(value.slice(caret)) ? caret : value.length }
}
