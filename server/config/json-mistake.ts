import { printParseErrorCode, visit } from 'jsonc-parser'

type Kind = ReturnType<typeof printParseErrorCode>

/** What is wrong, for each kind of mistake that the parser tells apart. */
const KINDS: Partial<Record<Kind, string>> = {
  InvalidSymbol: 'this is not JSON; names and strings need "double quotes"',
  InvalidNumberFormat: 'this is not a JSON number',
  UnexpectedEndOfNumber: 'this is not a JSON number',
  PropertyNameExpected: 'the name of a member is missing, in "double quotes"',
  ValueExpected: 'a value is missing',
  ColonExpected: 'a colon is missing',
  CommaExpected: 'a comma is missing before this',
  CloseBraceExpected: 'a { is not closed',
  CloseBracketExpected: 'a [ is not closed',
  EndOfFileExpected: 'this is after the end',
  InvalidCommentToken: 'JSON has no comments',
  UnexpectedEndOfComment: 'JSON has no comments',
  UnexpectedEndOfString: 'a string is not closed on its line',
  InvalidUnicode: 'this is not a JSON string: check its backslashes',
  InvalidEscapeCharacter: 'this is not a JSON string: check its backslashes',
  InvalidCharacter: 'a string contains a tab or the like; write \\t',
}

const STRICT = { disallowComments: true, allowTrailingComma: false, allowEmptyContent: false }

/**
 * Where a text stops being JSON, and why, as the end of a sentence; nothing of the text is quoted, which may hold secrets.
 * Empty where the parser finds nothing.
 */
export function jsonMistake(text: string): string {
  if (text.trim() === '') return ': it is empty'
  let found = ''
  visit(
    text,
    {
      onError(code, offset, _length, line, character) {
        found ||= `: line ${line + 1}, column ${character + 1}: ${whatAt(text, offset, printParseErrorCode(code))}`
      },
    },
    STRICT,
  )
  return found
}

function whatAt(text: string, offset: number, kind: Kind): string {
  const closes = /[}\]]/.test(text.charAt(offset))
  if (closes && text.slice(0, offset).trimEnd().endsWith(','))
    return 'there is one comma too many before this'
  return KINDS[kind] ?? 'this is not JSON'
}
