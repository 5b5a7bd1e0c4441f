'use server'

import { createVerifier, memoryReplayStore, TokenError, type TokenClaims } from 'otp-verify/verify'
import { REFUSAL_OF, type Refusal } from '../../html/words'
import { ACTION, publicUrl, SITEKEY } from '../otp/settings'
import { nonceOfVisit, renewVisit } from '../otp/visit'

/** How a sign-up went. */
export type Outcome = { name: string; phoneNumber: string } | { refusal: Refusal }

// A page may be sent twice before its visit is renewed, so something must remember which confirmations were used.
const verifier = createVerifier({
  issuer: publicUrl(),
  audience: SITEKEY,
  replayStore: memoryReplayStore(),
})

/** Signs somebody up whose number is proven. The number comes from the token and from nowhere else. */
export async function signUp(_previous: Outcome | undefined, form: FormData): Promise<Outcome> {
  const claims = await prove(form.get('otp-verify-response'))
  const isRefused = 'refusal' in claims
  if (!isRefused || claims.refusal === 'used') await renewVisit()
  if (isRefused) return claims
  const name = form.get('name')
  return {
    name: typeof name === 'string' ? name.trim().slice(0, 100) : '',
    phoneNumber: claims.phone_number,
  }
}

async function prove(token: unknown): Promise<TokenClaims | { refusal: Refusal }> {
  try {
    return await verifier.verify(token, { nonce: await nonceOfVisit(), action: ACTION })
  } catch (error) {
    if (error instanceof TokenError) return { refusal: REFUSAL_OF[error.code] }
    throw error
  }
}
