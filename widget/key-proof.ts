import { KEY_PROOF_TYPE, type KeyProofClaims } from '../contract/index.js'
import { randomKey } from './random-key.js'

/**
 * Makes the proof of one call (RFC 9449), different every time.
 *
 * @param url the address of the call.
 * @param now milliseconds since 1970.
 */
export type Prove = (url: string, now: number) => Promise<string>

// Taken when the script loads, so that a later replacement by the page never makes a key that can be copied. Browsers have it on
// secure pages only.
const generateKey = globalThis.crypto?.subtle?.generateKey.bind(crypto.subtle)

/**
 * Makes a key that lives as long as this page and cannot be copied from it, not even by its own scripts.
 *
 * @throws on a page that is not secure.
 */
export async function makeKey(): Promise<Prove> {
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }
  const { publicKey, privateKey } = await generateKey(algorithm, false, ['sign'])
  const { kty, crv, x, y } = await crypto.subtle.exportKey('jwk', publicKey)
  const header = encode(JSON.stringify({ typ: KEY_PROOF_TYPE, alg: 'ES256', jwk: { kty, crv, x, y } }))
  return async (url, now) => {
    const claims: KeyProofClaims = { htm: 'POST', htu: url, iat: Math.floor(now / 1000), jti: randomKey() }
    const signed = `${header}.${encode(JSON.stringify(claims))}`
    const signature = await crypto.subtle.sign(algorithm, privateKey, new TextEncoder().encode(signed))
    return `${signed}.${encode(String.fromCharCode(...new Uint8Array(signature)))}`
  }
}

/** Base64url; addresses have been normalised and are ASCII. */
function encode(binary: string): string {
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
}
