/** Text of somebody else's as it may be printed: what would move the cursor, or hide, is shown by its number. */
export function visible(text: string): string {
  const cut = text.length > 200 ? `${text.slice(0, 200)}…` : text
  return cut
    .replaceAll('\n', '\\n')
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (one) => `\\u{${one.codePointAt(0)!.toString(16)}}`)
}
