import type { ResendQuota } from '../refusal/verification-error.js'

/** Names of the fields, as the description of the API has them. */
export const RESEND_LIMIT_FIELDS = ['RateLimit-Policy', 'RateLimit'] as const

/**
 * The resends of a verification as draft-ietf-httpapi-ratelimit-headers-11 has quotas: how many (`q`) within the verification's
 * life (`w`), how many are left (`r`), and the seconds until the next one (`t`), before which none is sent even if some are
 * left. No other limit is published: an attacker who knows a limit on fraud stays just below it.
 *
 * @param wait seconds until the next resend; a `Retry-After` in the same answer must not be smaller. `undefined` where none is
 * left.
 */
export function resendLimit(
  { resends, lifetime }: ResendQuota,
  remaining: number,
  wait: number | undefined,
): Record<(typeof RESEND_LIMIT_FIELDS)[number], string> {
  return {
    'RateLimit-Policy': `"resend";q=${resends};w=${lifetime}`,
    RateLimit: `"resend";r=${remaining}${wait === undefined ? '' : `;t=${wait}`}`,
  }
}
