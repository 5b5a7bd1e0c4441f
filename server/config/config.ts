import type { TrustedProxies } from '../http/client-address.js'
import { parseUrl } from '../parse-url.js'
import { servedCountries } from '../phone-number/phone-number.js'
import { parseOriginPattern } from '../site/origin.js'
import type { Sites } from '../site/site.js'
import type { KeySource } from '../token/key-ring.js'
import { conceal } from './conceal.js'
import { ConfigError } from './config-error.js'
import { checkEnvironment } from './environment.js'
import { issuesOf } from './issues.js'
import { keySource } from './key-source.js'
import { longCodeLengthOf } from './long-codes.js'
import { mistakesBesides, portMistakes, transportMistakes, unsafeMistakes } from './mistakes.js'
import { policyOf } from './policy-schema.js'
import { SANDBOX_SITE } from './sandbox-site.js'
import { configSchema, type ConfigValues } from './schema.js'
import { guessable, reused, secretsOf } from './secrets.js'
import { clashes, pricesOf, toSite, type Prices } from './sites.js'
import { gather, type RawConfig } from './sources.js'
import type { Environment } from './variables.js'
import { warningsOf } from './warnings.js'

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

/**
 * Reads the configuration of docs/configuration.md.
 *
 * @param file the configuration file, if one was named.
 * @throws ConfigError naming every mistake at once; TypeError where there is no environment
 */
export async function readConfig(env: Environment, file?: string): Promise<Config> {
  checkEnvironment(env)
  const production = env['NODE_ENV'] === 'production'
  const raw = await gather(env, file)
  // If there is no site at all, naming what one site lacks is clearer.
  raw.values['sites'] ??= [{}]
  const sandbox = raw.values['infobip'] === undefined && !production
  if (sandbox) fillSandbox(raw.values)
  const secrets = secretsOf(raw.values)
  const mistakes = [
    ...raw.mistakes.map(({ text }) => text),
    ...(production ? productionMistakes(raw) : []),
    ...transportMistakes(env, raw, production),
    ...portMistakes(raw),
    ...reused(secrets, raw.nameOf),
    ...(production ? guessable(secrets, raw.nameOf) : []),
  ]
  const parsed = configSchema.safeParse(raw.values)
  if (!parsed.success) {
    throw new ConfigError([
      ...mistakes,
      ...issuesOf(parsed.error, raw),
      ...mistakesBesides(raw, production).filter((one) => !mistakes.includes(one)),
    ])
  }
  const { data } = parsed
  const prices = pricesOf(data)
  if (data.voicePrices && !prices)
    mistakes.push('voicePrices: are in the currency of prices; set prices too.')
  mistakes.push(...unsafeMistakes(data))
  const policy = policyOf(data)
  const longCodeLength = longCodeLengthOf(data, mistakes)
  const sites = data.sites.map((site, index) =>
    toSite(site, `sites.${index}`, production, raw, { prices, policy, longCodeLength }, mistakes),
  )
  mistakes.push(...clashes(sites))
  if (mistakes.length > 0) throw new ConfigError(mistakes)
  const { host, port, adminPort, sandboxPort, stopDelay, infobip, signingKeys, pepper, store, logLevel } =
    data
  const config: Config = {
    production,
    publicUrl: data.publicUrl ?? `http://localhost:${port}`,
    ...{ host, port, adminPort, sandboxPort, stopDelay, store, logLevel },
    infobip: infobip && conceal(infobip, 'apiKey', 'deliverySecret'),
    peppers: pepper,
    trustedProxies: data.trustProxy ?? 0,
    prices,
    alerts: data.alerts && conceal(data.alerts, 'secret'),
    signingKeys: signingKeys === undefined ? undefined : keySource(signingKeys),
    sites: new Map(sites.map((site) => [site.sitekey, site])),
    warnings: [
      ...raw.warnings,
      ...(data.infobip && !production ? [NOT_PRODUCTION] : []),
      ...warningsOf(data, sites, production),
    ],
  }
  return conceal(config, 'peppers')
}

const NOT_PRODUCTION =
  'NODE_ENV: is not production, so keys are generated silently and http pages on this machine are allowed.'

const MISSING_INFOBIP =
  'INFOBIP_BASE_URL, INFOBIP_API_KEY, INFOBIP_2FA_APP_ID, INFOBIP_2FA_MESSAGE_ID: production needs all four; without them there is only the sandbox.'

function fillSandbox(values: Record<string, unknown>): void {
  const { sites, publicUrl } = values
  if (!Array.isArray(sites)) return
  const origins = [...SANDBOX_SITE.origins, ...ownOrigin(publicUrl)]
  values['sites'] = sites.map((site: unknown) => {
    // The schema reports what is not a site.
    if (typeof site !== 'object' || site === null) return site
    const served = servedCountries()
    const { countries = served, dailySpend }: Record<string, unknown> = { ...site }
    // A ceiling in money needs the prices of calls, which nobody may have thought of yet.
    const silent = dailySpend !== undefined && values['voicePrices'] === undefined
    const channels = silent ? ['sms'] : SANDBOX_SITE.channels
    return {
      ...SANDBOX_SITE,
      origins,
      channels,
      countries,
      voiceCountries: ofThese(countries, served),
      ...site,
    }
  })
}

/** The countries that may be called, without those that do not exist: these are reported once already. */
function ofThese(countries: unknown, served: readonly string[]): readonly string[] {
  const named = Array.isArray(countries) ? countries.map((code) => String(code).toUpperCase()) : []
  const callable = named.filter((code) => served.includes(code))
  return callable.length > 0 ? callable : served
}

/** The origin of pages that have the server mounted beside them; none if it could not be an origin of pages. */
function ownOrigin(publicUrl: unknown): string[] {
  const url = typeof publicUrl === 'string' ? parseUrl(publicUrl) : undefined
  if (!url) return []
  return 'mistake' in parseOriginPattern(url.origin, { insecureLoopback: true }) ? [] : [url.origin]
}

/** What production lacks, found before the values are checked, so that all mistakes are reported at once. */
function productionMistakes({ values, mistakes: known, nameOf }: RawConfig): string[] {
  const { publicUrl, infobip } = values as Partial<Record<keyof ConfigValues, unknown>>
  const lacks = (path: 'signingKeys' | 'pepper') =>
    !values[path] && !known.some((mistake) => mistake.path === path)
  const mistakes: string[] = []
  if (!infobip) mistakes.push(MISSING_INFOBIP)
  if (!publicUrl)
    mistakes.push('OTP_PUBLIC_URL: production needs the URL at which browsers reach the server.')
  else if (typeof publicUrl !== 'string' || !publicUrl.startsWith('https://'))
    mistakes.push(`${nameOf('publicUrl')}: production needs an https URL.`)
  if (lacks('signingKeys'))
    mistakes.push(
      'OTP_SIGNING_KEYS: production needs signing keys; make a key file with: otp-verify keys generate --file FILE',
    )
  if (lacks('pepper')) mistakes.push('OTP_PEPPER: production needs one; make it with: openssl rand -hex 32')
  return mistakes
}
