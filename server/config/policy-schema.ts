import { z } from 'zod'
import { DAY, HOUR, LIMITS, MINUTE, POLICY, SECOND, type Policy } from '../guard/policy.js'

/**
 * What may be said of limits, and how far each may be raised by whoever does not also say `unsafe`: what others allow
 * (Twilio Verify five sends in ten minutes, Firebase 150 requests of an address in an hour), or ten times the usual.
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

/** The same for credit: what an account opens with, what a day brings, and how far it goes below nothing. */
export const CREDIT_MAXIMA = {
  range: { initial: 10, perDay: 10 },
  operator: { initial: 150, perDay: 120, overdraft: 1200 },
  country: { initial: 600, perDay: 960, overdraft: 6000 },
  address: { initial: 60, perDay: 240 },
  neighbourhood: { initial: 300, perDay: 1200 },
} as const

/** Most that anything may be, `unsafe` or not. */
const MOST = 1_000_000

const count = z.number().int().min(1).max(MOST)
const amount = z.number().min(0).max(MOST)
const credit = z.strictObject({ initial: amount, perDay: amount.positive() }).partial()
const overdrawn = credit.extend({ overdraft: amount.optional() })

/** What the operator may set of the guard. */
export const policySchema = {
  limits: z
    .strictObject({
      ...{ numberPerTenMinutes: count, numberPerDay: count, wrongCodesPerDay: count.max(100) },
      ...{ addressPerHour: count, addressPerDay: count, addressNumbersPerHour: count },
      ...{ neighbourhoodPerDay: count, redeemsPerSecond: count },
    })
    .partial()
    .optional(),
  credits: z
    .strictObject({
      ...{ range: credit, operator: overdrawn, country: overdrawn, address: credit, neighbourhood: credit },
    })
    .partial()
    .optional(),
  /** Whether limits and credits may be raised beyond what is known to be safe. */
  unsafe: z.boolean().default(false),
}

type Values = z.infer<z.ZodObject<typeof policySchema>>

/** Which settings are beyond what is safe: their names, and how far they may be raised. */
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

/** The policy of a configuration. */
export function policyOf({ limits = {}, credits = {} }: Values): Policy {
  const spans = { ...LIMITS, ...POLICY.limits }
  const ten = { limit: limits.numberPerTenMinutes ?? 3, window: 10 * MINUTE }
  const day = { limit: limits.numberPerDay ?? 5, window: DAY }
  const pauses = [
    { limit: 1, window: 30 * SECOND },
    { limit: 2, window: 90 * SECOND },
  ]
  const single = (limit: number | undefined, usual: Policy['limits'][keyof Policy['limits']]) =>
    limit === undefined ? usual : usual.map((span) => ({ ...span, limit }))
  return {
    limits: {
      ...spans,
      numberSends: [...pauses, ten, day],
      callsAfterTexts: [...pauses, { ...ten, limit: ten.limit + 1 }, day],
      wrongCodes: single(limits.wrongCodesPerDay, spans.wrongCodes),
      addressStarts: [
        { limit: limits.addressPerHour ?? 30, window: HOUR },
        { limit: limits.addressPerDay ?? 60, window: DAY },
      ],
      addressNumbers: single(limits.addressNumbersPerHour, spans.addressNumbers),
      siteRedeems: single(limits.redeemsPerSecond, spans.siteRedeems),
    },
    neighbourhoodStarts: limits.neighbourhoodPerDay ?? POLICY.neighbourhoodStarts,
    credits: Object.fromEntries(
      Object.entries(POLICY.credits).map(([account, usual]) => {
        const { initial, perDay, overdraft }: Partial<Record<string, number | undefined>> =
          credits[account as keyof typeof credits] ?? {}
        return [
          account,
          {
            ...usual,
            initial: initial ?? usual.initial,
            refill: perDay === undefined ? usual.refill : perDay / 24,
            overdraft: overdraft ?? usual.overdraft,
          },
        ]
      }),
    ) as Policy['credits'],
  }
}
