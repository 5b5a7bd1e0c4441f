/** What would move the cursor, turn the writing round, or hide. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu

/** Text of somebody else's as it may stand within a line: what would move the cursor, or hide, is shown by its number. */
export function visible(text: string): string {
  const cut = text.length > 200 ? `${text.slice(0, 200)}…` : text
  return cut.replaceAll('\n', '\\n').replace(UNSEEN, (one) => `\\u{${one.codePointAt(0)!.toString(16)}}`)
}

/**
 * Lines of ours as they may be printed, whoever's words are in them: the same is shown by its number there, but for the line
 * ends. The numbers are written as JSON does, which says the same as before.
 */
export function visibleLines(text: string): string {
  return text.replace(UNSEEN, (one) => (one === '\n' ? one : one.replace(/[^]/g, inJson)))
}

function inJson(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`
}
