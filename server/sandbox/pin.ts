import type { Template } from './records.js'

/** A line of the verification status history. Times are milliseconds since 1970. */
export interface VerificationRow {
  readonly applicationId: string
  readonly to: string
  readonly sent: boolean
  readonly sentAt: number
  verifiedAt: number | undefined
}

/** A PIN that was generated. Times are milliseconds since 1970. */
export interface Pin {
  readonly applicationId: string
  /** Digits of the phone number, or an email address. */
  readonly to: string
  readonly value: string
  readonly template: Template
  readonly placeholders: Readonly<Record<string, string>>
  readonly timeToLive: number
  expiresAt: number
  /** Wrong tries it survives. */
  readonly attempts: number
  spent: number
  verified: boolean
  readonly row: VerificationRow
}

/** Whether nothing can come of the PIN any more at `now`: verified, expired or out of attempts. */
export function isFinished(pin: Pin, now: number): boolean {
  return pin.verified || now >= pin.expiresAt || pin.spent >= pin.attempts
}
