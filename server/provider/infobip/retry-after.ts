const LONGEST = 86_400

const HTTP_DATE = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/

/**
 * Reads a Retry-After header (RFC 9110, 10.2.3), in seconds or as a date.
 *
 * A date is measured against the same answer's Date header, so that neither clock has to be right.
 *
 * @returns whole seconds from 1 to 86400, or `undefined` when the header is missing or says nothing.
 */
export function retryAfterSeconds(
  retryAfter: string | undefined,
  date: string | undefined,
): number | undefined {
  if (!retryAfter) return undefined
  if (/^\d+$/.test(retryAfter)) return clamp(Number(retryAfter))
  if (!date || !HTTP_DATE.test(retryAfter)) return undefined
  const seconds = (Date.parse(retryAfter) - Date.parse(date)) / 1000
  return Number.isNaN(seconds) ? undefined : clamp(Math.ceil(seconds))
}

function clamp(seconds: number): number {
  return Math.min(Math.max(seconds, 1), LONGEST)
}
