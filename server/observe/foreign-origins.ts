import { parseUrl } from '../parse-url.js'
import type { ServerEvent } from './events.js'

/** Milliseconds between two lines of a log about foreign pages of one site. */
const PAUSE = 60_000

/** Characters of the longest name that a host may have, with a scheme and a port around it. */
const LONGEST = 'https://'.length + 253 + ':65535'.length

const WELL_FORMED = /^https?:\/\/[a-z0-9._[\]:-]+$/

/**
 * The origin of a page, for a log: as a browser writes it, or `null`, which it writes for a page from a file or a sandboxed
 * frame. Anything else could be any text.
 */
export function loggableOrigin(header: string): string | undefined {
  if (header === 'null') return header
  if (header.length > LONGEST || !WELL_FORMED.test(header)) return undefined
  return parseUrl(header)?.origin === header ? header : undefined
}

/**
 * Decides what is logged: one foreign page a minute for each site, and one for all whose site is unknown, since anybody can
 * invent as many as they like.
 *
 * @param now milliseconds, of any clock
 */
export function worthLogging(now: () => number): (event: ServerEvent) => boolean {
  /** When a line was last written, by the site. */
  const written = new Map<string, number>()
  return function isWorthLogging(event) {
    if (event.event !== 'foreign-origin') return true
    const { sitekey = '' } = event
    const at = now()
    const before = written.get(sitekey)
    // A clock that was put back must not silence it.
    if (before !== undefined && Math.abs(at - before) < PAUSE) return false
    written.set(sitekey, at)
    return true
  }
}
