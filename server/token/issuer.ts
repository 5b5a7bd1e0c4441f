import { CompactSign } from 'jose'
import {
  REDEEM_TOKEN_TYPE,
  TOKEN_MAX_LIFETIME,
  TOKEN_TYPE,
  type Channel,
  type TokenClaims,
} from '../../contract/index.js'
import type { RandomBytes } from '../random.js'
import type { Site } from '../site/site.js'
import { maySign, type SigningKeys } from './keys.js'

/** What a token says about a verification. */
export interface Verified {
  /** Names the verification; the same in every token issued for it. */
  subject: string
  /** When the code was checked, in milliseconds since 1970. */
  verifiedAt: number
  channel: Channel
  /** ISO 3166-1 alpha-2. */
  country: string
  origin: string
  action?: string | undefined
  cdata?: string | undefined
  nonce?: string | undefined
}

/** Signs tokens. */
export interface Issuer {
  /** Whether a key may sign at this moment. */
  maySign(): boolean
  /**
   * Signs a token for a proven number.
   *
   * @param phoneNumber E.164, as the provider confirmed it.
   * @param now milliseconds since 1970.
   * @returns the token and when it ends, in milliseconds since 1970.
   * @throws SigningKeysError when no key may sign at this moment.
   */
  issue(
    site: Pick<Site, 'audience' | 'offline'>,
    verified: Verified,
    phoneNumber: string,
    now: number,
  ): Promise<{ token: string; expiresAt: number }>
}

/** The `typ` of a site's tokens. Offline verifiers refuse the one that can only be redeemed. */
function tokenType(offline: boolean): string {
  return offline ? TOKEN_TYPE : REDEEM_TOKEN_TYPE
}

/** RFC 8176 names the ways of proof: a one-time code, by text message or by call. */
const METHODS: Record<Channel, string[]> = { sms: ['otp', 'sms'], voice: ['otp', 'tel'] }

/**
 * Issues JWTs that any JWT library can read without knowing us: `phone_number` and `phone_number_verified` from OpenID Connect
 * Core, `amr` from RFC 8176.
 *
 * @param issuer the `iss` claim, the server's public URL.
 */
export function jwtIssuer(issuer: string, keys: SigningKeys, random: RandomBytes): Issuer {
  return {
    maySign: () => maySign(keys),
    async issue(
      { audience, offline },
      { subject, verifiedAt, channel, country, origin, action, cdata, nonce },
      phoneNumber,
      now,
    ) {
      const iat = Math.floor(now / 1000)
      const exp = iat + TOKEN_MAX_LIFETIME
      const claims: TokenClaims = {
        iss: issuer,
        aud: audience,
        sub: subject,
        jti: Buffer.from(random(16)).toString('base64url'),
        iat,
        nbf: iat,
        exp,
        auth_time: Math.floor(verifiedAt / 1000),
        phone_number: phoneNumber,
        phone_number_verified: true,
        country,
        channel,
        amr: METHODS[channel],
        origin,
        ...(action !== undefined && { action }),
        ...(cdata !== undefined && { cdata }),
        ...(nonce !== undefined && { nonce }),
      }
      const { algorithm, kid, privateKey } = keys.signer()
      // SignJWT would copy the claims as deeply as a worker's messages, which is a sixth of what a signature costs.
      const token = await new CompactSign(new TextEncoder().encode(JSON.stringify(claims)))
        .setProtectedHeader({ alg: algorithm, typ: tokenType(offline), kid })
        .sign(privateKey)
      return { token, expiresAt: exp * 1000 }
    },
  }
}
