/**
 * Verifies tokens of an otp-verify server in any backend that runs JavaScript: Node, edge runtimes, Deno, Bun.
 *
 * ```ts
 * const verifier = createVerifier({ issuer: 'https://otp.example', audience: 'shop', replayStore: memoryReplayStore() })
 * const { phone_number } = await verifier.verify(form.get('otp-verify-response'), { nonce: session.nonce })
 * ```
 *
 * A token is good for one session only when the nonce of that session is in it, and for one use only when something
 * remembers the use: a replay store, or the session that forgets its nonce.
 *
 * @packageDocumentation
 */
import type { JWTVerifyGetKey } from 'jose'
// Part by part, for edge runtimes: the whole of jose has what some of them do not allow.
import * as errors from 'jose/errors'
import { compactVerify } from 'jose/jws/compact/verify'
import { REDEEM_TOKEN_TYPE, TOKEN_TYPE, type TokenClaims } from '../../contract/index.js'
import { isSameNumber } from '../phone-number/former-spellings.js'
import { readHeader, readObject } from './canonical.js'
import { useUp, type ReplayStore } from './replay.js'
import { isE164, readClaims } from './verify-claims.js'
import { TokenError, type TokenErrorCode } from './verify-error.js'
import { issuerKeys, type Fetch } from './verify-keys.js'

export type { TokenClaims } from '../../contract/index.js'
export { memoryReplayStore, type MemoryReplayStoreOptions, type ReplayStore } from './replay.js'
export { TokenError, type TokenErrorCode } from './verify-error.js'

/** Algorithms that are accepted, whatever a header says. */
const ALGORITHMS = ['ES256', 'EdDSA']

/** Seconds by which the clocks of the two servers may differ, by default. */
const CLOCK_TOLERANCE = 5

/** Names that are known. A guard under any other, a misspelt one, would guard nothing. */
const OPTIONS: Record<keyof VerifierOptions, true> = {
  ...{ issuer: true, audience: true, replayStore: true, clockTolerance: true, fetch: true, now: true },
}
const EXPECTATIONS: Record<keyof Expectations, true> = {
  nonce: true,
  action: true,
  expectedPhoneNumber: true,
}

/** Whose tokens are believed, and for whom they must be. */
export interface VerifierOptions {
  /** The server's public URL, exactly as it names itself in `iss`: without a slash at its end. */
  issuer: string
  /** The site's audience; its sitekey unless the operator chose another. */
  audience: string
  /**
   * Makes tokens single-use: of all tokens of one verification, one is accepted. `false` says out loud that you do not
   * need it, because each nonce is taken away in one step as it is used; leaving it out warns once.
   */
  replayStore?: ReplayStore | false
  /** Seconds the clocks may differ, 0 to 60. @default 5 */
  clockTolerance?: number
  /** Fetches the issuer's keys. @default the runtime's fetch */
  fetch?: Fetch
  /** The clock that tokens are judged by, in milliseconds since 1970. @default Date.now */
  now?: () => number
}

/** What this one token has to be for. */
export interface Expectations {
  /** The value your backend bound to the visitor's session, or `false` if you accept tokens of any session. */
  nonce: string | false
  /** The purpose; a token issued for a purpose is refused where none is expected. */
  action?: string | undefined
  /**
   * The number that must be the proven one, E.164; one that you have on file, say. It may be spelled as before a plan changed
   * (Mexico's +52 1, Brazil's eight digits) or without Argentina's 9, which tokens never are.
   */
  expectedPhoneNumber?: string
}

/** Verifies tokens. Keep one for the life of the process: it caches the issuer's keys. */
export interface Verifier {
  /**
   * Verifies a token, or throws. The replay store is asked last: a token that is refused for anything else stays unused.
   *
   * @param token whatever the browser sent; anything but a good token is refused.
   * @throws TokenError with a stable `code`
   * @throws TypeError when `nonce` is neither a string nor `false`, when `expectedPhoneNumber` is there and no E.164, and
   * for an expectation of any other name
   */
  verify(token: unknown, expectations: Expectations): Promise<TokenClaims>
}

/**
 * Makes a verifier. Nothing is fetched before the first token.
 *
 * @throws TypeError when an option is not usable, or there is none of its name
 */
