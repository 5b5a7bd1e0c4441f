import type { Channel, ProblemCode, SiteverifyError } from '../../contract/index.js'
import type { AlertKind } from '../alerts/alert.js'
import type { NumberType } from '../verification/phone-number.js'
import type { CheckOutcome, DeliveryOutcome, ProviderCall } from '../provider/provider.js'

/**
 * What happened, for logs and metrics. Holds no number, code, handle, token or secret, and of a number what NumberInLogs has.
 *
 * | Event         | Meaning                                                                        |
 * | ------------- | ------------------------------------------------------------------------------ |
 * | `configured`  | A server began; `settings` is another whenever its address or a site is.       |
 * | `started`     | A first message is about to be paid for.                                       |
 * | `sent`        | A message was accepted by the provider (a start or a resend).                  |
 * | `checked`     | An attempt was spent on a code; `outcome` says what came of it.                |
 * | `verified`    | A right code was given: the number is proven, and its token may be had.        |
 * | `redeemed`    | A backend redeemed a token, or tried to; `outcome` says what came of it.       |
 * | `shadowed`    | A message was sent that `rule` of the guard would have refused, as `code`.     |
 * | `refused`     | A call ended in a problem; `reason` says more than its caller is told.         |
 * | `foreign-origin` | A page asked whose `origin` is on no list; its browser shows it nothing.     |
 * | `mismatch`    | The provider confirmed another number than the one asked for. Look into it.    |
 * | `alert`       | Somebody should look at the site now; `alert` says why.                        |
 * | `provider`    | One call to the provider.                                                      |
 * | `delivery`    | The provider reported what became of a message.                                |
 * | `override`    | An operator allowed or denied a number, a range or an address, or lifted that. |
 * | `pause`       | An operator stopped sends, or let them go on.                                  |
 * | `keys`        | The signing keys changed, or should be looked into (see KeyChange).            |
 * | `overprivileged-key` | The provider's key may do more than a server needs; give it another.    |
 * | `no-script`   | A server began that has no script to serve; its pages bundle the element.      |
 * | `evicting`    | Redis has come to forget when it is full: set its `maxmemory-policy` back.     |
 * | `log-lost`    | The log could not be written for a while; this many `lines` are missing before this one. |
 * | `failure`     | Something that should not happen; `error` is its class and code, never a text. |
 */
export type ServerEvent =
  | { event: 'configured'; settings: string }
  | ({ event: 'started'; sitekey: string; channel: Channel } & NumberInLogs)
  | ({ event: 'sent'; sitekey: string; channel: Channel; resend: boolean } & NumberInLogs)
  | ({ event: 'verified'; sitekey: string; channel: Channel } & NumberInLogs)
  | ({ event: 'checked'; sitekey: string; outcome: Checked } & NumberInLogs)
  | ({ event: 'mismatch'; sitekey: string } & NumberInLogs)
  | ({ event: 'redeemed'; sitekey?: string | undefined; outcome: Redeemed } & Partial<NumberInLogs>)
  | ({ event: 'shadowed'; sitekey: string; code: ProblemCode; rule: Rule } & NumberInLogs)
  | ({ event: 'refused'; operation: string; code: ProblemCode; requestId: string } & Whom)
  | ({ event: 'foreign-origin' } & ForeignPage)
  | ({
      event: 'override'
      change: 'allow' | 'deny' | 'lift'
      of: Rule
      by: string
      until?: string
    } & Partial<NumberInLogs>)
  | {
      event: 'pause'
      change: 'pause' | 'resume'
      by: string
      /** Of all sites where there is none. */
      sitekey?: string | undefined
      /** To all countries where there is none. */
      country?: string | undefined
      until?: string
    }
  | { event: 'keys'; change: KeyChange; kid: string }
  | { event: 'overprivileged-key' }
  | { event: 'no-script' }
  | { event: 'evicting' }
  | { event: 'log-lost'; lines: number }
  | { event: 'failure'; operation: string; requestId: string; error: string }
  | {
      event: 'alert'
      alert: AlertKind
      sitekey: string
      country?: string | undefined
      level?: number | undefined
    }
  | ({ event: 'delivery'; outcome: DeliveryOutcome } & Partial<NumberInLogs>)
  | ({ event: 'provider' } & ProviderCall)

