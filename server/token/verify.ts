/**
 * Verifies tokens of an otp-verify server in any backend that runs JavaScript: Node, edge runtimes, Deno, Bun.
 *
 * ```ts
 * const verifier = createVerifier({ issuer: 'https://otp.example', audience: 'shop' })
 * const { phone_number } = await verifier.verify(form.get('otp-verify-response'), { nonce: session.nonce })
 * ```
 *
 * A token is good for one session only when the nonce of that session is in it, and offline verification alone does
 * not make it single-use. A list of used tokens of your own is keyed by `sub`, the verification: a page may get several
 * tokens for one.
 *
 * @packageDocumentation
 */
import {
  createRemoteJWKSet,
  customFetch,
  errors,
  jwtVerify,
  type JWTPayload,
  type JWTVerifyGetKey,
} from 'jose'
import { PATHS, TOKEN_MAX_LIFETIME, TOKEN_TYPE, type TokenClaims } from '../../contract/index.js'

export type { TokenClaims } from '../../contract/index.js'

const BASE64URL = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

/** Longest token that is looked at, in characters. */
const MAX_LENGTH = 2048

/** Algorithms that are accepted, whatever a header says. */
const ALGORITHMS = ['ES256', 'EdDSA']

/** Milliseconds for which fetched keys are believed: a revoked one is refused after that at the latest. */
const KEYS_MAX_AGE = 300_000

/** Seconds by which the clocks of the two servers may differ, by default. */
const CLOCK_TOLERANCE = 5

/**
 * Why a token was refused.
 *
 * | Code               | Meaning                                                                    |
 * | ------------------ | -------------------------------------------------------------------------- |
 * | `token_missing`    | There is none: not a string, or empty.                                     |
 * | `token_malformed`  | It is not a token of this kind, or says something it may not.              |
 * | `token_forged`     | No key of the issuer made its signature.                                   |
 * | `token_expired`    | Its time is over.                                                          |
 * | `token_not_active` | Its time has not come: the clocks differ by too much.                      |
 * | `issuer_mismatch`  | Another server issued it.                                                  |
 * | `audience_mismatch`| It was issued for another site.                                            |
 * | `nonce_mismatch`   | It belongs to another session, or to none.                                 |
 * | `action_mismatch`  | It was issued for another purpose.                                         |
 * | `keys_unavailable` | The issuer's keys could not be fetched; the token may be good. Try again.  |
 */
export type TokenErrorCode =
  | 'token_missing'
  | 'token_malformed'
  | 'token_forged'
  | 'token_expired'
  | 'token_not_active'
  | 'issuer_mismatch'
  | 'audience_mismatch'
  | 'nonce_mismatch'
  | 'action_mismatch'
  | 'keys_unavailable'

/** A token that was refused. The message holds nothing of the token. */
export class TokenError extends Error {
  override readonly name = 'TokenError'
  readonly code: TokenErrorCode

  constructor(code: TokenErrorCode) {
    super(`The token was refused: ${code}.`)
    this.code = code
  }
}

/** Whose tokens are believed, and for whom they must be. */
export interface VerifierOptions {
  /** The server's public URL, exactly as it names itself in `iss`. */
  issuer: string
  /** The site's audience; its sitekey unless the operator chose another. */
  audience: string
  /** Seconds the clocks may differ, 0 to 60. @default 5 */
  clockTolerance?: number
  /** Fetches the issuer's keys. @default the runtime's fetch */
  fetch?: (url: string, init: RequestInit) => Promise<Response>
  /** The clock, in milliseconds since 1970. @default Date.now */
  now?: () => number
}

/** What this one token has to be for. */
export interface Expectations {
  /** The value your backend bound to the visitor's session, or `false` if you accept tokens of any session. */
  nonce: string | false
  /** The purpose; a token issued for a purpose is refused where none is expected. */
  action?: string
}

/** Verifies tokens. Keep one for the life of the process: it caches the issuer's keys. */
export interface Verifier {
  /**
   * Believes a token or throws.
   *
   * @param token whatever the browser sent; anything but a good token is refused.
   * @throws TokenError with a stable `code`
   * @throws TypeError when `nonce` is neither a string nor `false`
   */
  verify(token: unknown, expectations: Expectations): Promise<TokenClaims>
}

/**
 * Makes a verifier. Nothing is fetched before the first token.
 *
 * @throws TypeError when an option is not usable
 */
