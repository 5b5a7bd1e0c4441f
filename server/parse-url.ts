/**
 * A text as a URL, or `undefined` where it is none.
 *
 * Used instead of `URL.canParse`: in Node.js 20, once it has been called often, that refuses every address with letters such as
 * `ü`.
 */
export function parseUrl(text: string): URL | undefined {
  try {
    return new URL(text)
  } catch {
    return undefined
  }
}
