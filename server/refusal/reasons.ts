import type { NumberInLogs } from '../phone-number/number-in-logs.js'

/** The guard's rules, and what each looks at. */
export const RULES = {
  number: 'messages to the number',
  guess: 'wrong codes for the number at the site within a day',
  streak: 'wrong codes for the number at the site, in a row',
  starts: "starts from the caller's IP address",
  refusals: "refused starts from the caller's IP address and its neighbourhood",
  checks: "checks from the caller's IP address",
  numbers: 'different numbers that the IP address asked for without a challenge',
  crowd: "starts from the IP address's neighbourhood without a challenge",
  secrets: "wrong site secrets from the caller's IP address",
  redeems: 'tokens that the site redeemed within a second',
  guessing: 'whether somebody is guessing codes at the site, so that a challenge is needed',
  challenges: "challenges that the caller's IP address asked for or answered",
  range: "credit of the number's range",
  operator: "credit of the number's million",
  country: "credit of the number's country",
  address: "credit of the caller's IP address",
  neighbourhood: "credit of the IP address's neighbourhood",
  'budget-open': "the day's messages that strangers may use",
  'spend-open': "the day's money that strangers may use",
  'budget-unsolved': "the day's messages that strangers may use without a challenge",
  'spend-unsolved': "the day's money that strangers may use without a challenge",
  budget: "all of the day's messages",
  spend: "all of the day's money",
  pause: 'whether the operator has stopped these sends',
  denied: "whether the operator denies the number or the caller's IP address",
} as const
export type Rule = keyof typeof RULES

/** Other reasons. */
export const REASONS = {
  send_in_progress: 'Another message for the same number and purpose is on its way.',
  store_full: 'The store has no room for another verification.',
  no_key: 'No signing key may sign now, so no number could be proven.',
  foreign_handle: 'The handle is good, but not for the page that came with it.',
  provider: 'Infobip refused, or gave no usable answer. The event "provider" says more.',
  provider_limit: 'A limit of Infobip’s own refused it, not one of this server.',
  challenge_provider: 'Turnstile or hCaptcha gave no answer, or not one about a visitor.',
  no_script: 'A listed page sent it by a form, a link or an image, not by a script, as its browser says.',
  plain_http: 'It came over plain HTTP, or the proxy does not say how it came (X-Forwarded-Proto).',
  no_address: 'The trusted proxy does not name the client, or not by an IP address alone (X-Forwarded-For).',
} as const
export type RefusalReason = Rule | keyof typeof REASONS

/** What a refusal was about, as far as is known, and why, where the code alone does not say. */
export interface Whom extends Partial<NumberInLogs> {
  sitekey?: string | undefined
  reason?: RefusalReason | undefined
  /** Name of the member of the body, or of the header, that is missing, malformed, unknown, or not one that the site takes. */
  member?: string | undefined
}
