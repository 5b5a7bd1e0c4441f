import type { Channel } from '../../contract/index.js'
import { parseOriginPattern, type OriginPattern } from '../site/origin.js'
import type { Policy } from '../site/policy.js'
import type { Site, SiteChallenge } from '../site/site.js'
import { callSettings } from './calls.js'
import { conceal } from './conceal.js'
import type { ConfigValues } from './schema.js'
import { DEFAULT_DAILY_BUDGET, type SiteValues } from './site-schema.js'
import type { RawConfig } from './sources.js'

/** What messages cost, in one currency. */
export interface Prices {
  /** ISO 4217. */
  currency: string
  /** What one costs; `undefined` for a call where only the prices of texts are known. */
  of(country: string, channel: Channel): number | undefined
  /** Text messages by the countries that have a price of their own, and in all others. */
  texts: { named: ReadonlyMap<string, number>; usual: number }
}

/** Prices as they were configured, if they were. */
export function pricesOf({
  prices,
  voicePrices,
}: Pick<ConfigValues, 'prices' | 'voicePrices'>): Prices | undefined {
  if (!prices) return undefined
  const { currency, default: usual, ...countries } = prices
  const named = new Map<string, number>(Object.entries(countries))
  const calls = new Map(Object.entries(voicePrices ?? {}))
  return {
    currency,
    of: (country, channel) =>
      channel === 'voice' ? (calls.get(country) ?? calls.get('default')) : (named.get(country) ?? usual),
    texts: { named, usual },
  }
}

/** What sites take from the rest of the configuration. */
export interface SiteTerms {
  prices: Prices | undefined
  policy: Policy
  longCodeLength?: number | undefined
}

/** A site as the server works with it. @param mistakes takes what the schema could not see */
export function toSite(
  values: SiteValues,
  path: string,
  production: boolean,
  raw: RawConfig,
  { prices, policy, longCodeLength }: SiteTerms,
  mistakes: string[],
): Site {
  const origins = originsOf(values.origins, production, (text) =>
    mistakes.push(`${raw.nameOf(`${path}.origins`)}${text}`),
  )
  if (values.requireTicket && values.secrets.length === 0) {
    mistakes.push(
      `${raw.nameOf(`${path}.secrets`)}: a site that requires tickets needs the secret that signs them.`,
    )
  }
  if (!values.offline && values.secrets.length === 0) {
    mistakes.push(
      `${raw.nameOf(`${path}.secrets`)}: a site whose tokens must be redeemed needs the secret that redeems them.`,
    )
  }
  if (values.initialCountry && !values.countries.includes(values.initialCountry)) {
    mistakes.push(`${raw.nameOf(`${path}.initialCountry`)}: is not among the countries of the site.`)
  }
  if (values.dailySpend !== undefined) {
    const unpriced = !prices ? NO_PRICES : hasUnpricedCalls(values, prices) ? NO_VOICE_PRICES : undefined
    if (unpriced) mistakes.push(`${raw.nameOf(`${path}.dailySpend`)}: ${unpriced}`)
  }
  if (values.onCeiling === 'challenge' && values.challenge === 'none') {
    mistakes.push(
      `${raw.nameOf(`${path}.onCeiling`)}: nobody can be asked for a challenge if the site has none.`,
    )
  }
  const { sitekey, audience, secrets, offline, requireTicket, senderConstraint, rememberNumbers } = values
  const { actions, channels, initialCountry } = values
  const { codeLength, codeLifetime, attempts, checkInterval, dailyBudget, onCeiling } = values
  const calls = callSettings(values, policy, (setting, text) =>
    mistakes.push(`${raw.nameOf(`${path}.${setting}`)}: ${text}`),
  )
  const site: Site = {
    ...{ sitekey, secrets, origins, offline, requireTicket, senderConstraint, rememberNumbers },
    ...{ channels, initialCountry },
    ...{ codeLength, longCodeLength, codeLifetime, attempts, checkInterval },
    ...calls,
    audience: audience ?? sitekey,
    actions: actions && new Set(actions),
    phoneRules: { countries: new Set(values.countries), types: new Set(values.numberTypes) },
    dailyBudget: dailyBudget ?? DEFAULT_DAILY_BUDGET,
    dailySpend: prices && { limit: values.dailySpend, price: prices.of },
    onCeiling,
    challenge: challengeOf(values.challenge),
    policy,
    shadow: values.guard === 'shadow',
  }
  return conceal(site, 'secrets')
}

/**
 * The pages of a site that can be read. @param complain gets the others, as the end of a sentence: which one by its place, since
 * it may be a secret in the wrong place, and what is wrong.
 */
export function originsOf(
  texts: readonly string[],
  production: boolean,
  complain: (text: string) => void,
): OriginPattern[] {
  return texts.flatMap((text, index) => {
    const pattern = parseOriginPattern(text, { insecureLoopback: !production })
    if (!('mistake' in pattern)) return [pattern]
    complain(`${texts.length > 1 ? `, entry ${index + 1} of ${texts.length}` : ''}: ${pattern.mistake}`)
    return []
  })
}

const NO_PRICES = 'a limit in money needs the prices of messages; set prices.'
const NO_VOICE_PRICES =
  'calls have their own prices; set voicePrices, such as {"default": 0.2}, or remove voice from channels.'

function hasUnpricedCalls({ channels, voiceCountries = [] }: SiteValues, prices: Prices): boolean {
  return (
    channels.includes('voice') && voiceCountries.some((country) => prices.of(country, 'voice') === undefined)
  )
}

function challengeOf(configured: SiteValues['challenge']): SiteChallenge {
  if (typeof configured === 'string') return { kind: configured }
  const { provider, sitekey, secret } = configured
  return conceal({ kind: provider, sitekey, secret }, 'secret')
}

/** What sites must not share: a token for one must never be good for another (RFC 8725, 3.9). */
export function clashes(sites: readonly Site[]): string[] {
  const secrets = sites.flatMap((site) => site.secrets)
  const twice = (names: string[]) => names.filter((name, index) => names.indexOf(name) !== index)
  return [
    ...twice(sites.map(({ sitekey }) => sitekey)).map((name) => `sites: two sites have the sitekey ${name}.`),
    ...twice(sites.map(({ audience }) => audience)).map(
      (name) => `sites: two sites have the audience ${name}.`,
    ),
    ...sites.flatMap((site) => borrowedName(site, sites)),
    ...twice(secrets).map(() => 'sites: two sites have the same secret; each needs its own.'),
  ]
}

/** A backend that compares `aud` with its sitekey, as most do, would accept the tokens of another site that has this audience. */
function borrowedName({ sitekey, audience }: Site, sites: readonly Site[]): string[] {
  const isBorrowed = sites.some(
    (other) => other.sitekey === audience && other.sitekey !== sitekey && other.audience !== audience,
  )
  return isBorrowed
    ? [`sites: ${sitekey} has the audience ${audience}, which is the sitekey of another; choose its own.`]
    : []
}
