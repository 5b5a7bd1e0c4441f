import { z } from 'zod'
import { CHANNELS, PATTERNS } from '../../contract/index.js'
import { servedCountries } from '../verification/phone-number.js'

/** What sites may send to; premium, shared-cost and toll-free numbers never receive a code. */
export const NUMBER_TYPES = [
  'MOBILE',
  'FIXED_LINE_OR_MOBILE',
  'FIXED_LINE',
  'VOIP',
  'PERSONAL_NUMBER',
] as const

const text = z.string().min(1)
const siteSecret = z
  .string()
  .regex(
    /^otps_[A-Za-z0-9_-]{43,}$/,
    'is otps_ and at least 43 random letters and digits; make one with: echo otps_$(openssl rand -hex 32)',
  )
/** ISO 3166-1 codes of the countries there are numbers of. */
export const known = new Set<string>(servedCountries())
const country = z
  .string()
  .transform((code) => code.toUpperCase())
  .refine((code) => known.has(code), {
    // What is longer may be a secret that went astray.
    error: ({ input }) =>
      `names ${/^[A-Z]{1,3}$/.test(String(input)) ? `${String(input)}, which` : 'something that'} is no ISO 3166-1 country code such as HR`,
  })

/** How a site says which challenge it has. */
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
    'is altcha, none, or an object of provider (turnstile or hcaptcha), sitekey and secret',
  )
  .default('altcha')

/** One site. */
export const siteSchema = z.strictObject({
  /** Names the site in pages; public. */
  sitekey: z.string().regex(PATTERNS.sitekey, 'takes letters, digits, - and _'),
  /** The `aud` of the site's tokens; neither the audience nor the sitekey of another. @default the sitekey */
  audience: text.max(128, 'has at most 128 characters').optional(),
  /**
   * Shared with the host's backend; two while one is being replaced. 256 random bits behind a prefix by which scanners
   * find one that leaked.
   */
  secrets: z.array(siteSecret).max(2).default([]),
  /** Pages that may ask for codes: `https://shop.example`, `https://*.shop.example`. */
  origins: z.array(text).min(1, 'needs at least one origin such as https://shop.example'),
  /** Whether backends may verify its tokens by themselves. `false`: each must be redeemed at the server, once. */
  offline: z.boolean().default(true),
  /** Refuse starts without a ticket signed by the host's backend. */
  requireTicket: z.boolean().default(false),
  /** Whether handles work only for the page that made the start, which proves it by a key of its own (DPoP). */
  senderConstraint: z.boolean().default(false),
  /** Purposes a page may ask for. @default any */
  actions: z.array(z.string().regex(PATTERNS.action)).optional(),
  /** Countries whose numbers are served. */
  countries: z.array(country).min(1, 'needs the countries you serve, such as HR,DE'),
  /** Types of numbers that receive codes. */
  numberTypes: z.array(z.enum(NUMBER_TYPES)).min(1).default(['MOBILE', 'FIXED_LINE_OR_MOBILE']),
  channels: z
    .array(z.enum(CHANNELS, `is a list of ${CHANNELS.join(' and ')}`))
    .min(1)
    .default(['sms']),
  /** Countries that may be called; required where `channels` has voice. */
  voiceCountries: z.array(country).min(1, 'needs the countries that may be called, such as HR,DE').optional(),
  /** Text messages of a verification that come before a call. @default 3 where there are text messages */
  voiceAfter: z.number().int().min(0).max(3).optional(),
  initialCountry: country.optional(),
  codeLength: z.number().int().min(6).max(8).default(6),
  /** Seconds, at most ten minutes (NIST SP 800-63B). */
  codeLifetime: z.number().int().min(1).max(600).default(300),
  attempts: z.number().int().min(1).max(5).default(5),
  /** Seconds before the first, second, … resend. @default 30, 60, and 120 before a call that comes after texts */
  resendCooldowns: z.array(z.number().int().min(1)).max(5).optional(),
  /** Seconds between two checks; Infobip's verifyPinLimit must allow as much. */
  checkInterval: z.number().int().min(1).max(60).default(1),
  /** Messages a UTC day may cost at most. */
  dailyBudget: z.coerce.number('is a number of messages').int().min(1).optional(),
  /** Money a UTC day may cost at most, in the currency of `prices`. */
  dailySpend: z.number().positive().optional(),
  /** What visitors may be asked to solve where credit has run dry. */
  challenge,
  /** Whether the guard's limits and credits refuse, or only say what they would have refused. */
  guard: z.enum(['enforce', 'shadow'], 'is enforce or shadow').default('enforce'),
})

export type SiteValues = z.infer<typeof siteSchema>
