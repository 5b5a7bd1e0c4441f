import type { Channel, ProblemCode, SiteverifyError } from '../../contract/index.js'
import type { CheckOutcome, ProviderCall } from '../provider/provider.js'

/**
 * What happened, for logs and metrics. Holds no number, code, handle, token or secret: `ref` is a keyed digest that
 * only lets two lines about one number be seen as such.
 *
 * | Event         | Meaning                                                                        |
 * | ------------- | ------------------------------------------------------------------------------ |
 * | `configured`  | A server began; `settings` is another whenever its address or a site is.       |
 * | `started`     | A first message is about to be paid for.                                       |
 * | `sent`        | A message was accepted by the provider (a start or a resend).                  |
 * | `checked`     | An attempt was spent on a code; `outcome` says what came of it.                |
 * | `verified`    | A right code was given; a token was issued.                                    |
 * | `redeemed`    | A backend redeemed a token, or tried to; `outcome` says what came of it.       |
 * | `shadowed`    | A message was sent that `rule` of the guard would have refused.                |
 * | `refused`     | A call ended in a problem; `reason` says more than its caller is told.         |
 * | `mismatch`    | The provider confirmed another number than the one asked for. Look into it.    |
 * | `provider`    | One call to the provider.                                                      |
 * | `keys`        | The signing keys changed, or should be looked into (see KeyChange).            |
 * | `failure`     | Something that should not happen; `error` is its class and code, never a text. |
 */
export type ServerEvent =
  | { event: 'configured'; settings: string }
  | { event: 'started'; sitekey: string; ref: string; country: string; channel: Channel }
  | { event: 'sent'; sitekey: string; ref: string; country: string; channel: Channel; resend: boolean }
  | { event: 'verified'; sitekey: string; ref: string; country: string; channel: Channel }
  | { event: 'checked'; sitekey: string; ref: string; country: string; outcome: Checked }
  | { event: 'mismatch'; sitekey: string; ref: string }
  | { event: 'redeemed'; sitekey?: string | undefined; ref?: string | undefined; outcome: Redeemed }
  | { event: 'shadowed'; sitekey: string; ref: string; country: string; rule: Rule }
  | ({ event: 'refused'; operation: string; code: ProblemCode; requestId: string } & Whom)
  | { event: 'keys'; change: KeyChange; kid: string }
  | { event: 'failure'; operation: string; requestId: string; error: string }
  | ({ event: 'provider' } & ProviderCall)

/** Whom a refusal met, as far as is known, and why, where the code alone does not say. */
export interface Whom {
  sitekey?: string | undefined
  ref?: string | undefined
  reason?: RefusalReason | undefined
}

/**
 * Beside a rule of the guard:
 *
 * | Reason               | Meaning                                                          |
 * | -------------------- | ---------------------------------------------------------------- |
 * | `send_in_progress`   | Another message for the same number and purpose is on its way.   |
 * | `store_full`         | The store has no room for another verification.                  |
 * | `foreign_handle`     | The handle is good, but not for the page that came with it.      |
 * | `challenge_provider` | Turnstile or hCaptcha gave no answer, or not one about a visitor. |
 */
export type RefusalReason = Rule | 'send_in_progress' | 'store_full' | 'foreign_handle' | 'challenge_provider'

/**
 * The guard's accounts, and what each is of.
 *
 * | Rule                            | Account of                                                        |
 * | ------------------------------- | ----------------------------------------------------------------- |
 * | `number`                        | messages to the number                                            |
 * | `guess`, `streak`               | wrong codes for the number at the site: of a day, in a row        |
 * | `starts`, `checks`              | starts and checks of the caller's address                         |
 * | `challenges`                    | challenges that the caller's address asked for, or handed in      |
 * | `range`, `operator`, `country`  | credit of the number's ten thousand, its million, its country     |
 * | `address`, `neighbourhood`      | credit of the caller's address, and of those around it            |
 * | `budget-open`, `spend-open`     | the day's messages and money that strangers may use               |
 * | `budget`, `spend`               | all of the day's messages and money                               |
 * | `pause`                         | nothing: the operator has stopped these sends                     |
 */
export const RULES = [
  ...(['number', 'guess', 'streak', 'starts', 'checks', 'challenges'] as const),
  ...(['range', 'operator', 'country'] as const),
  ...(['address', 'neighbourhood', 'budget-open', 'spend-open', 'budget', 'spend', 'pause'] as const),
] as const
export type Rule = (typeof RULES)[number]

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
 */
export type KeyChange = 'signing' | 'gone' | 'none' | 'unreadable' | 'differ'

/** Takes note of an event. Never throws, never waits. */
export type Observe = (event: ServerEvent) => void
