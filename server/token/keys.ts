import {
  CompactSign,
  compactVerify,
  exportJWK,
  generateKeyPair,
  importJWK,
  type CryptoKey,
  type JSONWebKeySet,
  type JWK,
} from 'jose'
import type { RandomBytes } from '../random.js'
import { publishedAt, signerAt } from './key-lifecycle.js'
import { algorithmOf, publicJwk, SigningKeysError, type PrivateJwk, type TokenAlgorithm } from './key-set.js'

/** The key that signs. */
export interface Signer {
  /** `kid` header of the tokens signed now. */
  kid: string
  algorithm: TokenAlgorithm
  privateKey: CryptoKey
}

/** The keys of a server: one signs, all are published. Which they are may change at any time. */
export interface SigningKeys {
  /** @throws SigningKeysError when no key may sign at this moment. */
  signer(): Signer
  /** What the JWKS address answers: public members only. The same object while its content is the same. */
  published(): JSONWebKeySet
}

/** Whether any key may sign at this moment. */
export function maySign(keys: Pick<SigningKeys, 'signer'>): boolean {
  try {
    keys.signer()
    return true
  } catch {
    return false
  }
}

/** A key that was found to work. */
export interface WorkingKey {
  jwk: PrivateJwk
  privateKey: CryptoKey
}

/** Makes a fresh ES256 key as a private JWK. */
export async function generateSigningJwk(random: RandomBytes): Promise<PrivateJwk> {
  const { privateKey } = await generateKeyPair('ES256', { extractable: true })
  const { x, y, d } = await exportJWK(privateKey)
  const kid = Buffer.from(random(8)).toString('hex')
  return { kty: 'EC', crv: 'P-256', kid, x: x!, y: y!, d: d! }
}

/**
 * Signing keys that never change, except that each begins and ends at its time.
 *
 * @param now the clock, in milliseconds since 1970.
 * @throws SigningKeysError when a key does not work, or none will sign
 */
export async function signingKeys(jwks: readonly PrivateJwk[], now: () => number): Promise<SigningKeys> {
  const keys = await importKeys(jwks)
  const fixed = changingKeys(() => keys, now)
  fixed.signer()
  return fixed
}

/** Signing keys of a set that others may change. */
export function changingKeys(keys: () => readonly WorkingKey[], now: () => number): SigningKeys {
  let published: JSONWebKeySet = { keys: [] }
  return {
    signer() {
      const working = keys()
      const jwk = signerAt(
        working.map((key) => key.jwk),
        now(),
      )
      const found = working.find((key) => key.jwk === jwk)
      if (!found) throw new SigningKeysError('No signing key may be used at this moment.')
      return { kid: found.jwk.kid, algorithm: algorithmOf(found.jwk), privateKey: found.privateKey }
    },
    published() {
      const current = publishedAt(
        keys().map((key) => key.jwk),
        now(),
      ).map(publicJwk)
      if (JSON.stringify(current) !== JSON.stringify(published.keys)) published = { keys: current }
      return published
    },
  }
}

/**
 * Imports private keys and makes sure that the public half of each belongs to it.
 *
 * @throws SigningKeysError
 */
export function importKeys(jwks: readonly PrivateJwk[]): Promise<WorkingKey[]> {
  return Promise.all(jwks.map(async (jwk) => ({ jwk, privateKey: await importPrivate(jwk) })))
}

async function importPrivate(jwk: PrivateJwk): Promise<CryptoKey> {
  const algorithm = algorithmOf(jwk)
  try {
    const privateKey = (await importJWK(jwk as JWK, algorithm)) as CryptoKey
    const probe = await new CompactSign(new Uint8Array())
      .setProtectedHeader({ alg: algorithm })
      .sign(privateKey)
    await compactVerify(probe, await importJWK(publicJwk(jwk), algorithm))
    return privateKey
  } catch {
    throw new SigningKeysError(`The signing key ${jwk.kid} is not a valid key.`)
  }
}
