import type { Channel } from '../../contract/index.js'

/** A message to one number. The adapter adds sender, template and everything else from configuration. */
export interface SendRequest {
  /** E.164 with `+`. */
  phoneNumber: string
  channel: Channel
  /** BCP 47; the adapter falls back to its default template. */
  language?: string | undefined
  /** Whether the code is to have more digits than usual. Only where the service is set up for it. */
  long?: boolean
  /** Host of the page that asks, for messages that name it. */
  host?: string
}

/**
 * What became of a paid send.
 *
 * | Outcome       | Meaning                                                                          |
 * | ------------- | -------------------------------------------------------------------------------- |
 * | `sent`        | Accepted; `reference` is the service's handle from now on.                       |
 * | `undelivered` | The service says that this number cannot be reached or is not a number.          |
 * | `throttled`   | The service's own limit; nothing was sent. `retryAfter` in seconds.              |
 * | `gone`        | Resend only: the service no longer knows the code.                               |
 * | `unavailable` | Nothing was sent, for certain: never reached, refused, or misconfigured.         |
 * | `unknown`     | No believable answer. A message may be on its way; never repeat the call unasked. |
 */
export type SendOutcome =
  | { outcome: 'sent'; reference: string }
  /** `paid`: finding that out may have cost something. */
  | { outcome: 'undelivered'; paid?: true }
  | { outcome: 'throttled'; retryAfter: number }
  | { outcome: 'gone' }
  /** `asked`: the service refused without saying why; it may have been because of the number. */
  | { outcome: 'unavailable'; asked?: true }
  | { outcome: 'unknown' }

/**
 * What the service says about a code.
 *
 * | Outcome       | Meaning                                                                            |
 * | ------------- | ---------------------------------------------------------------------------------- |
 * | `approved`    | It is the code; `phoneNumber` (E.164 with `+`) is the one the service sent it to.  |
 * | `incorrect`   | It is not; the service would take `attemptsRemaining` more, when it says so.       |
 * | `expired`     | The code outlived its time, or the service no longer knows it.                     |
 * | `exhausted`   | The service takes no more tries.                                                   |
 * | `throttled`   | The code was not looked at: too soon after the last. `retryAfter` in seconds.      |
 * | `unavailable` | The code was not looked at: the service was never reached, or refused the call.    |
 * | `unknown`     | No believable answer; the code may have been looked at. Never a success.           |
 */
export type CheckOutcome =
  | { outcome: 'approved'; phoneNumber: string }
  | { outcome: 'incorrect'; attemptsRemaining?: number | undefined }
  | { outcome: 'expired' }
  | { outcome: 'exhausted' }
  | { outcome: 'throttled'; retryAfter: number }
  | { outcome: 'unavailable' }
  | { outcome: 'unknown' }

/** Milliseconds that a call of a provider may take. Attempts, messages and calls under way are held for longer. */
export const PROVIDER_PATIENCE = 10_000

/**
 * What an OTP service must do for us. The service makes, keeps and checks the code; we never see it but in `check`.
 *
 * No method rejects: whatever happens below is one of the outcomes, so that a caller cannot forget a failure.
 * Each is over within ten seconds (PROVIDER_PATIENCE). No method retries. A `reference` never comes from, and never reaches, a browser.
 */
export interface Provider {
  /** Sends a fresh code. Costs money. */
  send(request: SendRequest): Promise<SendOutcome>
  /**
   * Sends the same code once more. Costs money. The answer's `reference` replaces the old one.
   *
   * @param host of the page, as in the send.
   */
  resend(reference: string, channel: Channel, host?: string): Promise<SendOutcome>
  /** Asks whether `code` (ASCII digits) is the one that was sent. */
  check(reference: string, code: string): Promise<CheckOutcome>
}

/** One call to the service, for logs and metrics. Holds no number, code, key or reference. */
export interface ProviderCall {
  operation: 'send' | 'resend' | 'check'
  channel?: Channel | undefined
  outcome: SendOutcome['outcome'] | CheckOutcome['outcome']
  /** HTTP status of the service's answer, when there was one. */
  status?: number | undefined
  /** The service's own word for a failure, when it looks like one and cannot be a number or a code; else a word of ours. */
  reason?: string | undefined
  /** How long it took. */
  milliseconds: number
  /** The operator has to act: the key, the account or the configuration is refused. */
  alarm: boolean
}

/**
 * What became of a message on its way to the telephone.
 *
 * | Outcome         | Meaning                                                      |
 * | --------------- | ------------------------------------------------------------ |
 * | `delivered`     | It arrived.                                                  |
 * | `undeliverable` | The network could not hand it over, or there is no such number. |
 * | `expired`       | The telephone was away for too long.                         |
 * | `rejected`      | The service or the network refused to carry it.              |
 */
export type DeliveryOutcome = 'delivered' | 'undeliverable' | 'expired' | 'rejected'

/** A report about one message. */
export interface DeliveryReport {
  /** The service's name for the message. */
  messageId: string
  /** E.164 with `+`, not yet read as a number; `undefined` where the report has none. */
  phoneNumber: string | undefined
  outcome: DeliveryOutcome
}

/** How the service that sends messages reports what became of them. */
export interface DeliveryReports {
  /** Whether a user name and a password are those that the service was given. Takes equally long for every wrong one. */
  isService(username: string, password: string): boolean
  /**
   * The reports that a body carries; `undefined` when it is not the service's. Reports that are not final are left out, and so
   * are malformed ones among valid ones.
   */
  read(body: unknown): DeliveryReport[] | undefined
}
