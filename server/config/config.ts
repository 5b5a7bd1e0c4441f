import type { z } from 'zod'
import { LOOPBACK_HOSTS, parseApiKey, parseBaseUrl } from '../provider/infobip/base-url.js'
import type { TrustedProxies } from '../http/client-address.js'
import type { Site, Sites } from '../site.js'
import { parseStoreAddress } from '../store/address.js'
import type { KeySource } from '../token/key-ring.js'
import { servedCountries } from '../verification/phone-number.js'
import { ConfigError } from './config-error.js'
import { longCodeLengthOf } from './long-codes.js'
import {
  configSchema,
  keySettingsSchema,
  priceSettingsSchema,
  storeSettingsSchema,
  type ConfigValues,
} from './schema.js'
import { beyondSafe, policyOf } from './policy-schema.js'
import { clashes, DEFAULT_DAILY_BUDGET, pricesOf, toSite, type Prices } from './sites.js'
import { gather, type Environment, type RawConfig } from './sources.js'

/** A configuration that can be run. */
export interface Config {
  production: boolean
  publicUrl: string
  host: string
  port: number
  adminPort: number
  sandboxPort: number
  /** Seconds for which a server that was told to stop still takes calls. */
  stopDelay: number
  /** `undefined`: the server runs against its own sandbox. */
  infobip: NonNullable<ConfigValues['infobip']> | undefined
  /** `undefined`: kept in the data folder, and made there. */
  signingKeys: KeySource | undefined
  /** One, or two while one replaces the other. `undefined`: kept in the data folder, and made there. */
  peppers: readonly string[] | undefined
  /** Proxies that are believed. */
  trustedProxies: TrustedProxies
  /** Where alerts are posted. */
  alerts: ConfigValues['alerts']
  /** Address of the store. */
  store: string
  logLevel: ConfigValues['logLevel']
  sites: Sites
  /** What messages cost, where that was said. */
  prices: Prices | undefined
  /** What works but should not be left so. */
  warnings: readonly string[]
}

/** The site of a server that runs against its own sandbox, where nothing else is said. */
const SANDBOX_SITE = {
  sitekey: 'demo',
  origins: ['http://localhost:5173', 'http://127.0.0.1:5173'],
  channels: ['sms', 'voice'],
  voiceAfter: 0,
  // Nothing is paid for, and whoever tries it out sends to the same few numbers.
  guard: 'shadow',
}

/**
 * Reads the configuration of section "Configuration" of the README.
 *
 * @param file the configuration file, if one was named.
 * @throws ConfigError naming every mistake at once
 */
export async function readConfig(env: Environment, file?: string): Promise<Config> {
  const production = env['NODE_ENV'] === 'production'
  const raw = await gather(env, file)
  // Without any site, what one site lacks is the clearer thing to say.
  raw.values['sites'] ??= [{}]
  const sandbox = raw.values['infobip'] === undefined && !production
  if (sandbox) fillSandbox(raw.values)
  const mistakes = production ? productionMistakes(raw.values) : []
  const parsed = configSchema.safeParse(raw.values)
  if (!parsed.success) throw new ConfigError([...mistakes, ...parsed.error.issues.map(describe(raw))])
  const { data } = parsed
  if (env['NODE_TLS_REJECT_UNAUTHORIZED'] === '0') {
    mistakes.push('NODE_TLS_REJECT_UNAUTHORIZED: 0 would let anyone read codes and the API key; unset it.')
  }
  const infobip = data.infobip && checkInfobip(data.infobip, production, raw, mistakes)
  if (data.alerts && !isSafeAddress(data.alerts.url, production)) {
    mistakes.push(`${raw.nameOf('alerts.url')}: alerts are posted to an https address.`)
  }
  const prices = data.prices && pricesOf(data.prices)
  if (!data.unsafe) {
    for (const [name, most] of beyondSafe(data)) {
      mistakes.push(`${name}: ${most} is the most that is known to be safe; more takes "unsafe": true.`)
    }
  }
  const policy = policyOf(data)
  const longCodeLength = longCodeLengthOf(data, mistakes)
  const sites = data.sites.map((site, index) => ({
    ...toSite(site, `sites.${index}`, production, raw, { prices, policy }, mistakes),
    longCodeLength,
  }))
  mistakes.push(...clashes(sites, data.pepper))
  if (mistakes.length > 0) throw new ConfigError(mistakes)
  const { host, port, adminPort, sandboxPort, stopDelay, signingKeys, pepper, store, logLevel } = data
  return {
    production,
    publicUrl: data.publicUrl ?? `http://localhost:${port}`,
    ...{ host, port, adminPort, sandboxPort, stopDelay, infobip, store, logLevel },
    peppers: pepper,
    trustedProxies: data.trustProxy ?? 0,
    prices,
    alerts: data.alerts,
    signingKeys: signingKeys === undefined ? undefined : keySource(signingKeys),
    sites: new Map(sites.map((site) => [site.sitekey, site])),
    warnings: [
      ...raw.warnings,
      ...(data.infobip && !production ? [NOT_PRODUCTION] : []),
      ...warnings(data, sites),
    ],
  }
}

