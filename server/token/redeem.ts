import { createHmac, timingSafeEqual } from 'node:crypto'
import {
  createLocalJWKSet,
  decodeProtectedHeader,
  errors,
  jwtVerify,
  type JSONWebKeySet,
  type JWTPayload,
} from 'jose'
import {
  PROOF_MEMORY,
  REDEEM_TOKEN_TYPE,
  TOKEN_TYPE,
  type SiteverifyAnswer,
  type SiteverifyError,
  type SiteverifyRequest,
  type SiteverifySuccess,
  type TokenClaims,
} from '../../contract/index.js'
import type { RedeemLimits } from '../guard/redeem-limits.js'
import type { Observe, Redeemed } from '../observe/events.js'
import type { Digests } from '../pepper/digests.js'
import { numberInLogs, type NumberInLogs } from '../phone-number/number-in-logs.js'
import type { RandomBytes } from '../random.js'
import type { Site, Sites } from '../site/site.js'
import { undo, type Sleep } from '../store/insist.js'
import { StoreError, type Store } from '../store/store.js'
import { TOKEN_ALGORITHMS } from './key-set.js'
import type { SigningKeys } from './keys.js'

/**
 * Seconds by which the store's clock may have been set back since a token was issued: a replacement's clock may be behind. This
 * does not prolong any token's life.
 */
const CLOCK_TOLERANCE = 60

/** Tokens of either type may be on their way while a site's `offline` is changed; each is redeemed once. */
const TYPES: readonly unknown[] = [TOKEN_TYPE, REDEEM_TOKEN_TYPE]

/** A UUID in its usual spelling (RFC 9562). */
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

/** What redeeming needs. */
export interface RedeemDeps {
  /** The `iss` of the tokens. */
  issuer: string
  sites: Sites
  store: Store
  signingKeys: SigningKeys
  limits: RedeemLimits
  digests: Digests
  observe: Observe
  random: RandomBytes
  sleep: Sleep
}

/**
 * Redeems tokens. Rejects when the store is away, and with a VerificationError `rate_limited` for callers that ask too often;
 * never because of what a caller sends.
 *
 * @param address the caller's, if it is known.
 */
export type Redeem = (
  request: Omit<SiteverifyRequest, 'remoteip'>,
  address: string | undefined,
) => Promise<SiteverifyAnswer>

/** Under this key the store remembers that a token of the verification was redeemed. */
export function redemptionKey(subject: string): string {
  return `redeemed:${subject}`
}

/**
 * Lets a backend use a token once.
 *
 * The key is the verification, not the token: of several fresh tokens for one proof, only one can be redeemed. The token of
 * another site is refused before anything is claimed, so nobody can use up a stranger's.
 */
