/**
 * What somebody should look at now.
 *
 * | Alert               | Meaning                                                                                    |
 * | ------------------- | ------------------------------------------------------------------------------------------ |
 * | `new_country`       | The first range ran dry in a country where the site has proven no number for a month.       |
 * | `ranges`            | Three ranges of numbers ran dry within ten minutes.                                         |
 * | `credit`            | Credit of a country, or of a million of its numbers, is used up: strangers there are refused. |
 * | `network`           | Fewer than 35 % of a network's codes are entered; challenges no longer help there.          |
 * | `provider`          | The provider refuses the key, the account or the configuration, leaves request after request unanswered, or has reached its own limit: nobody gets a code. |
 * | `conversion`        | The share of codes entered in the last hours is less than half the week's.               |
 * | `guessing`          | For each start, eight times as many wrong codes as in the week before: somebody is guessing. |
 * | `budget`, `spend`   | 50, 80 or 100 % of the day's messages or money is used up (100 also when what is left pays for no message). |
 * | `reserve`           | Strangers are refused: only the part of the day's messages or money that is reserved for others is left. |
 */
export type AlertKind = (typeof ALERT_KINDS)[number]

/** Every kind of alert. */
export const ALERT_KINDS = [
  'new_country',
  'ranges',
  'credit',
  'network',
  'provider',
  'conversion',
  'guessing',
  'budget',
  'spend',
  'reserve',
] as const

/**
 * Why a `provider` alert was sent: requests refused for the key, the account or the configuration; requests without an answer; or a
 * limit of the provider's own.
 */
export type ProviderCause = 'refused' | 'unanswered' | 'limit'

/** An alert as it is sent: no number, and nobody's address. */
export interface Alert {
  alert: AlertKind
  /** Left out: it concerns all sites. */
  sitekey?: string | undefined
  /** Of `provider`. */
  reason?: ProviderCause
  /** ISO 3166-1 alpha-2, if it concerns one country. */
  country?: string
  /**
   * For `otp-verify deny --range`: the ten thousand numbers that ran dry last, without their last four digits; of `network`, and of
   * `credit` where it is about a million numbers, these without their last six.
   */
  range?: string | undefined
  /** Percent, of `budget` and `spend`. */
  level?: number
  /** Percent of codes that are entered, of `conversion`: lately, and in the week. */
  lately?: number
  week?: number
  /** Of the million numbers that it is about: verifications begun in the last two hours, and those that succeeded. */
  started?: number
  proven?: number
}

/**
 * Sends an alert. Never throws, never waits.
 *
 * @param onLost called once the alert was not accepted and is not retried any more, so that it may be raised again. Never
 * rejects.
 */
export type Notify = (alert: Alert, onLost?: () => Promise<void>) => void