const NOT_PRODUCTION =
  'NODE_ENV: it is not production, so keys are made silently and http pages of this machine are let in.'

const MISSING_INFOBIP =
  'INFOBIP_BASE_URL, INFOBIP_API_KEY, INFOBIP_2FA_APP_ID, INFOBIP_2FA_MESSAGE_ID: production needs all four; without them there is only the sandbox.'

/** Whether a request to it is read by nobody on the way: https, or, outside production, this machine. */
function isSafeAddress(text: string, production: boolean): boolean {
  if (!URL.canParse(text)) return false
  const { protocol, hostname } = new URL(text)
  return protocol === 'https:' || (protocol === 'http:' && LOOPBACK_HOSTS.has(hostname) && !production)
}

function fillSandbox(values: Record<string, unknown>): void {
  const { sites } = values
  if (!Array.isArray(sites)) return
  values['sites'] = sites.map((site: unknown) => {
    const { countries = servedCountries() } = site as { countries?: unknown }
    return { ...SANDBOX_SITE, countries, voiceCountries: countries, ...(site as object) }
  })
}

/** What production lacks, seen before the values are checked, so that nothing is told piecemeal. */
function productionMistakes(values: RawConfig['values']): string[] {
  const { publicUrl, signingKeys, pepper, infobip } = values as Partial<Record<keyof ConfigValues, unknown>>
  const mistakes: string[] = []
  if (!infobip) mistakes.push(MISSING_INFOBIP)
  if (!publicUrl)
    mistakes.push('OTP_PUBLIC_URL: production needs the address under which browsers reach the server.')
  else if (typeof publicUrl !== 'string' || !publicUrl.startsWith('https://'))
    mistakes.push('OTP_PUBLIC_URL: production needs an https address.')
  if (!signingKeys)
    mistakes.push(
      'OTP_SIGNING_KEYS: production needs signing keys; make a file of them with: otp-verify keys generate --file FILE',
    )
  if (!pepper) mistakes.push('OTP_PEPPER: production needs one; make it with: openssl rand -hex 32')
  return mistakes
}

/** What concerns the signing keys alone. */
export type KeySettings = Pick<Config, 'signingKeys' | 'store'>

/**
 * Reads the settings of the signing keys, for commands that work before everything else is configured.
 *
 * @throws ConfigError
 */
export async function readKeySettings(env: Environment, file?: string): Promise<KeySettings> {
  const raw = await gather(env, file)
  const { signingKeys, store } = raw.values
  const parsed = keySettingsSchema.safeParse({ signingKeys, store })
  if (!parsed.success) throw new ConfigError(parsed.error.issues.map(describe(raw)))
  const { data } = parsed
  return {
    signingKeys: data.signingKeys === undefined ? undefined : keySource(data.signingKeys),
    store: data.store,
  }
}

/** What concerns what is stored, and under which peppers. */
export type StoreSettings = Pick<Config, 'store' | 'peppers'> & { sitekeys: readonly string[] }

/**
 * Reads the settings of the store, for commands that need nothing else.
 *
 * @throws ConfigError
 */
