import { randomBytes } from 'node:crypto'
import { link, mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
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
import { z } from 'zod'

/** Algorithms a token may be signed with. */
export const TOKEN_ALGORITHMS = ['ES256', 'EdDSA'] as const

/** The keys of a server: one signs, all are published. */
export interface SigningKeys {
  /** `kid` header of the tokens signed now. */
  kid: string
  algorithm: (typeof TOKEN_ALGORITHMS)[number]
  privateKey: CryptoKey
  /** What the JWKS address answers: public members only. */
  published: JSONWebKeySet
}

/** The key file is missing, unreadable or not what it should be. The message names no key. */
export class SigningKeysError extends Error {
  override readonly name = 'SigningKeysError'
}

const base64url = z.string().regex(/^[A-Za-z0-9_-]+$/)
const kid = z.string().regex(/^[A-Za-z0-9._-]{1,64}$/)
const privateJwk = z.discriminatedUnion('crv', [
  z.object({ kty: z.literal('EC'), crv: z.literal('P-256'), kid, x: base64url, y: base64url, d: base64url }),
  z.object({ kty: z.literal('OKP'), crv: z.literal('Ed25519'), kid, x: base64url, d: base64url }),
])
const keyFile = z.object({ keys: z.array(privateJwk).min(1) })

type PrivateJwk = z.infer<typeof privateJwk>

/**
 * Reads signing keys from a JWK Set of private keys (RFC 7517); the first one signs.
 *
 * @throws SigningKeysError
 */
export async function readSigningKeys(file: string): Promise<SigningKeys> {
  const text = await readFile(file, 'utf8').catch(() => {
    throw new SigningKeysError(`The signing keys in ${file} cannot be read.`)
  })
  const { mode } = await stat(file)
  if (process.platform !== 'win32' && (mode & 0o077) !== 0) {
    throw new SigningKeysError(`The signing keys in ${file} can be read by others; run: chmod 600 ${file}`)
  }
  const parsed = keyFile.safeParse(parseJson(text))
  if (!parsed.success) {
    throw new SigningKeysError(`${file} is not a JWK Set of private P-256 or Ed25519 keys, each with a kid.`)
  }
  return signingKeys(parsed.data.keys)
}

/**
 * Reads the keys of a file that is made on first use, mode 0600. Of several processes that start at once, one makes it
 * and all read the same.
 *
 * @throws SigningKeysError
 */
export async function readOrMakeSigningKeys(file: string): Promise<SigningKeys> {
  const exists = await stat(file).then(
    () => true,
    () => false,
  )
  if (!exists) await makeKeyFile(file)
  return readSigningKeys(file)
}

/** Makes a fresh ES256 key as a private JWK. */
export async function generateSigningJwk(): Promise<PrivateJwk> {
  const { privateKey } = await generateKeyPair('ES256', { extractable: true })
  const jwk = await exportJWK(privateKey)
  return privateJwk.parse({ ...jwk, kid: randomBytes(8).toString('hex') })
}

/** Turns private JWKs into signing keys. @throws SigningKeysError when one does not work. */
export async function signingKeys(jwks: readonly PrivateJwk[]): Promise<SigningKeys> {
  const [first] = jwks
  if (!first) throw new SigningKeysError('There is no signing key.')
  if (new Set(jwks.map((jwk) => jwk.kid)).size !== jwks.length) {
    throw new SigningKeysError('Two signing keys share a kid.')
  }
  const imported = await Promise.all(jwks.map(importPrivate))
  const { kid } = first
  return {
    kid,
    algorithm: algorithmOf(first),
    privateKey: imported[0]!,
    published: { keys: jwks.map(publicJwk) },
  }
}

/** Imports a private key and makes sure that its public half belongs to it. */
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

function publicJwk(jwk: PrivateJwk): JWK {
  const { kty, crv, x, kid } = jwk
  const shape = jwk.kty === 'EC' ? { kty, crv, x, y: jwk.y } : { kty, crv, x }
  return { ...shape, kid, use: 'sig', alg: algorithmOf(jwk) }
}

function algorithmOf(jwk: PrivateJwk): SigningKeys['algorithm'] {
  return jwk.kty === 'EC' ? 'ES256' : 'EdDSA'
}

async function makeKeyFile(file: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true })
  const draft = `${file}.${randomBytes(8).toString('hex')}`
  const text = `${JSON.stringify({ keys: [await generateSigningJwk()] }, null, 2)}\n`
  await writeFile(draft, text, { mode: 0o600, flag: 'wx' })
  try {
    // Linking fails when the name is taken: whoever is first wins, and nobody ever reads half a file.
    await link(draft, file)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  } finally {
    await rm(draft)
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