export function createVerifier(options: VerifierOptions): Verifier {
  const { issuer, audience, clockTolerance = CLOCK_TOLERANCE, now = Date.now } = options
  if (!audience) throw new TypeError('createVerifier needs the audience: your sitekey.')
  if (!(clockTolerance >= 0 && clockTolerance <= 60))
    throw new TypeError('clockTolerance is 0 to 60 seconds.')
  const getKey = createRemoteJWKSet(jwksAddress(issuer), {
    cacheMaxAge: KEYS_MAX_AGE,
    ...(options.fetch && { [customFetch]: options.fetch }),
  })

  return {
    async verify(token, expectations) {
      const { nonce, action } = expectations ?? {}
      if (nonce !== false && (typeof nonce !== 'string' || nonce === '')) {
        throw new TypeError("verify() needs the session's nonce, or nonce: false to do without.")
      }
      if (typeof token !== 'string' || token === '') throw new TokenError('token_missing')
      if (token.length > MAX_LENGTH || !isCanonical(token)) throw new TokenError('token_malformed')
      const claims = readClaims(
        await signedPayload(token, getKey, {
          algorithms: ALGORITHMS,
          typ: TOKEN_TYPE,
          issuer,
          audience,
          clockTolerance,
          currentDate: new Date(now()),
          requiredClaims: ['iss', 'aud', 'sub', 'jti', 'iat', 'nbf', 'exp', 'auth_time', 'phone_number'],
        }),
      )
      if (claims.iat > now() / 1000 + clockTolerance) throw new TokenError('token_not_active')
      if (nonce !== false && claims.nonce !== nonce) throw new TokenError('nonce_mismatch')
      if (claims.action !== action) throw new TokenError('action_mismatch')
      return claims
    },
  }
}

/**
 * Whether there is no other way to write the token. Base64 has spare bits, padding and white space that decoders
 * forgive; a list of used tokens would not recognise the same one spelled otherwise.
 */
function isCanonical(token: string): boolean {
  const segments = token.split('.')
  return (
    segments.length === 3 &&
    segments.every((segment) => /^[A-Za-z0-9_-]+$/.test(segment) && !spareBits(segment))
  )
}

/** The last character of a segment carries 6, 2 or 4 bits of the last byte; those beyond must be zero (RFC 4648, 3.5). */
function spareBits(segment: string): boolean {
  const last = BASE64URL.indexOf(segment.at(-1)!)
  const over = segment.length % 4
  return over === 1 || (over === 2 && (last & 0b1111) !== 0) || (over === 3 && (last & 0b11) !== 0)
}

function jwksAddress(issuer: string): URL {
  let base: URL
  try {
    base = new URL(issuer)
  } catch {
    throw new TypeError('createVerifier needs the issuer: the public URL of your otp-verify server.')
  }
  const loopback = ['localhost', '127.0.0.1', '[::1]'].includes(base.hostname)
  if (base.protocol !== 'https:' && !(base.protocol === 'http:' && loopback)) {
    throw new TypeError('The issuer must be an https URL (http only on this machine).')
  }
  return new URL(issuer.replace(/\/+$/, '') + PATHS.jwks)
}

async function signedPayload(
  token: string,
  getKey: JWTVerifyGetKey,
  options: Parameters<typeof jwtVerify>[2],
): Promise<JWTPayload> {
  const { payload, protectedHeader } = await jwtVerify(token, getKey, options).catch((error: unknown) => {
    throw new TokenError(codeOf(error))
  })
  // Without a kid, any of the keys that fits would do.
  if (protectedHeader.kid === undefined) throw new TokenError('token_malformed')
  return payload
}

function codeOf(error: unknown): TokenErrorCode {
  if (error instanceof errors.JWTExpired) return 'token_expired'
  if (error instanceof errors.JWTClaimValidationFailed) {
    if (error.claim === 'iss') return 'issuer_mismatch'
    if (error.claim === 'aud') return 'audience_mismatch'
    if (error.claim === 'nbf' || error.claim === 'iat') return 'token_not_active'
    return 'token_malformed'
  }
  if (error instanceof errors.JWSSignatureVerificationFailed) return 'token_forged'
  if (error instanceof errors.JWKSNoMatchingKey) return 'token_forged'
  // A token of ours names its key.
  if (error instanceof errors.JWKSMultipleMatchingKeys) return 'token_malformed'
  if (error instanceof errors.JWSInvalid || error instanceof errors.JWTInvalid) return 'token_malformed'
  if (error instanceof errors.JOSEAlgNotAllowed || error instanceof errors.JOSENotSupported)
    return 'token_malformed'
  // What remains came from fetching the keys: a refused connection, a timeout, an answer that is no JWK Set.
  return 'keys_unavailable'
}

/** The claims with their types checked: a signature proves who wrote them, not that they are what we expect. */
function readClaims(payload: JWTPayload): TokenClaims {
  const { aud, iat, nbf, exp, auth_time, phone_number, phone_number_verified, nonce, action } =
    payload as Partial<Record<string, unknown>>
  const sound =
    typeof aud === 'string' &&
    [iat, nbf, exp, auth_time].every((time) => typeof time === 'number') &&
    (exp as number) - (iat as number) <= TOKEN_MAX_LIFETIME &&
    typeof phone_number === 'string' &&
    /^\+[1-9][0-9]{5,14}$/.test(phone_number) &&
    phone_number_verified === true &&
    [nonce, action].every((value) => value === undefined || typeof value === 'string')
  if (!sound) throw new TokenError('token_malformed')
  return payload as unknown as TokenClaims
}
