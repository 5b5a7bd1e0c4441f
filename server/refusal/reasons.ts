import type { NumberInLogs } from '../verification/phone-number/number-in-logs.js'

/** The guard's rules, and what each looks at. */
export const RULES = {
  number: 'messages to the number',
  guess: 'wrong codes for the number at the site within a day',
  streak: 'wrong codes for the number at the site, in a row',
  starts: "starts of the caller's address",
  refusals: "refused starts of the caller's address and of those around it",
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
  no_key: 'No signing key may sign now, so that no number could be proven.',
  foreign_handle: 'The handle is good, but not for the page that came with it.',
  challenge_provider: 'Turnstile or hCaptcha gave no answer, or not one about a visitor.',
  no_script: 'A listed page made it by a form, a link or an image, as its browser says, and not by a script.',
  plain_http: 'It came over plain HTTP, or the proxy does not say over what (X-Forwarded-Proto).',
  no_address: 'The trusted proxy does not say who calls, or not by an address alone (X-Forwarded-For).',
} as const
export type RefusalReason = Rule | keyof typeof REASONS

/** Whom a refusal met, as far as is known, and why, where the code alone does not say. */
export interface Whom extends Partial<NumberInLogs> {
  sitekey?: string | undefined
  reason?: RefusalReason | undefined
  /** Name of the member of the body, or of the header, that is missing, not of its form, unknown, or nothing that the site takes. */
  member?: string | undefined
}
