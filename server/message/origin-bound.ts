/** A code that a message binds to the pages of one host. */
export interface OriginBoundCode {
  /** Host of the page. */
  host: string
  code: string
  /** Host of a frame within that page, where one is named. */
  embeddedHost: string | undefined
}

/**
 * Reads a message as phones and browsers do: "Origin-bound one-time codes delivered via SMS" (WICG), section 3.2.
 *
 * @returns `undefined` when they would find no code that is bound to a page.
 */
export function parseOriginBound(message: string): OriginBoundCode | undefined {
  const line = message.replace(/\r\n?/g, '\n').split('\n').at(-1)!
  // A marked token is all that is not ASCII whitespace. One space divides two; what comes after them is ignored.
  const [, host, code, embeddedHost] =
    /^@([^\t\n\f\r ]+) #([^\t\n\f\r ]+)(?: %([^\t\n\f\r ]+))?/.exec(line) ?? []
  return host === undefined ? undefined : { host, code: code!, embeddedHost }
}
