import { randomBytes } from 'node:crypto'
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JSONWebKeySet, type JWK } from 'jose'
import { TOKEN_TYPE } from '../../../contract/index.js'
import { jwtIssuer, type Verified } from '../issuer.js'
import type { TokenAlgorithm } from '../key-set.js'
import { generateSigningJwk, signingKeys, type Signer, type SigningKeys } from '../keys.js'
import {
  createVerifier,
  TokenError,
  type Expectations,
  type Verifier,
  type VerifierOptions,
} from '../verify.js'

export const ISSUER = 'https://otp.example'
export const AUDIENCE = 'shop'
export const NUMBER = '+12025550123'
export const NONCE = 'session-nonce-0001'

/** The time of every test, in milliseconds since 1970. */
export const NOW = Date.UTC(2026, 0, 15, 12)
const IAT = NOW / 1000

/** The claims of a good token. */
export const GOOD_CLAIMS = {
  iss: ISSUER,
  aud: AUDIENCE,
  sub: 's'.repeat(22),
  jti: 'j'.repeat(22),
  iat: IAT,
  nbf: IAT,
  exp: IAT + 300,
  auth_time: IAT,
  phone_number: NUMBER,
  phone_number_verified: true,
  country: 'US',
  channel: 'sms',
  amr: ['otp', 'sms'],
  origin: 'https://shop.example',
  nonce: NONCE,
}

/** Keys of an issuer, with the private one in the hands of the test. */
export interface TestKeys extends Signer {
  signingKeys: SigningKeys
  published: JSONWebKeySet
}

/** Makes the keys of an issuer: the first signs. */
export async function testKeys(algorithm: TokenAlgorithm = 'ES256', count = 2): Promise<TestKeys> {
  const jwks = await Promise.all(Array.from({ length: count }, () => signingJwk(algorithm)))
  const keys = await signingKeys(jwks, () => NOW)
  return { ...keys.signer(), signingKeys: keys, published: keys.published() }
}

async function signingJwk(algorithm: TokenAlgorithm) {
  if (algorithm === 'ES256') return generateSigningJwk(randomBytes)
  const { privateKey } = await generateKeyPair('EdDSA', { extractable: true })
  const { x, d } = await exportJWK(privateKey)
  return { kty: 'OKP', crv: 'Ed25519', kid: 'edwards', x: x!, d: d! } as const
}

/** A token as the server issues it. */
export async function issued(
  keys: TestKeys,
  over: Partial<Verified> & { issuer?: string; audience?: string; number?: string } = {},
): Promise<string> {
  const { issuer = ISSUER, audience = AUDIENCE, number = NUMBER, ...verified } = over
  const facts = { channel: 'sms', country: 'US', origin: 'https://shop.example', nonce: NONCE } as const
  const { token } = await jwtIssuer(issuer, keys.signingKeys, (size) => Buffer.alloc(size, 7)).issue(
    { audience, offline: true },
    { subject: GOOD_CLAIMS.sub, verifiedAt: NOW, ...facts, ...verified },
    number,
    NOW,
  )
  return token
}

/** A token with claims and header changed, signed with the issuer's key unless told otherwise. */
export function crafted(
  keys: TestKeys,
  claims: object = {},
  header: object = {},
  key: CryptoKey | Uint8Array = keys.privateKey,
): Promise<string> {
  return new SignJWT({ ...GOOD_CLAIMS, ...claims })
    .setProtectedHeader({ alg: keys.algorithm, typ: TOKEN_TYPE, kid: keys.kid, ...header })
    .sign(key)
}

/** A token of any three texts, whatever a JWT library would say; `sign` gets what a signature is made over. */
export async function assembled(
  header: string | object,
  claims: string | object,
  sign: (input: Uint8Array<ArrayBuffer>) => Promise<ArrayBuffer | Uint8Array> = async () =>
    new Uint8Array(64),
): Promise<string> {
  const input = [header, claims]
    .map((part) => encode(typeof part === 'string' ? part : JSON.stringify(part)))
    .join('.')
  return `${input}.${encode(await sign(new TextEncoder().encode(input)))}`
}

/** Base64url, without padding. */
export function encode(content: string | ArrayBuffer | Uint8Array): string {
  return Buffer.from(content as string).toString('base64url')
}

/** The first published key, whose private half signs. */
export function publicJwk(keys: TestKeys): JWK {
  return keys.published.keys[0]!
}

/** A verifier of these keys that judges at the time of the tests and says out loud that tokens may be used again. */
export function verifierOf(keys: TestKeys, options: Partial<VerifierOptions> = {}): Verifier {
  return createVerifier({
    issuer: ISSUER,
    audience: AUDIENCE,
    replayStore: false,
    now: () => NOW,
    fetch: async () => Response.json(keys.published),
    ...options,
  })
}

/** The code under which a verifier refuses a token. */
export async function refusalBy(
  verifier: Verifier,
  token: unknown,
  expectations: Expectations = { nonce: NONCE },
): Promise<string> {
  const error: unknown = await verifier.verify(token, expectations).then(
    () => undefined,
    (caught: unknown) => caught,
  )
  if (!(error instanceof TokenError)) throw new Error(`Not refused as a token: ${String(error)}`)
  return error.code
}
