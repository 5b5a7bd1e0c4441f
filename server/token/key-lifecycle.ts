import { TOKEN_MAX_LIFETIME } from '../../contract/index.js'
import { SigningKeysError, type PrivateJwk } from './key-set.js'

/** Seconds for which anyone may keep the published keys. */
export const JWKS_MAX_AGE = 300

/**
 * Seconds between the publication of a new key and its first signature. A cache on the way and a verifier may each hold the
 * older set for `JWKS_MAX_AGE`; the rest allows for clocks that differ.
 */
const LEAD = 15 * 60

/** Seconds for which a key stays published after its last signature: the life of a token, and the same margins. */
const OVERLAP = TOKEN_MAX_LIFETIME + LEAD

/** The state of a key at an instant. */
export type KeyState = 'waiting' | 'signing' | 'ending' | 'ended'

/**
 * The key that signs: among those whose time has begun and not ended, the one that began last; among equals, the first.
 *
 * @param now milliseconds since 1970.
 */
export function signerAt(keys: readonly PrivateJwk[], now: number): PrivateJwk | undefined {
  const ready = publishedAt(keys, now).filter(({ nbf = 0 }) => nbf * 1000 <= now)
  return ready.reduce<PrivateJwk | undefined>(
    (best, key) => (best && (best.nbf ?? 0) >= (key.nbf ?? 0) ? best : key),
    undefined,
  )
}

/** The keys that are published: all except those whose time is over. */
export function publishedAt(keys: readonly PrivateJwk[], now: number): PrivateJwk[] {
  return keys.filter(({ exp = Infinity }) => exp * 1000 > now)
}

/** The state of one key of a set. */
export function stateAt(keys: readonly PrivateJwk[], key: PrivateJwk, now: number): KeyState {
  if (!publishedAt(keys, now).includes(key)) return 'ended'
  if (signerAt(keys, now) === key) return 'signing'
  return (key.nbf ?? 0) * 1000 > now ? 'waiting' : 'ending'
}

/**
 * Adds a key that begins to sign once every verifier knows it, or now if none signs, lets the others end once their last
 * token has, and drops those that have ended.
 *
 * @throws SigningKeysError while the key of an earlier rotation does not sign yet.
 */
export function rotate(keys: readonly PrivateJwk[], fresh: PrivateJwk, now: number): PrivateJwk[] {
  const waiting = keys.find((key) => stateAt(keys, key, now) === 'waiting')
  if (waiting) {
    throw new SigningKeysError(
      `A rotation is under way: ${waiting.kid} begins to sign at ${new Date(waiting.nbf! * 1000).toISOString()}.`,
    )
  }
  // Where none signs, verifiers have no other key to rely on meanwhile.
  const nbf = signerAt(keys, now) ? Math.ceil(now / 1000) + LEAD : Math.floor(now / 1000)
  const ending = publishedAt(keys, now).map((key) => ({
    ...key,
    exp: Math.min(key.exp ?? Infinity, nbf + OVERLAP),
  }))
  return [{ ...fresh, nbf }, ...ending]
}

/**
 * Removes a key at once. If it was the one that signs, the next key in line, or else `fresh`, signs from now on: verifiers that
 * do not know it yet fetch it.
 *
 * @throws SigningKeysError when there is no such key.
 */
export function revoke(
  keys: readonly PrivateJwk[],
  kid: string,
  fresh: PrivateJwk,
  now: number,
): PrivateJwk[] {
  const left = publishedAt(keys, now).filter((key) => key.kid !== kid)
  if (!keys.some((key) => key.kid === kid)) throw new SigningKeysError(`There is no signing key ${kid}.`)
  const signer = signerAt(left, now)
  if (signer) {
    // A key that was about to end has to continue if it is the only one.
    return left.map((key) => (key === signer ? withoutEnd(key, left, now) : key))
  }
  const nbf = Math.floor(now / 1000)
  const [next = fresh, ...others] = left
  return [{ ...next, nbf }, ...others]
}

function withoutEnd(signer: PrivateJwk, keys: readonly PrivateJwk[], now: number): PrivateJwk {
  const successor = keys.some((key) => stateAt(keys, key, now) === 'waiting')
  if (successor) return signer
  const { exp: _, ...endless } = signer
  return endless
}