export function createVerifier(options: VerifierOptions): Verifier {
  if (typeof options !== 'object' || options === null)
    throw new TypeError('createVerifier needs options: an issuer and an audience.')
  checkNames('createVerifier', options, OPTIONS)
  const { issuer, audience, replayStore, clockTolerance = CLOCK_TOLERANCE, now = Date.now } = options
  if (typeof audience !== 'string' || audience === '')
    throw new TypeError('createVerifier needs the audience: your sitekey.')
  // A string would be appended to the clock's seconds instead of being added.
  if (typeof clockTolerance !== 'number' || !(clockTolerance >= 0 && clockTolerance <= 60))
    throw new TypeError('clockTolerance is 0 to 60 seconds.')
  if (replayStore !== undefined && replayStore !== false && typeof replayStore?.claim !== 'function')
    throw new TypeError('replayStore must have a method claim(), or be false.')
  for (const given of [options.fetch, options.now]) {
    if (given !== undefined && typeof given !== 'function')
      throw new TypeError('fetch and now must be functions.')
  }
  const getKey = issuerKeys(issuer, options.fetch ?? ((url, init) => fetch(url, init)))

  return {
    async verify(token, expectations) {
      const { nonce, action, expectedPhoneNumber } = checkExpectations(expectations)
      if (typeof token !== 'string' || token === '') throw new TokenError('token_missing')
      const header = readHeader(token)
      if (isMediaType(header?.['typ'], REDEEM_TOKEN_TYPE)) throw new TokenError('token_redeem_only')
      // Without a kid, any matching key would be accepted.
      if (typeof header?.['kid'] !== 'string') throw new TokenError('token_malformed')
      const payload = readObject(await signedBytes(token, getKey))
      const claims = payload && isMediaType(header['typ'], TOKEN_TYPE) ? readClaims(payload) : undefined
      if (!claims) throw new TokenError('token_malformed')
      if (claims.iss !== issuer) throw new TokenError('issuer_mismatch')
      if (claims.aud !== audience) throw new TokenError('audience_mismatch')
      const seconds = Math.floor(now() / 1000)
      // With a clock that gives no time, nothing is accepted.
      if (!(Math.max(claims.nbf, claims.iat) <= seconds + clockTolerance))
        throw new TokenError('token_not_active')
      if (!(claims.exp > seconds - clockTolerance)) throw new TokenError('token_expired')
      if (nonce !== false && claims.nonce !== nonce) throw new TokenError('nonce_mismatch')
      if (claims.action !== action) throw new TokenError('action_mismatch')
      if (expectedPhoneNumber !== undefined && !isSameNumber(claims.phone_number, expectedPhoneNumber))
        throw new TokenError('phone_number_mismatch')
      await useUp(replayStore, claims)
      return claims
    },
  }
}

/** Media types have no case, and may leave out `application/` (RFC 7515, 4.1.9). */
function isMediaType(value: unknown, type: string): boolean {
  return typeof value === 'string' && value.toLowerCase().replace(/^application\//, '') === type
}

/** @throws TypeError for a name that is not known, also one whose value is undefined: it is no less misspelt */
function checkNames(who: string, given: object, known: object): void {
  const names = Object.keys(known)
  const strange = Object.keys(given).find((name) => !names.includes(name))
  if (strange !== undefined) throw new TypeError(`${who} knows no ${strange}, but ${names.join(', ')}.`)
}

/** The caller's mistakes, which must not look like the visitor's. */
function checkExpectations(expectations: Expectations): Expectations {
  const { nonce } = expectations ?? {}
  if (nonce !== false && (typeof nonce !== 'string' || nonce === '')) {
    throw new TypeError("verify() needs the session's nonce, or nonce: false to do without.")
  }
  checkNames('verify()', expectations, EXPECTATIONS)
  // `undefined` means a number that was not found, not one that does not matter.
  if ('expectedPhoneNumber' in expectations && !isE164(expectations.expectedPhoneNumber)) {
    throw new TypeError('expectedPhoneNumber must be in E.164: a plus sign and 6 to 15 digits.')
  }
  return expectations
}

/** The signed bytes, once it is known that the issuer signed them. jose would read the claims once more to check some of them. */
async function signedBytes(token: string, getKey: JWTVerifyGetKey): Promise<Uint8Array> {
  try {
    return (await compactVerify(token, getKey, { algorithms: ALGORITHMS })).payload
  } catch (error) {
    const code = codeOf(error)
    throw new TokenError(code, code === 'keys_unavailable' ? { cause: error } : undefined)
  }
}

function codeOf(error: unknown): TokenErrorCode {
  if (error instanceof errors.JWSSignatureVerificationFailed) return 'token_forged'
  if (error instanceof errors.JWKSNoMatchingKey) return 'token_forged'
  if (error instanceof errors.JWSInvalid) return 'token_malformed'
  if (error instanceof errors.JOSEAlgNotAllowed || error instanceof errors.JOSENotSupported)
    return 'token_malformed'
  // What remains came from fetching the keys: a refused connection, a timeout, an answer that is no JWK Set.
  return 'keys_unavailable'
}
