/** Request header in which a page proves that it holds its key (DPoP, RFC 9449); on all five POSTs of a verification. */
export const KEY_PROOF_HEADER = 'DPoP'

/** The `typ` header of such a proof. */
export const KEY_PROOF_TYPE = 'dpop+jwt'

/** What such a proof says. Its `jwk` header is the public half of the key that signs it, with ES256. */
export interface KeyProofClaims {
  /** The method of the call. */
  htm: 'POST'
  /** The address of the call: the server's public URL and the path. */
  htu: string
  /** When it was made, in seconds since 1970. */
  iat: number
  /** 16 to 128 characters, different in every proof. */
  jti: string
}
