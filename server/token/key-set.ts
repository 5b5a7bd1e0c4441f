import { createPrivateKey } from 'node:crypto'
import { calculateJwkThumbprint, type JWK } from 'jose'
import { z } from 'zod'

/** The signing keys are missing, unreadable, invalid, or not those of the other servers. */
export class SigningKeysError extends Error {
  override readonly name = 'SigningKeysError'
}

/** Algorithms a token may be signed with. */
export const TOKEN_ALGORITHMS = ['ES256', 'EdDSA'] as const

export type TokenAlgorithm = (typeof TOKEN_ALGORITHMS)[number]

const base64url = z.string().regex(/^[A-Za-z0-9_-]+$/)
const seconds = z.number().int().min(0)
const members = {
  kid: z.string().regex(/^[A-Za-z0-9._-]{1,64}$/),
  x: base64url,
  d: base64url,
  nbf: seconds.exactOptional(),
  exp: seconds.exactOptional(),
}
const privateJwk = z.discriminatedUnion('crv', [
  z.object({ kty: z.literal('EC'), crv: z.literal('P-256'), y: base64url, ...members }),
  z.object({ kty: z.literal('OKP'), crv: z.literal('Ed25519'), ...members }),
])
const keySet = z.object({ keys: z.array(privateJwk).min(1) })

/**
 * A private key (RFC 7517) with, where it is being rotated, the seconds since 1970 from which it signs (`nbf`) and from which it
 * is no longer published (`exp`); both members are those of OpenID Federation 1.0, section 8.7.
 */
export type PrivateJwk = z.infer<typeof privateJwk>

/** What members have to be, for error messages. */
const MEMBER_FORMS = {
  kid: 'of 1 to 64 letters, digits, ".", "_" and "-"',
  x: 'base64url',
  y: 'base64url',
  d: 'base64url; without it a key is public, and signs nothing',
  nbf: 'a whole number of seconds since 1970, without quotes',
  exp: 'a whole number of seconds since 1970, without quotes',
}

const PEM_KEY = /-----BEGIN ([A-Z ]*PRIVATE KEY)-----[^-]+-----END \1-----/g

/**
 * Reads private keys from text: a JWK Set, one JWK, or one or more PEM blocks. A key without a `kid` gets its RFC 7638
 * thumbprint as `kid`.
 *
 * @param name what to call the text in an error, which quotes none of it.
 * @throws SigningKeysError
 */
export async function parseKeys(text: string, name: string): Promise<PrivateJwk[]> {
  const found = text.includes('-----BEGIN') ? fromPem(text) : fromJson(text)
  const named = await Promise.all((found ?? []).map(withKid))
  const parsed = keySet.safeParse({ keys: named })
  if (!parsed.success) {
    const [, index, member] = parsed.error.issues[0]!.path
    if (member !== undefined && Object.hasOwn(MEMBER_FORMS, member)) {
      const form = MEMBER_FORMS[member as keyof typeof MEMBER_FORMS]
      throw new SigningKeysError(`${name}: "${String(member)}" of key ${Number(index) + 1} must be ${form}.`)
    }
    throw new SigningKeysError(
      `${name} holds no private P-256 or Ed25519 keys, as a JWK, a JWK Set or unencrypted PEM.`,
    )
  }
  const { keys } = parsed.data
  if (new Set(keys.map(({ kid }) => kid)).size !== keys.length) {
    throw new SigningKeysError(`${name}: two signing keys share a kid.`)
  }
  return keys
}

/** The algorithm that goes with a key. */
export function algorithmOf(jwk: PrivateJwk): TokenAlgorithm {
  return jwk.kty === 'EC' ? 'ES256' : 'EdDSA'
}

/** What may be shown of a key. */
export function publicJwk(jwk: PrivateJwk): JWK {
  const { kty, crv, x, kid } = jwk
  const shape = jwk.kty === 'EC' ? { kty, crv, x, y: jwk.y } : { kty, crv, x }
  return { ...shape, kid, use: 'sig', alg: algorithmOf(jwk) }
}

function fromPem(text: string): unknown[] | undefined {
  try {
    return [...text.matchAll(PEM_KEY)].map(([block]) => createPrivateKey(block).export({ format: 'jwk' }))
  } catch {
    // The caller's error says what is expected; OpenSSL's own would mention only ASN.1.
    return undefined
  }
}

function fromJson(text: string): unknown[] | undefined {
  try {
    const value = JSON.parse(text) as { keys?: unknown }
    if (Array.isArray(value.keys)) return value.keys as unknown[]
    return [value]
  } catch {
    return undefined
  }
}

async function withKid(jwk: unknown): Promise<unknown> {
  if (typeof jwk !== 'object' || jwk === null || 'kid' in jwk) return jwk
  try {
    return { ...jwk, kid: await calculateJwkThumbprint(jwk) }
  } catch {
    return jwk
  }
}
