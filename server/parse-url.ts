/**
 * A text as a URL, or `undefined` where it is none.
 *
 * In place of `URL.canParse`: that of Node.js 20, once it has been called often, takes every address with letters such as `ü` for
 * none.
 */
export function parseUrl(text: string): URL | undefined {
  try {
    return new URL(text)
  } catch {
    return undefined
  }
}
