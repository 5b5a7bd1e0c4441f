import { z } from 'zod'
import { parseTrustedProxies } from '../http/client-address.js'
import { parseUrl } from '../parse-url.js'
import { parseStoreAddress } from '../store/address.js'
import { policySchema } from './policy-schema.js'
import { SECRET_LENGTH } from './secrets.js'
import { known, siteSchema } from './site-schema.js'

/** Placeholder names that Infobip accepts, except the code's own. */
export const HOST_PLACEHOLDER = /^(?!.*[Pp][Ii][Nn])[A-Za-z][A-Za-z0-9]{0,31}$/

/** Digits of long codes when nobody said how many. */
export const LONG_CODE = 8

const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const

const price = z.number().positive()
const areCountries = (codes: object) => Object.keys(codes).every((code) => known.has(code))
const NO_COUNTRY = 'has a country that is not an ISO 3166-1 code; write HR, for example.'
const port = z.coerce.number('must be a port from 0 to 65535').int().min(0).max(65535)
const text = z.string().min(1)
const LIST_OF_PROXIES = 'must be a list of strings, such as ["1"]'
const secret = z
  .string()
  .min(SECRET_LENGTH, `needs at least ${SECRET_LENGTH} characters; make one with: openssl rand -hex 32`)
/** The Infobip account. */
export const infobipSchema = z.strictObject({
  baseUrl: text.describe('Base URL of your account, as the Infobip portal shows it.'),
  apiKey: text.describe('API key with the scope `2fa:pin:send` and no other.'),
  applicationId: text.describe('Id of the 2FA application; `otp-verify setup` creates it.'),
  messageIds: z
    .object({ default: text })
    .catchall(text)
    .describe('Message template of each language (`de`), and `default` for all others.'),
  longMessageIds: z
    .object({ default: text })
    .catchall(text)
    .optional()
    .describe('The same for longer codes, which are sent while somebody is guessing.'),
  longCodeLength: z
    .number()
    .int()
    .min(7)
    .max(8)
    .optional()
    .describe(`Digits of these codes; default: ${LONG_CODE}. Only with \`longMessageIds\`.`),
  sender: text.optional().describe('Sender of the messages; default: that of the templates.'),
  hostPlaceholder: z
    .string()
    .regex(HOST_PLACEHOLDER, 'must be a name such as host: letters and digits, without "pin"')
    .optional()
    .describe("The templates' placeholder for the host of the page, without braces and without `pin` in it."),
  deliverySecret: secret
    .optional()
    .describe('Password that Infobip posts delivery reports with. Without it messages are not tracked.'),
  numberLookup: z
    .boolean()
    .default(false)
    .describe('Whether Infobip looks up numbers before it sends, which costs extra.'),
})

const alerts = z.strictObject({
  url: text.describe('The https URL that alerts are posted to.'),
  secret: z
    .string()
    .regex(
      /^whsec_(?=[A-Za-z0-9+/]{32,})[A-Za-z0-9+/]*={0,2}$/,
      'must be whsec_ and at least 24 random bytes in base64; make one with: echo whsec_$(openssl rand -base64 32)',
    )
    .describe('Signs the alerts: `whsec_` and at least 24 random bytes in base64.'),
})

