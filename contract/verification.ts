/** How a code travels: a text message or a call that reads it out. */
export type Channel = 'sms' | 'voice'

/** Both channels, in the order in which they are offered. */
export const CHANNELS = ['sms', 'voice'] as const satisfies readonly Channel[]

/** Longest phone number accepted as typed, in characters, spaces and brackets included. */
export const PHONE_NUMBER_MAX_LENGTH = 32

/** Body of a start. */
export interface StartRequest {
  sitekey: string
  /** International, with a leading `+` or `00`; spaces, dots, dashes and brackets are forgiven. */
  phoneNumber: string
  /** Defaults to the first of the site's channels. */
  channel?: Channel | undefined
  /** Language of the message, where the operator has a template for it. */
  language?: string | undefined
  action?: string | undefined
  cdata?: string | undefined
  nonce?: string | undefined
  /** A start ticket (JWT) that the host's backend signed for its own session. */
  ticket?: string | undefined
  /** Answer to the challenge of `challenge_required`. */
  challenge?: string | undefined
  /** A verification that this one replaces; its handle stops working at once. */
  supersedes?: string | undefined
}

/** Body of a resend. */
export interface ResendRequest {
  verificationId: string
  channel?: Channel | undefined
  challenge?: string | undefined
}

/** Body of a check. */
export interface CheckRequest {
  verificationId: string
  /** Digits; spaces and dashes are forgiven, digits of every script are understood. */
  code: string
}

/** Body of a status call. */
export interface StatusRequest {
  verificationId: string
}

/** Body of a call for a fresh token. */
export interface TokenRequest {
  verificationId: string
}

/** When and how the code may be sent again. */
export interface ResendPlan {
  /** ISO 8601 UTC; `null` once no resend is left. */
  availableAt: string | null
  remaining: number
  channels: Channel[]
}

/** Answer to start and resend: a code is on its way. */
export interface VerificationPending {
  /** The browser's opaque handle. Whoever holds it may check codes: keep it out of URLs and logs. */
  verificationId: string
  /** The channel of the newest message. */
  channel: Channel
  /** Digits the code has. */
  codeLength: number
  /** ISO 8601 UTC; a resend does not move it. */
  expiresAt: string
  /** Checks left; a resend does not raise it. */
  attemptsRemaining: number
  resend: ResendPlan
}

/**
 * Where a verification stands.
 *
 * | State       | Meaning                                              |
 * | ----------- | ---------------------------------------------------- |
 * | `sending`   | The provider has not answered yet.                   |
 * | `sent`      | A code is on its way; checks are welcome.            |
 * | `verified`  | The right code was given.                            |
 * | `expired`   | Its time is over.                                    |
 * | `exhausted` | No checks are left.                                  |
 */
export type VerificationState = (typeof VERIFICATION_STATES)[number]

/** Every state of a verification. Stores keep the place of one in this list: a new one comes last. */
export const VERIFICATION_STATES = ['sending', 'sent', 'verified', 'expired', 'exhausted'] as const

/** Answer to status. */
export interface VerificationStatus extends VerificationPending {
  state: VerificationState
}

/** Answer to a check with the right code, and to a call for a fresh token. */
export interface VerificationApproved {
  /** The signed token (JWS); give it to your backend. */
  token: string
  /** ISO 8601 UTC; when the token stops being accepted. */
  expiresAt: string
  /** E.164, for display only: what a backend may believe is inside the token. */
  phoneNumber: string
}
