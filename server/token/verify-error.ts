import { PATHS } from '../../contract/index.js'

/**
 * Why a token was refused.
 *
 * | Code                       | Meaning                                                                         |
 * | -------------------------- | ------------------------------------------------------------------------------- |
 * | `token_missing`            | There is none: not a string, or empty.                                          |
 * | `token_malformed`          | It is not a token of this kind, or says something it may not.                   |
 * | `token_forged`             | No key of the issuer made its signature.                                        |
 * | `token_expired`            | Its time is over.                                                               |
 * | `token_not_active`         | Its time has not come: the clocks differ by too much.                           |
 * | `token_redeem_only`        | Its site has its tokens redeemed at the server, with a call of /v1/siteverify.  |
 * | `token_used`               | The replay store knows its verification: a token of it was accepted before.     |
 * | `issuer_mismatch`          | Another server issued it.                                                       |
 * | `audience_mismatch`        | It was issued for another site.                                                 |
 * | `nonce_mismatch`           | It belongs to another session, or to none.                                      |
 * | `action_mismatch`          | It was issued for another purpose.                                              |
 * | `phone_number_mismatch`    | It proves another number than the one expected.                                 |
 * | `keys_unavailable`         | The issuer's keys could not be had; the token may be good. Try again.           |
 * | `replay_store_unavailable` | The replay store failed; the token is good, and may be used up. Try again.      |
 *
 * After `token_used`, as after a token that was accepted, give the session a new nonce: under the old one the visitor's
 * page goes on with the verification that was used up.
 */
export type TokenErrorCode =
  | 'token_missing'
  | 'token_malformed'
  | 'token_forged'
  | 'token_expired'
  | 'token_not_active'
  | 'token_redeem_only'
  | 'token_used'
  | 'issuer_mismatch'
  | 'audience_mismatch'
  | 'nonce_mismatch'
  | 'action_mismatch'
  | 'phone_number_mismatch'
  | 'keys_unavailable'
  | 'replay_store_unavailable'

const ADVICE: Partial<Record<TokenErrorCode, string>> = {
  keys_unavailable: ' It may be good: try again.',
  replay_store_unavailable: ' It is good, and may be used up: try again.',
  token_redeem_only: ` Its site has tokens redeemed at the server: call ${PATHS.siteverify} with the site secret.`,
}

/** Codes for tokens about which nothing bad is known. */
const UNCHECKED: readonly TokenErrorCode[] = ['keys_unavailable', 'replay_store_unavailable']

/** A token that was refused, or could not be checked. The message holds nothing of the token. */
export class TokenError extends Error {
  override readonly name = 'TokenError'
  readonly code: TokenErrorCode

  /** @param options the `cause` of `keys_unavailable` and `replay_store_unavailable` */
  constructor(code: TokenErrorCode, options?: ErrorOptions) {
    const what = UNCHECKED.includes(code) ? 'could not be checked' : 'was refused'
    super(`The token ${what}: ${code}.${ADVICE[code] ?? ''}`, options)
    this.code = code
  }
}
