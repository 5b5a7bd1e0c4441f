import { randomBytes } from 'node:crypto'
import type { JSONWebKeySet } from 'jose'
import { generateSigningJwk, signingKeys, type Signer, type SigningKeys } from '../keys.js'

/** Keys of a server, with the private one in the hands of the test. */
export interface TestKeys extends Signer {
  signingKeys: SigningKeys
  published: JSONWebKeySet
}

/** Makes fresh keys, of which the first signs. */
export async function testKeys(count = 1): Promise<TestKeys> {
  const jwks = await Promise.all(Array.from({ length: count }, () => generateSigningJwk(randomBytes)))
  const keys = await signingKeys(jwks, () => 0)
  return { ...keys.signer(), signingKeys: keys, published: keys.published() }
}
