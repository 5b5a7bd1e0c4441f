/** Request header in which a page proves that it holds its key (DPoP, RFC 9449); on all five POSTs of a verification. */
export const KEY_PROOF_HEADER = 'DPoP'

/** What such a proof looks like: a JWS in its compact form (RFC 7515, 3.1). */
export const KEY_PROOF_PATTERN = /^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$/

/** Longest proof, in characters; ours have about 470, and 800 with the longest address that a server may have. */
export const KEY_PROOF_MAX_LENGTH = 1024

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