/** What logs are told of a number: one that only lets two lines about it be seen as such, and two that many have. */
export interface NumberInLogs {
  /** A keyed digest, another one every thirty days. */
  ref: string
  /** ISO 3166-1 alpha-2. */
  country: string
  /** What its range is for, as far as the country's plan tells. */
  numberType?: NumberType | undefined
}

/** What a page asked for that no site, or not the one it asked about, has listed. */
export interface ForeignPage {
  /** The question of a browser before a call, the call itself, or what a page reads of its site. */
  call: 'preflight' | 'post' | 'read'
  /** Only where it is one of ours. */
  sitekey?: string | undefined
  /** Only where it can be one. */
  origin?: string | undefined
}

/** Whom a refusal met, as far as is known, and why, where the code alone does not say. */
export interface Whom extends Partial<NumberInLogs> {
  sitekey?: string | undefined
  reason?: RefusalReason | undefined
}

/** The guard's rules, and what each looks at. */
export const RULES = {
  number: 'messages to the number',
  guess: 'wrong codes for the number at the site within a day',
  streak: 'wrong codes for the number at the site, in a row',
  starts: "starts of the caller's address",
  refusals: "refused starts of the caller's address",
  checks: "checks of the caller's address",
  numbers: 'different numbers that the address asked for without a challenge',
  crowd: 'starts of the addresses around it without a challenge',
  secrets: "wrong site secrets of the caller's address",
  redeems: 'tokens that the site redeemed within a second',
  guessing: 'whether somebody tries codes at the site, who would have to solve a challenge',
  challenges: "challenges that the caller's address asked for, or handed in",
  range: "credit of the number's ten thousand",
  operator: "credit of the number's million",
  country: "credit of the number's country",
  address: "credit of the caller's address",
  neighbourhood: 'credit of the addresses around it',
  'budget-open': "the day's messages that strangers may use",
  'spend-open': "the day's money that strangers may use",
  'budget-unsolved': "the day's messages that strangers may use without a challenge",
  'spend-unsolved': "the day's money that strangers may use without a challenge",
  budget: "all of the day's messages",
  spend: "all of the day's money",
  pause: 'whether the operator has stopped these sends',
  denied: "whether the operator denies the number or the caller's address",
} as const
export type Rule = keyof typeof RULES

/** Other reasons. */
export const REASONS = {
  send_in_progress: 'Another message for the same number and purpose is on its way.',
  store_full: 'The store has no room for another verification.',
  foreign_handle: 'The handle is good, but not for the page that came with it.',
  challenge_provider: 'Turnstile or hCaptcha gave no answer, or not one about a visitor.',
  no_script: 'A listed page made it by a form, a link or an image, as its browser says, and not by a script.',
  plain_http: 'It came over plain HTTP, or the proxy does not say over what (X-Forwarded-Proto).',
  no_address: 'The trusted proxy does not say who calls, or not by an address alone (X-Forwarded-For).',
} as const
export type RefusalReason = Rule | keyof typeof REASONS

/** What the provider said of a code; `mismatch` when it confirmed another number, `late` when it took too long. */
export type Checked = CheckOutcome['outcome'] | 'mismatch' | 'late'

/** As the backend is told, but that a token that is too old is told from one that was redeemed before. */
export type Redeemed = 'success' | 'expired' | 'duplicate' | Exclude<SiteverifyError, 'timeout-or-duplicate'>

/**
 * What happened to the signing keys; `kid` says to which.
 *
 * | Change       | Meaning                                                                          |
 * | ------------ | -------------------------------------------------------------------------------- |
 * | `signing`    | This key signs from now on.                                                      |
 * | `gone`       | It was revoked, or taken out of the file; its tokens are refused.                |
 * | `none`       | It was the last: nothing can be signed. Visitors are turned away.                |
 * | `unreadable` | The file cannot be read; this key and the others stay as they are.               |
 * | `differ`     | Another server on the same store signs with it, and this one does not know it.   |
 * | `pepper`     | Another server on the same store, which signs with it, has another pepper.       |
 */
export type KeyChange = 'signing' | 'gone' | 'none' | 'unreadable' | 'differ' | 'pepper'

/** Takes note of an event. Never throws, never waits. */
export type Observe = (event: ServerEvent) => void
