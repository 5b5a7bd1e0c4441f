import { PROOF_LIFETIME, TOKEN_MAX_LIFETIME, type TokenClaims } from '../../contract/index.js'
import type { Claims } from './canonical.js'

const TIMES = ['iat', 'nbf', 'exp', 'auth_time'] as const
const TEXTS = ['iss', 'aud', 'sub', 'jti', 'phone_number'] as const
/** Claims that not every token has, or that decide nothing. */
const OTHER_TEXTS = ['country', 'channel', 'origin', 'action', 'cdata', 'nonce'] as const

/** Whether it is a number as E.164 writes it, with its `+`. */
export function isE164(value: unknown): value is string {
  return typeof value === 'string' && /^\+[1-9][0-9]{5,14}$/.test(value)
}

/**
 * The claims with their types and bounds checked: a signature proves who wrote them, not that they are what we expect.
 *
 * @returns `undefined` when they are not.
 */
export function readClaims(payload: Claims): TokenClaims | undefined {
  const { iat, exp, auth_time, phone_number, phone_number_verified, amr = [] } = payload
  const sound =
    TIMES.every((name) => typeof payload[name] === 'number') &&
    TEXTS.every((name) => typeof payload[name] === 'string') &&
    OTHER_TEXTS.every((name) => payload[name] === undefined || typeof payload[name] === 'string') &&
    Array.isArray(amr) &&
    amr.every((method) => typeof method === 'string') &&
    (exp as number) - (iat as number) <= TOKEN_MAX_LIFETIME &&
    (iat as number) - (auth_time as number) <= PROOF_LIFETIME &&
    isE164(phone_number) &&
    phone_number_verified === true
  return sound ? (payload as unknown as TokenClaims) : undefined
}
