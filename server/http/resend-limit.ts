import type { ResendQuota } from '../refusal/verification-error.js'

/** Names of the fields, as the description of the API has them. */
export const RESEND_LIMIT_FIELDS = ['RateLimit-Policy', 'RateLimit'] as const

/**
 * The resends of a verification as draft-ietf-httpapi-ratelimit-headers-11 has quotas: so many (`q`) within the
 * verification's life (`w`), so many left (`r`), and the seconds until the next of them (`t`), before which none is sent however
 * many are left. No other limit is told so: whoever has seen where a limit on fraud stands goes around it.
 *
 * @param wait seconds until the next one, which no `Retry-After` beside it may be less than; `undefined` where none is left.
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
