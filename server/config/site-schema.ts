import { z } from 'zod'
import { CHANNELS, PATTERNS } from '../../contract/index.js'
import { DEFAULT_NUMBER_TYPES, servedCountries } from '../phone-number/phone-number.js'

/** What sites may send to; premium, shared-cost and toll-free numbers never receive a code. */
export const NUMBER_TYPES = [
  'MOBILE',
  'FIXED_LINE_OR_MOBILE',
  'FIXED_LINE',
  'VOIP',
  'PERSONAL_NUMBER',
] as const

/** Messages a day when nobody said how many. */
export const DEFAULT_DAILY_BUDGET = 1000

const text = z.string().min(1)
const siteSecret = z
  .string()
  .regex(
    /^otps_[A-Za-z0-9_-]{43,}$/,
    'must be otps_ and at least 43 random letters and digits; make one with: echo otps_$(openssl rand -hex 32)',
  )
/** ISO 3166-1 codes of the countries that have numbers. */
export const known = new Set<string>(servedCountries())
const country = z
  .string()
  .transform((code) => code.toUpperCase())
  .refine((code) => known.has(code), {
    // A longer one may be a secret in the wrong place.
    error: ({ input }) =>
      input === 'UK'
        ? 'UK is not a country code; write GB for the United Kingdom'
        : `${/^[A-Z]{1,3}$/.test(String(input)) ? String(input) : 'an entry'} is not an ISO 3166-1 country code; write HR, for example.`,
  })

/** How a site chooses its challenge. */
const challenge = z
  .union(
    [
      z.enum(['altcha', 'none']),
      z.strictObject({
        provider: z.enum(['turnstile', 'hcaptcha']),
        /** The site's public name there. */
        sitekey: text.max(128),
        secret: text.max(256),
      }),
    ],
    'must be altcha, none, or an object of provider (turnstile or hcaptcha), sitekey and secret',
  )
  .default('altcha')

/** One site. */
export const siteSchema = z.strictObject({
  sitekey: z
    .string()
    .regex(PATTERNS.sitekey, 'must be of letters, digits, - and _')
    .describe('Names the site in pages: letters, digits, `-` and `_`. Public.'),
  audience: text
    .max(128, 'has at most 128 characters')
    .optional()
    .describe(
      "The `aud` of the site's tokens, neither the audience nor the sitekey of another site; default: the sitekey.",
    ),
  secrets: z
    .array(siteSecret)
    .max(2)
    .default([])
    .describe(
      "Shared with the site's backend: `otps_` and at least 43 random letters and digits, so that scanners find one that leaked. Two while one is being replaced.",
    ),
  origins: z
    .array(text)
    .min(1, 'needs at least one origin such as https://shop.example')
    .describe('Pages that may ask for codes: `https://shop.example`, `https://*.shop.example`.'),
  offline: z
    .boolean()
    .default(true)
    .describe(
      'Whether backends may verify tokens by themselves. `false`: each token must be redeemed at the server, once.',
    ),
  requireTicket: z
    .boolean()
    .default(false)
    .describe("Whether starts without a ticket signed by the site's backend are refused."),
  rememberNumbers: z
    .boolean()
    .default(true)
    .describe(
      'Whether the server remembers for 90 days, under a keyed digest, that a number was proven at the site, so that it needs no credit. `false`: everyone is a stranger each time; what was remembered before expires within 90 days.',
    ),
  senderConstraint: z
    .boolean()
    .default(false)
    .describe(
      'Whether handles work only for the page that made the start, which proves itself with its own key (DPoP).',
    ),
  actions: z
    .array(z.string().regex(PATTERNS.action))
    .optional()
    .describe('Purposes that a page may ask for; default: any.'),
  countries: z
    .array(country)
    .min(1, 'needs the countries you serve, such as HR,DE')
    .describe('Countries whose numbers are served, as ISO 3166-1 codes: `HR`.'),
  numberTypes: z
    .array(z.enum(NUMBER_TYPES))
    .min(1)
    .default([...DEFAULT_NUMBER_TYPES])
    .describe('Types of numbers that receive codes.'),
  channels: z
    .array(z.enum(CHANNELS, `must be a list of ${CHANNELS.join(' and ')}`))
    .min(1)
    .default(['sms'])
    .describe('How codes may be sent.'),
  voiceCountries: z
    .array(country)
    .min(1, 'needs the countries that may be called, such as HR,DE')
    .optional()
    .describe('Countries that may be called. Required if `channels` has `voice`.'),
  voiceAfter: z
    .number()
    .int()
    .min(0)
    .max(3)
    .optional()
    .describe(
      'Text messages of a verification that come before a phone call; default: 3, or 0 if there are only calls.',
    ),
  initialCountry: country
    .optional()
    .describe('Country that the element shows first, one of `countries`; default: none.'),
  codeLength: z.number().int().min(6).max(8).default(6).describe('Digits of a code.'),
  codeLifetime: z
    .number()
    .int()
    .min(1)
    // NIST SP 800-63B.
    .max(600)
    .default(300)
    .describe('Seconds for which a code may be entered.'),
  attempts: z.number().int().min(1).max(5).default(5).describe('Times that a code may be entered.'),
  resendCooldowns: z
    .array(z.number().int().min(1))
    .max(5)
    .optional()
    .describe(
      'Seconds before the first, second, … resend; default: `[30, 60]`, and 120 before a phone call that comes after texts.',
    ),
  checkInterval: z
    .number()
    .int()
    .min(1)
    .max(60)
    .default(1)
    .describe("Seconds between two checks; Infobip's `verifyPinLimit` must allow as much."),
  dailyBudget: z.coerce
    .number('must be a number of messages')
    .int()
    .min(1)
    .max(1e9, 'is at most a billion messages')
    .optional()
    .describe(`Most messages in a UTC day; default: ${DEFAULT_DAILY_BUDGET}, with a warning.`),
  dailySpend: z
    .number()
    .positive()
    .optional()
    .describe('Most money that a UTC day may cost, in the currency of `prices`; default: no limit.'),
  onCeiling: z
    .enum(['challenge', 'deny'], 'must be challenge or deny')
    .default('deny')
    .describe(
      'Before `dailyBudget` and `dailySpend` end: with `challenge`, strangers must solve one once half of either is used ([when](guard.md#asking-before-the-ceiling)); with `deny`, nothing is asked. At the end nothing is sent either way.',
    ),
  challenge: challenge.describe(
    'What visitors may be asked to solve before a message is sent ([when](challenges.md)): `altcha`, `none`, or an object of `provider` (`turnstile` or `hcaptcha`), `sitekey` and `secret`.',
  ),
  guard: z
    .enum(['enforce', 'shadow'], 'must be enforce or shadow')
    .default('enforce')
    .describe(
      "Whether the guard's limits and credits refuse, or only log what they would have refused. Too many wrong codes are refused in shadow mode too.",
    ),
})

/** A site of the configuration file that the schema has taken, with its defaults. */
export type SiteValues = z.infer<typeof siteSchema>
