/** Characters that would move the cursor, change the direction of writing, or be invisible. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu

/**
 * Foreign text made safe to show within a line: characters that would move the cursor or be invisible are shown by their number.
 */
export function visible(text: string): string {
  const cut = text.length > 200 ? `${text.slice(0, 200)}…` : text
  return cut.replaceAll('\n', '\\n').replace(UNSEEN, (one) => `\\u{${one.codePointAt(0)!.toString(16)}}`)
}

/**
 * Our own lines made safe to print, whatever foreign text they contain: such characters are shown by their number, except line
 * ends. The numbers are written as in JSON, so that JSON keeps its meaning.
 */
export function visibleLines(text: string): string {
  return text.replace(UNSEEN, (one) => (one === '\n' ? one : one.replace(/[^]/g, inJson)))
}

function inJson(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`
}
