import type { Credit, Spacing } from '../store/store.js'
import { DAY, HOUR, MINUTE, SECOND } from '../time.js'

export type Spans = Spacing['spans']
export type Terms = Pick<Credit, 'initial' | 'refill' | 'overdraft' | 'keep'>

/** Text messages to a number within ten minutes, and therefore also of one verification, as no code lives longer. */
const TEXTS = { limit: 3, window: 10 * MINUTE }

/**
 * How often things may happen, in any window of the given length. Where others publish theirs: Twilio Verify (5 sends in 10
 * minutes, 5 checks), Supabase (60 s between two), Firebase (150 requests an hour and address), NIST SP 800-63B (at most 100
 * failed attempts in a row).
 */
export const LIMITS = {
  /** Messages to a number, whichever site asks: 30 and 60 seconds between them, three in ten minutes, five in a day. */
  numberSends: [
    { limit: 1, window: 30 * SECOND },
    { limit: 2, window: 90 * SECOND },
    TEXTS,
    { limit: 5, window: DAY },
  ],
  /** The limits of a number for a call that had to wait for texts: it may be the fourth message in ten minutes. */
  callsAfterTexts: [
    { limit: 1, window: 30 * SECOND },
    { limit: 2, window: 90 * SECOND },
    { limit: TEXTS.limit + 1, window: TEXTS.window },
    { limit: 5, window: DAY },
  ],
  /** Wrong codes for a number at a site, from any caller and for any verification. A right one resets the count. */
  wrongCodes: [{ limit: 10, window: DAY }],
  /** Starts of an IPv4 address, or of an IPv6 /64. */
  addressStarts: [
    { limit: 30, window: HOUR },
    { limit: 60, window: DAY },
  ],
  /** Different numbers asked for by such an address, without a challenge. */
  addressNumbers: [{ limit: 5, window: HOUR }],
  /** Checks by such an address. */
  addressChecks: [{ limit: 60, window: 10 * MINUTE }],
  /** Challenges that such an address may ask for, and as many answers to another service's that it may hand in. */
  addressChallenges: [{ limit: 10, window: MINUTE }],
  /** Wrong site secrets from such an address. */
  addressSecrets: [{ limit: 20, window: MINUTE }],
  /** Tokens that a site redeems, or tries to. */
  siteRedeems: [{ limit: 50, window: SECOND }],
} satisfies Record<string, Spans>

/**
 * Wrong codes without a right one after which a number is closed at a site, and for how many milliseconds after the last of
 * them. None of them is forgotten until then.
 */
export const WRONG_IN_A_ROW = { limit: 100, window: 90 * DAY }

/**
 * Longest wait in milliseconds for which a number's limit is answered as a pause, with the time to wait, and not as a refusal.
 */
export const TELLABLE_WAIT = 10 * MINUTE

/**
 * What may be sent before numbers are proven. Each send takes one credit of each account; a proven number pays it back with a
 * bonus, so that real visitors, and nobody else, keep their range, country and address open.
 *
 * Fraudsters have deals for ranges of numbers, so the narrowest, the ten thousand numbers that differ in the last four
 * digits, bounds them hardest: three messages and one more a day.
 */
export const CREDITS = {
  /** Ten thousand numbers. */
  range: { initial: 3, refill: 1 / 24, overdraft: 0, keep: 30 * DAY },
  /** A million numbers: about what a mobile operator has in one block. */
  operator: { initial: 15, refill: 0.5, overdraft: 120, keep: 30 * DAY },
  /** A country, at one site. */
  country: { initial: 60, refill: 4, overdraft: 600, keep: 30 * DAY },
  /** An IPv4 address or an IPv6 /64. */
  address: { initial: 6, refill: 1, overdraft: 0, keep: 7 * DAY },
  /** A /24 or a /48. */
  neighbourhood: { initial: 30, refill: 5, overdraft: 0, keep: 7 * DAY },
} satisfies Record<string, Terms>

/** What the operator may set: limits and credits. */
export interface Policy {
  limits: Record<keyof typeof LIMITS, Spans>
  /** Starts of an IPv4 /24, or of an IPv6 /48, in a day without a challenge. */
  neighbourhoodStarts: number
  credits: Record<keyof typeof CREDITS, Terms>
}

/** The policy unless the operator configures another. */
export const POLICY: Policy = {
  limits: LIMITS,
  neighbourhoodStarts: 400,
  credits: CREDITS,
}

/** Text messages that a number may get within ten minutes. */
export function textsOf({ limits }: Policy): number {
  return limits.numberSends.find(({ window }) => window === TEXTS.window)!.limit
}

/** By how much each proven number raises what an account may hold. */
export const WIDENING = 0.5

/**
 * By what factor an account may go further below zero for visitors who solve a challenge and have a ticket, or come from an
 * address where a number was recently proven: bots without SIM cards cannot use up what is kept for them.
 */
export const FAVOURED_OVERDRAFT = 1.1

/**
 * Share of codes that a site's visitors are assumed to enter before it is measured, and the least and the most credit that a
 * proven number pays back beyond the one that its message took.
 */
export const CONVERSION = { usual: 2 / 3, least: 0.35, most: 1 / (0.9 * 0.35) - 1 }

/**
 * Challenges count as useless on a network where less than `share` of at least `least` starts older than `maturity` were proven.
 */
export const BREAKER = { least: 20, share: 0.35, maturity: 3 * MINUTE }

/**
 * Somebody is guessing at a site when, within `minutes`, at least `least` wrong codes were given, and per start more than
 * `times` as many as in the week before. A new site is assumed to have had `usual` wrong codes per start in `prior` starts;
 * `most` caps what a week of attacks can make of that figure.
 */
export const GUESSING = { minutes: 10, least: 50, times: 8, usual: 0.1, prior: 100, most: 0.25 }

/**
 * How many starts of an address may be refused within an hour, for each that it may make; `around`: a neighbourhood may have as
 * many refusals as that many addresses.
 */
export const REFUSED = { forEach: 2, around: 32 }

/**
 * Messages that a known number gets without entering a code; a code entered meanwhile earns it as much as it earns an account of
 * credit. Once they are used up, the number needs credit like a stranger until `keep` ms after the last of them, so that proving
 * numbers once does not give free messages to them for ever.
 */
export const TRUST: Terms = { initial: 3, refill: 1 / (30 * 24), overdraft: 0, keep: 30 * DAY }

/** Milliseconds for which a proven number, its ten thousand, its country at the site, and its address are known. */
export const KNOWN = { number: 90 * DAY, range: 30 * DAY, country: 30 * DAY, address: 7 * DAY }

/**
 * A flood is `least` refusals by the same full account within `window` ms. For the next `window` ms the refusal is answered from
 * memory; then one start asks the store again while the others wait on memory for at most another `window`. At most `remembered`
 * accounts are tracked.
 */
export const FLOOD = { least: 20, window: 1000, remembered: 10_000 }

/** Share of a daily budget that only known numbers and visitors with a ticket may use. */
export const RESERVED_SHARE = 0.3

/**
 * Share of a daily budget that strangers may use without a challenge, where the site asks for one before its ceiling. By then
 * the first alert has been sent.
 */
export const UNSOLVED_SHARE = 0.5
