import { createHash, randomBytes } from 'node:crypto'
import { cookies } from 'next/headers'
import { newVisit, VISIT_COOKIE } from './visit-cookie'

/**
 * The value that a token of this visit has to carry. It follows from the session cookie, which only the visitor and
 * this server know, and tells nothing of it.
 */
export async function nonceOfVisit(): Promise<string> {
  const visit = (await cookies()).get(VISIT_COOKIE)?.value
  // Without a visit there is no nonce to expect, and one that nobody has lets no token pass.
  return createHash('sha256')
    .update(visit ?? randomBytes(16))
    .digest('base64url')
}

/** Begins another visit, once the nonce of this one has been used: under it every token is a used one. */
export async function renewVisit(): Promise<void> {
  ;(await cookies()).set(newVisit())
}
