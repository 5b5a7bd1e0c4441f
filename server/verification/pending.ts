import type { VerificationPending } from '../../contract/index.js'
import { resendChannels } from '../guard/calls.js'
import type { ResendQuota } from '../refusal/verification-error.js'
import type { Site } from '../site/site.js'
import type { Verification } from '../store/store.js'
import { resendQuota } from './resend-quota.js'

/** An answer about a verification, with what its headers say besides its body. */
export type Quoted<T extends VerificationPending> = T & { quota: ResendQuota }

/** What the browser may know about a verification: nothing about the number, nothing about the provider. */
export function pending(
  handle: string,
  { verification, site }: { verification: Verification; site: Site },
  codeLength: number,
): Quoted<VerificationPending> {
  const { state, channel, expiresAt, attemptsRemaining, resendAvailableAt } = verification
  // The code of a finished verification is never sent again, and nothing is sent to a country that its site no longer serves.
  const isSentAgain =
    (state === 'sending' || state === 'sent') && site.phoneRules.countries.has(verification.country)
  const resendsRemaining = isSentAgain ? verification.resendsRemaining : 0
  return {
    verificationId: handle,
    channel,
    codeLength,
    expiresAt: new Date(expiresAt).toISOString(),
    attemptsRemaining,
    resend: {
      availableAt: resendsRemaining > 0 ? new Date(resendAvailableAt).toISOString() : null,
      remaining: resendsRemaining,
      channels: resendChannels(site, { ...verification, resendsRemaining }),
    },
    quota: resendQuota(site, verification),
  }
}
