/** Name of the cookie that tells one visit from another. */
export const VISIT_COOKIE = 'visit'

/** The cookie of a visit that begins. */
export function newVisit() {
  // 128 random bits; a UUID has fewer.
  const value = Buffer.from(crypto.getRandomValues(new Uint8Array(16))).toString('base64url')
  return { name: VISIT_COOKIE, value, httpOnly: true, sameSite: 'lax', path: '/' } as const
}