export function createRedeem(deps: RedeemDeps): Redeem {
  const { issuer, sites, store, signingKeys, limits, digests, observe, random, sleep } = deps
  const getKey = currentKeys(signingKeys)
  const siteOf = secretIndex(sites, random(32))

  /** The claims of a token of the site, and whether it has expired; `undefined` when it is not one. */
  async function genuine(
    token: string,
    site: Site,
  ): Promise<{ claims: TokenClaims; isOver: boolean } | undefined> {
    const now = await store.now()
    try {
      if (!TYPES.includes(decodeProtectedHeader(token).typ)) return undefined
      const { payload } = await jwtVerify<TokenClaims>(token, getKey(), {
        algorithms: [...TOKEN_ALGORITHMS],
        issuer,
        audience: site.audience,
        currentDate: new Date(now),
        clockTolerance: CLOCK_TOLERANCE,
        requiredClaims: ['sub', 'jti', 'exp', 'auth_time', 'phone_number'],
      })
      return { claims: payload, isOver: payload.exp <= Math.floor(now / 1000) }
    } catch (error) {
      // Its time is checked once everything else is found good.
      return error instanceof errors.JWTExpired
        ? { claims: error.payload as JWTPayload & TokenClaims, isOver: true }
        : undefined
    }
  }

  return async function redeem(request, address) {
    const site = siteOf(request.secret)
    if (site) await limits.rightSecret(site, address)
    else if (request.secret) await limits.wrongSecret(address)
    const { outcome, number, answer } = await answerTo(request, site)
    observe({ event: 'redeemed', sitekey: site?.sitekey, ...number, outcome })
    return answer
  }

  async function answerTo(
    { secret, response, idempotency_key }: Parameters<Redeem>[0],
    site: Site | undefined,
  ): Promise<Redemption> {
    if (!secret && !response) return refused('missing-input-secret', 'missing-input-response')
    if (!secret) return refused('missing-input-secret')
    if (!response) return refused('missing-input-response')
    if (idempotency_key !== undefined && !UUID.test(idempotency_key)) return refused('bad-request')
    if (!site) return refused('invalid-input-secret')
    const token = await genuine(response, site)
    if (!token) return refused('invalid-input-response')
    const { claims, isOver } = token
    const key = redemptionKey(claims.sub)
    // Retries under one key are one holder, for this very token only.
    const holder = idempotency_key && `${idempotency_key.toLowerCase()} ${claims.jti}`
    // An expired token can no longer be claimed; a retry of the call that claimed it before gets the first answer again.
    if (isOver && !(holder && (await store.isClaimed(key, holder)))) return refused('expired')
    const number = numberInLogs({ e164: claims.phone_number, country: claims.country }, digests)
    if (!isOver && !(await claimed(key, holder))) return { ...refused('duplicate'), number }
    return { outcome: 'success', number, answer: success(claims) }
  }

  /**
   * Whether the caller is the first. @param retrying the holder under which it may already have been first; without one, it is
   * first only once
   */
  async function claimed(key: string, retrying: string | undefined): Promise<boolean> {
    const holder = retrying ?? Buffer.from(random(16)).toString('base64url')
    try {
      return await store.claim(key, holder, PROOF_MEMORY * 1000, 'under way')
    } catch (error) {
      // Under a random holder only this call can have claimed it, and it reports no success: the token stays good for the next.
      // Under a caller's own key an earlier call may have reported success.
      if (error instanceof StoreError && !retrying) void undo(() => store.release(key, holder), sleep)
      throw error
    }
  }
}

/** The published keys of this moment, each imported once. */
function currentKeys(signingKeys: SigningKeys): () => ReturnType<typeof createLocalJWKSet> {
  let published: JSONWebKeySet | undefined
  let getKey: ReturnType<typeof createLocalJWKSet> | undefined
  return function keysNow() {
    const current = signingKeys.published()
    if (!getKey || current !== published) getKey = createLocalJWKSet((published = current))
    return getKey
  }
}

/** The result of a request, in our words and in Turnstile's, of which one stands for two of ours. */
interface Redemption {
  outcome: Redeemed
  number?: NumberInLogs
  answer: SiteverifyAnswer
}

function refused(outcome: Exclude<Redeemed, 'success'>, ...more: SiteverifyError[]): Redemption {
  const code = outcome === 'expired' || outcome === 'duplicate' ? 'timeout-or-duplicate' : outcome
  return { outcome, answer: { success: false, 'error-codes': [code, ...more] } }
}

function success(claims: TokenClaims): SiteverifySuccess {
  return {
    success: true,
    challenge_ts: new Date(claims.auth_time * 1000).toISOString(),
    hostname: new URL(claims.origin).hostname,
    'error-codes': [],
    action: claims.action ?? '',
    cdata: claims.cdata ?? '',
    phone_number: claims.phone_number,
    country: claims.country,
    channel: claims.channel,
    nonce: claims.nonce ?? '',
    token_id: claims.jti,
  }
}

/** Finds the site of a secret. All digests (under a key of this process) are compared, so timing reveals nothing. */
function secretIndex(sites: Sites, key: Uint8Array): (secret: string) => Site | undefined {
  const digest = (secret: string) => createHmac('sha256', key).update(secret).digest()
  const known = [...sites.values()].flatMap((site) =>
    site.secrets.map((secret) => ({ site, expected: digest(secret) })),
  )
  return function siteOf(secret) {
    const given = digest(secret)
    let found: Site | undefined
    for (const { site, expected } of known) if (timingSafeEqual(given, expected)) found = site
    return found
  }
}
