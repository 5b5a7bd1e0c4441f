import { z } from 'zod'
import { POLICY, type Policy, type Spans, type Terms } from '../site/policy.js'

/**
 * The limits that may be set, and how far each may be raised without `unsafe`: as far as others allow (Twilio Verify five sends
 * in ten minutes, Firebase 150 requests of an address in an hour), ten times the default, or, for messages and wrong codes of a
 * number in a day, twice the default.
 */
export const LIMIT_MAXIMA = {
  /** Messages to a number within ten minutes. */
  numberPerTenMinutes: 5,
  /** Messages to a number within a day. */
  numberPerDay: 10,
  /** Wrong codes for a number at a site within a day. */
  wrongCodesPerDay: 20,
  /** Starts of an address within an hour, and within a day. */
  addressPerHour: 150,
  addressPerDay: 600,
  /** Different numbers of an address within an hour, and starts of its neighbourhood within a day, without a challenge. */
  addressNumbersPerHour: 50,
  neighbourhoodPerDay: 4000,
  /** Tokens that a site redeems within a second. */
  redeemsPerSecond: 500,
} as const

/**
 * How far each credit may be raised without `unsafe`: what an account opens with, what a day adds, and how far it may go below
 * zero.
 */
export const CREDIT_MAXIMA = {
  range: { initial: 10, perDay: 10 },
  operator: { initial: 150, perDay: 120, overdraft: 1200 },
  country: { initial: 600, perDay: 960, overdraft: 6000 },
  address: { initial: 60, perDay: 240 },
  neighbourhood: { initial: 300, perDay: 1200 },
} as const

/** Largest value of any setting, `unsafe` or not. */
const MOST = 1_000_000

const count = z.number().int().min(1).max(MOST)
const amount = z.number().min(0).max(MOST)
const credit = z
  .strictObject({
    initial: amount.describe(
      'Messages that a new account opens with; an account that is open keeps what it has.',
    ),
    perDay: amount.positive().describe('Messages that a day brings.'),
  })
  .partial()
const overdrawn = credit.extend({
  overdraft: amount.optional().describe('Messages of overdraft, for visitors who solve a challenge.'),
})

/** The guard's settings that the operator may change. */
export const policySchema = {
  limits: z
    .strictObject({
      numberPerTenMinutes: count.describe('Messages to a number within ten minutes.'),
      numberPerDay: count.describe('Messages to a number within a day.'),
      wrongCodesPerDay: count.max(100).describe('Wrong codes for a number at a site within a day.'),
      addressPerHour: count.describe('Starts from an IP address within an hour.'),
      addressPerDay: count.describe('Starts from an IP address within a day.'),
      addressNumbersPerHour: count.describe(
        'Different numbers from an IP address within an hour, without a challenge.',
      ),
      neighbourhoodPerDay: count.describe(
        'Starts from a neighbourhood (IPv4 /24 or IPv6 /48) within a day, without a challenge.',
      ),
      redeemsPerSecond: count.describe('Tokens that a site redeems within a second.'),
    })
    .partial()
    .optional()
    .describe('Rate limits.'),
  credits: z
    .strictObject({
      range: credit.describe('Credit of a range: ten thousand numbers.'),
      operator: overdrawn.describe('Credit of a million numbers.'),
      country: overdrawn.describe('Credit of a country, at one site.'),
      address: credit.describe('Credit of an IPv4 address or an IPv6 /64.'),
      neighbourhood: credit.describe('Credit of a neighbourhood (IPv4 /24 or IPv6 /48).'),
    })
    .partial()
    .optional()
    .describe('Credit for messages to strangers.'),
  unsafe: z
    .boolean()
    .default(false)
    .describe('Whether limits and credits may be raised beyond what is known to be safe.'),
}

type Values = z.infer<z.ZodObject<typeof policySchema>>