/** Every setting there is. Names that are not in it are refused. */
export const configSchema = z.strictObject({
  $schema: z.string().optional().describe('Where editors find the schema of this file.'),
  // Longer names would make tokens that no verifier takes (2048 characters).
  publicUrl: z
    .string()
    .max(256, 'has at most 256 characters')
    .refine(isPlainAddress, 'must be a URL such as https://otp.example or https://shop.example/otp')
    .optional()
    .describe(
      'URL at which browsers reach the server, and the `iss` of its tokens; may have a path. Required in production, as https; elsewhere the default is `http://localhost:` and the port.',
    ),
  host: text.default('127.0.0.1').describe('IP address of this machine to listen on.'),
  port: port.default(8787).describe('Port of the public API.'),
  adminPort: port.default(8789).describe("Port of the operator's page, metrics and health."),
  sandboxPort: port.default(8788).describe('Port of the sandbox, if there is no `infobip`.'),
  stopDelay: z.coerce
    .number('must be a number of seconds')
    .int()
    .min(0)
    .max(60, 'must be at most 60 seconds')
    .default(0)
    .describe(
      'Seconds for which a server that was told to stop still accepts requests, and says that it is not ready.',
    ),
  infobip: infobipSchema
    .optional()
    .describe('The Infobip account. Required in production; elsewhere the default is the sandbox.'),
  store: text
    .superRefine((address, context) => {
      const parsed = parseStoreAddress(address)
      if ('mistake' in parsed) context.addIssue(parsed.mistake)
    })
    .default('sqlite:data/otp-verify.db')
    .describe('`sqlite:PATH`, `redis://`, `rediss://`, `redis+cluster://` or `memory:`.'),
  signingKeys: text
    .optional()
    .describe(
      'The private keys: a file, or the keys themselves, as a JWK, a JWK Set or PEM. Required in production; elsewhere `data/signing-keys.json` is generated.',
    ),
  pepper: z
    .preprocess(
      (given) => (typeof given === 'string' ? [given] : given),
      z
        .array(secret)
        .min(1, 'is empty')
        .max(2, 'must be at most two')
        .refine(([one, ...others]) => !others.includes(one!), 'is the same twice'),
    )
    .optional()
    .describe(
      'Secret key of the digests of numbers; two while one replaces the other, first the one to write with. Required in production; elsewhere `data/pepper` is generated.',
    ),
  trustProxy: z
    .array(z.string(LIST_OF_PROXIES).min(1), LIST_OF_PROXIES)
    .transform((texts, context) => {
      if (texts.some((network) => /\/0+$/.test(network))) {
        context.addIssue(
          'a network that ends in /0 is everyone, and a client could claim any IP address; give the networks of your proxies',
        )
        return z.NEVER
      }
      const parsed = parseTrustedProxies(texts)
      if (parsed !== undefined) return parsed
      context.addIssue('must be a number of proxies up to 9, or networks such as 10.0.0.0/8,fd00::/8')
      return z.NEVER
    })
    .optional()
    .describe(
      'How many proxies are in front of the server (`["1"]`, up to 9), or which networks they are in (`["10.0.0.0/8"]`); default: none.',
    ),
  prices: z
    .object({ currency: z.string().regex(/^[A-Z]{3}$/, 'must be a code such as EUR'), default: price })
    .catchall(price)
    .refine(({ currency: _, default: __, ...countries }) => areCountries(countries), NO_COUNTRY)
    .optional()
    .describe(
      "What a text message costs in each country (`HR`): the price of the country's dearest network, for all parts of the longest message, with its lookup; `default` for all others; `currency` as in `EUR`.",
    ),
  voicePrices: z
    .object({ default: price })
    .catchall(price)
    .refine(({ default: _, ...countries }) => areCountries(countries), NO_COUNTRY)
    .optional()
    .describe(
      "What a phone call costs in each country: the price of the country's dearest network, for a whole call in started minutes, in the currency of `prices`; `default` for all others.",
    ),
  alerts: alerts
    .optional()
    .describe('Where alerts are posted; default: nowhere. They are in the log either way.'),
  ...policySchema,
  logLevel: z
    .enum(LOG_LEVELS, `must be one of ${LOG_LEVELS.join(', ')}`)
    .default('info')
    .describe('Lowest level that is logged.'),
  sites: z
    .array(siteSchema)
    .min(1, 'needs at least one site')
    .describe('The sites that the server serves, each with its own members.'),
})

/** The ports at which the server itself listens. */
export const portSettingsSchema = configSchema.pick({ port: true, adminPort: true })

/** The settings that commands about what is stored look at. */
export const storeSettingsSchema = configSchema
  .pick({ store: true, pepper: true })
  .extend({ sites: z.array(z.looseObject({ sitekey: siteSchema.shape.sitekey.optional() })).default([]) })

/** The settings that commands about signing keys look at. */
export const keySettingsSchema = configSchema.pick({ signingKeys: true, store: true })

/** The settings that commands about costs look at. */
export const priceSettingsSchema = configSchema.pick({ prices: true, voicePrices: true })

/** Whether an address is exactly an origin and a path, spelled as every verifier of a token will spell it. */
function isPlainAddress(text: string): boolean {
  const url = parseUrl(text)
  if (url?.protocol !== 'https:' && url?.protocol !== 'http:') return false
  const { origin, pathname } = url
  const path = pathname.replace(/\/$/, '')
  return (text === origin + path || text === `${origin}${path}/`) && /^(\/[A-Za-z0-9._~-]+)*$/.test(path)
}

/** A configuration file that the schema has taken, with its defaults. */
export type ConfigValues = z.infer<typeof configSchema>