export async function readStoreSettings(env: Environment, file?: string): Promise<StoreSettings> {
  const raw = await gather(env, file)
  const { store, pepper, sites } = raw.values
  const parsed = storeSettingsSchema.safeParse({ store, pepper, sites })
  if (!parsed.success) throw new ConfigError(parsed.error.issues.map(describe(raw)))
  const { data } = parsed
  // The server's own sandbox is one site when none is named.
  const sitekeys = data.sites.map(({ sitekey }) => sitekey ?? SANDBOX_SITE.sitekey)
  return { store: data.store, peppers: data.pepper, sitekeys }
}

/** Reads the prices of messages, for commands that need nothing else. @throws ConfigError */
export async function readPrices(env: Environment, file?: string): Promise<Prices | undefined> {
  const raw = await gather(env, file)
  const parsed = priceSettingsSchema.safeParse({ prices: raw.values['prices'] })
  if (!parsed.success) throw new ConfigError(parsed.error.issues.map(describe(raw)))
  return parsed.data.prices && pricesOf(parsed.data.prices)
}

/** Where keys are, told by what was configured: the keys themselves are written in JSON or PEM, a path in neither. */
function keySource(configured: string): KeySource {
  if (!/^\s*\{|-----BEGIN/.test(configured)) return { file: configured }
  // Where variables have one line, PEM comes with its line ends written out.
  return { text: configured.replaceAll('\\n', '\n') }
}

function checkInfobip(
  infobip: NonNullable<ConfigValues['infobip']>,
  production: boolean,
  raw: RawConfig,
  mistakes: string[],
): NonNullable<ConfigValues['infobip']> {
  const baseUrl = parseBaseUrl(infobip.baseUrl, { allowLoopback: !production })
  const apiKey = parseApiKey(infobip.apiKey)
  if ('mistake' in baseUrl) mistakes.push(`${raw.nameOf('infobip.baseUrl')}: ${baseUrl.mistake}`)
  if (typeof apiKey === 'object') mistakes.push(`${raw.nameOf('infobip.apiKey')}: ${apiKey.mistake}`)
  return infobip
}

function warnings(data: ConfigValues, sites: readonly Site[]): string[] {
  const { pepper, infobip, store } = data
  const notes = data.sites
    .filter(({ dailyBudget }) => infobip && dailyBudget === undefined)
    .map(
      ({ sitekey }) =>
        `OTP_DAILY_BUDGET: ${sitekey} may send ${DEFAULT_DAILY_BUDGET} messages a day; set your own.`,
    )
  if (data.unsafe)
    notes.push('unsafe: limits and credits are taken as they are, however much they let through.')
  const calling = sites.filter(({ channels, voiceAfter }) => channels.includes('voice') && voiceAfter === 0)
  if (infobip) {
    notes.push(
      ...calling.map(
        ({ sitekey }) =>
          `voiceAfter: visitors of ${sitekey} may start with a call; whoever owns expensive numbers earns from calls to them (IRSF).`,
      ),
    )
  }
  if (infobip && store === 'memory:') {
    notes.push('OTP_STORE: memory: forgets everything at a restart and serves one process only.')
  }
  const address = parseStoreAddress(store)
  if ('weaknesses' in address) notes.push(...address.weaknesses.map((weakness) => `OTP_STORE: ${weakness}`))
  if (infobip && !pepper) notes.push('OTP_PEPPER: none is set; it is made and kept in the data folder.')
  return notes
}

function describe(raw: RawConfig) {
  return function describeIssue(issue: z.core.$ZodIssue): string {
    const path = issue.path.join('.')
    if (issue.code === 'unrecognized_keys') {
      return `${[path, ...issue.keys].filter(Boolean).join('.')}: there is no such setting.`
    }
    // A path into a list is the list's business: a variable names it as a whole.
    const list = issue.path
      .slice(0, issue.path.findLastIndex((part) => typeof part === 'string') + 1)
      .join('.')
    const missing = issue.code === 'invalid_type' && issue.input === undefined
    return `${raw.nameOf(list)}: ${missing ? 'is missing.' : lowerFirst(issue.message)}`
  }
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1)
}
