/** Which service sets the challenge that a start may be asked to solve; `none` where none is ever asked for. */
export type ChallengeKind = 'none' | 'altcha' | 'turnstile' | 'hcaptcha'

/** Body of a call for a challenge. */
export interface ChallengeRequest {
  sitekey: string
  /** The number that the start will be for, as in its body; a solution is good for no other. */
  phoneNumber?: string | undefined
  /** The action of that start. */
  action?: string | undefined
}

/**
 * An ALTCHA challenge (https://altcha.org, version 2): find the counter for which PBKDF2 of `nonce` and counter, under
 * `salt`, begins with `keyPrefix`. Byte strings are in hexadecimal.
 */
export interface AltchaChallenge {
  parameters: {
    algorithm: 'PBKDF2/SHA-256'
    /** Followed by the counter, as an unsigned big-endian number of 32 bits, it is the password. */
    nonce: string
    salt: string
    /** Iterations of PBKDF2. */
    cost: number
    /** Bytes of a derived key. */
    keyLength: number
    keyPrefix: string
    /** The server's own: what the challenge is bound to, and until when it is good. */
    [own: string]: unknown
  }
  signature: string
}

/** The answer to an ALTCHA challenge: in JSON and base64, the `challenge` member of a start. */
export interface AltchaSolution {
  challenge: AltchaChallenge
  solution: {
    counter: number
    /** In hexadecimal. */
    derivedKey: string
  }
}

/** A challenge set by another service: what that service's own script is given. */
export interface HostedChallenge {
  type: 'turnstile' | 'hcaptcha'
  /** The sitekey by which that service knows the site; public. */
  sitekey: string
  /** Turnstile: the `cData` to pass on, which binds its token to this number and action. */
  cdata?: string
}

/** Answer to a call for a challenge. */
export type IssuedChallenge = AltchaChallenge | HostedChallenge
