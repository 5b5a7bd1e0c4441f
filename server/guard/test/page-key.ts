import { randomUUID } from 'node:crypto'
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWK } from 'jose'
import { KEY_PROOF_HEADER, PATHS } from '../../../contract/index.js'
import { PUBLIC_URL } from '../../test/harness.js'

/** What a proof says otherwise than it should. */
export interface ProofChanges {
  /** A claim or header that is `undefined` is left out. */
  claims?: Record<string, unknown>
  header?: Record<string, unknown>
}

/** A call that is made about a verification, or that starts one. */
export type ProvenCall = 'start' | 'resend' | 'check' | 'status' | 'token'

/** The key of a page, and the proofs that it makes. */
export class PageKey {
  /** Both halves. */
  readonly jwk: JWK
  readonly algorithm: string
  readonly #key: CryptoKey
  readonly #now: () => number

  private constructor(jwk: JWK, algorithm: string, key: CryptoKey, now: () => number) {
    this.jwk = jwk
    this.algorithm = algorithm
    this.#key = key
    this.#now = now
  }

  /** @param now the page's clock, in milliseconds since 1970. */
  static async make(now: () => number, algorithm = 'ES256'): Promise<PageKey> {
    const { privateKey } = await generateKeyPair(algorithm, { extractable: true })
    return new PageKey(await exportJWK(privateKey), algorithm, privateKey, now)
  }

  /** A proof for one call. */
  async proof(call: ProvenCall, { claims = {}, header = {} }: ProofChanges = {}): Promise<string> {
    const { kty, crv, x, y } = this.jwk
    const iat = Math.floor(this.#now() / 1000)
    return new SignJWT({ htm: 'POST', htu: PUBLIC_URL + PATHS[call], iat, jti: randomUUID(), ...claims })
      .setProtectedHeader({ typ: 'dpop+jwt', alg: this.algorithm, jwk: { kty, crv, x, y } as JWK, ...header })
      .sign(this.#key)
  }

  /** The header of a call that carries one. */
  async header(call: ProvenCall, changes?: ProofChanges): Promise<Record<string, string>> {
    return { [KEY_PROOF_HEADER]: await this.proof(call, changes) }
  }
}