/** The settings beyond what is safe: their names, and how far they may be raised. */
export function beyondSafe({ limits = {}, credits = {} }: Values): [name: string, most: number][] {
  const beyond: [string, number][] = []
  for (const [name, most] of Object.entries(LIMIT_MAXIMA)) {
    if ((limits[name as keyof typeof limits] ?? 0) > most) beyond.push([`limits.${name}`, most])
  }
  for (const [account, maxima] of Object.entries(CREDIT_MAXIMA)) {
    const given: Record<string, number | undefined> = credits[account as keyof typeof credits] ?? {}
    for (const [name, most] of Object.entries(maxima)) {
      if ((given[name] ?? 0) > most) beyond.push([`credits.${account}.${name}`, most])
    }
  }
  return beyond
}

/** The spans with these limits; where one is `undefined`, the span's own stays. */
function limited(spans: Spans, ...limits: (number | undefined)[]): Spans {
  return spans.map((span, n) => ({ ...span, limit: limits[n] ?? span.limit }))
}

/** The policy of a configuration. */
export function policyOf({ limits = {}, credits = {} }: Values): Policy {
  const usual = POLICY.limits
  const { numberPerTenMinutes: texts, numberPerDay } = limits
  return {
    limits: {
      ...usual,
      numberSends: limited(usual.numberSends, undefined, undefined, texts, numberPerDay),
      callsAfterTexts: limited(usual.callsAfterTexts, undefined, undefined, texts && texts + 1, numberPerDay),
      wrongCodes: limited(usual.wrongCodes, limits.wrongCodesPerDay),
      addressStarts: limited(usual.addressStarts, limits.addressPerHour, limits.addressPerDay),
      addressNumbers: limited(usual.addressNumbers, limits.addressNumbersPerHour),
      siteRedeems: limited(usual.siteRedeems, limits.redeemsPerSecond),
    },
    neighbourhoodStarts: limits.neighbourhoodPerDay ?? POLICY.neighbourhoodStarts,
    credits: {
      range: credited(POLICY.credits.range, credits.range),
      operator: credited(POLICY.credits.operator, credits.operator),
      country: credited(POLICY.credits.country, credits.country),
      address: credited(POLICY.credits.address, credits.address),
      neighbourhood: credited(POLICY.credits.neighbourhood, credits.neighbourhood),
    },
  }
}

function credited(usual: Terms, given: z.infer<typeof overdrawn> = {}): Terms {
  const { initial = usual.initial, perDay, overdraft = usual.overdraft } = given
  return { ...usual, initial, overdraft, refill: perDay === undefined ? usual.refill : perDay / 24 }
}

/** A limit in force, and the most that is known to be safe. */
export interface EffectiveLimit {
  /** As the configuration calls it. */
  name: string
  value: number
  most: number
}

/** Every limit and credit of a policy, whether it was configured or not. */
export function effectiveLimits({ limits, neighbourhoodStarts, credits }: Policy): EffectiveLimit[] {
  const [, , texts, numberPerDay] = limits.numberSends
  const [addressPerHour, addressPerDay] = limits.addressStarts
  const values: Record<keyof typeof LIMIT_MAXIMA, number | undefined> = {
    numberPerTenMinutes: texts?.limit,
    numberPerDay: numberPerDay?.limit,
    wrongCodesPerDay: limits.wrongCodes[0]?.limit,
    addressPerHour: addressPerHour?.limit,
    addressPerDay: addressPerDay?.limit,
    addressNumbersPerHour: limits.addressNumbers[0]?.limit,
    neighbourhoodPerDay: neighbourhoodStarts,
    redeemsPerSecond: limits.siteRedeems[0]?.limit,
  }
  const ofLimits = Object.entries(LIMIT_MAXIMA).map(([name, most]): EffectiveLimit => ({
    name: `limits.${name}`,
    value: values[name as keyof typeof values]!,
    most,
  }))
  const ofCredits = Object.entries(CREDIT_MAXIMA).flatMap(([account, maxima]) => {
    const { initial, refill, overdraft } = credits[account as keyof typeof credits]
    const held: Record<string, number | undefined> = { initial, perDay: refill * 24, overdraft }
    return Object.entries(maxima).map(([name, most]: [string, number]): EffectiveLimit => ({
      name: `credits.${account}.${name}`,
      value: held[name]!,
      most,
    }))
  })
  return [...ofLimits, ...ofCredits]
}
