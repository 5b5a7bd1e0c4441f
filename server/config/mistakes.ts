import { z } from 'zod'
import { LOOPBACK_HOSTS } from '../loopback.js'
import { parseUrl } from '../parse-url.js'
import { parseApiKey, parseBaseUrl } from '../provider/infobip/base-url.js'
import type { Site } from '../site/site.js'
import { beyondSafe, policyOf, policySchema } from './policy-schema.js'
import { portSettingsSchema, priceSettingsSchema } from './schema.js'
import { siteSchema } from './site-schema.js'
import { clashes, originsOf, pricesOf, toSite } from './sites.js'
import type { RawConfig } from './sources.js'
import type { Environment } from './variables.js'

/** What would let somebody read along, found before the values are checked. */
export function transportMistakes(env: Environment, raw: RawConfig, production: boolean): string[] {
  const { infobip, alerts } = raw.values as Record<string, Record<string, unknown> | undefined>
  const mistakes: string[] = []
  if (env['NODE_TLS_REJECT_UNAUTHORIZED'] === '0') {
    mistakes.push('NODE_TLS_REJECT_UNAUTHORIZED: 0 would let anyone read codes and the API key; unset it.')
  }
  const { baseUrl, apiKey } = infobip ?? {}
  if (typeof baseUrl === 'string' && baseUrl !== '') {
    const parsed = parseBaseUrl(baseUrl, { allowLoopback: !production })
    if ('mistake' in parsed) mistakes.push(`${raw.nameOf('infobip.baseUrl')}: ${parsed.mistake}`)
  }
  if (typeof apiKey === 'string' && apiKey !== '') {
    const parsed = parseApiKey(apiKey)
    if (typeof parsed === 'object') mistakes.push(`${raw.nameOf('infobip.apiKey')}: ${parsed.mistake}`)
  }
  const url = alerts?.['url']
  if (typeof url === 'string' && url !== '' && !isSafeAddress(url, production)) {
    mistakes.push(`${raw.nameOf('alerts.url')}: must be an https URL.`)
  }
  return mistakes
}

/** Whether nobody on the way can read a request to it: https, or, outside production, this machine. */
function isSafeAddress(text: string, production: boolean): boolean {
  const { protocol, hostname = '' } = parseUrl(text) ?? {}
  return protocol === 'https:' || (protocol === 'http:' && LOOPBACK_HOSTS.has(hostname) && !production)
}

/** Ports that are the same: the system would say that the port is taken, but not that we took it ourselves. */
export function portMistakes({ values: { port, adminPort }, nameOf }: RawConfig): string[] {
  const { data } = portSettingsSchema.safeParse({ port, adminPort })
  if (!data || data.port !== data.adminPort || data.port === 0) return []
  const names = [nameOf('port'), nameOf('adminPort')]
  return [`${names.join(', ')}: both are ${data.port}; give them different ones.`]
}

const policySettings = z.object(policySchema)

/** Limits and credits beyond what is known to be safe, unless `unsafe` allows that. */
export function unsafeMistakes(values: z.infer<typeof policySettings>): string[] {
  if (values.unsafe) return []
  return beyondSafe(values).map(
    ([name, most]) => `${name}: ${most} is the most that is known to be safe; more needs "unsafe": true.`,
  )
}

/** The limits and credits that can be read, without unknown names and impossible values. */
function readablePolicy({ values: { limits, credits, unsafe } }: RawConfig): z.infer<typeof policySettings> {
  const readable = structuredClone({ limits, credits, unsafe })
  for (const issue of policySettings.safeParse(readable).error?.issues ?? []) {
    const { path } = issue
    const wrong = issue.code === 'unrecognized_keys' ? issue.keys.map((key) => [...path, key]) : [path]
    for (const one of wrong) remove(readable, one)
  }
  return policySettings.parse(readable)
}

function remove(values: unknown, path: readonly PropertyKey[]): void {
  const holder = path
    .slice(0, -1)
    .reduce((value, part) => (value as Record<PropertyKey, unknown>)[part], values)
  delete (holder as Record<PropertyKey, unknown>)[path.at(-1)!]
}

/** What is wrong with the origins of a site that has other mistakes too. */
function originMistakes(values: unknown, path: string, production: boolean, raw: RawConfig): string[] {
  const found: string[] = []
  const origins = siteSchema.shape.origins.safeParse((values as { origins?: unknown } | null)?.origins)
  if (origins.success)
    originsOf(origins.data, production, (text) => found.push(`${raw.nameOf(`${path}.origins`)}${text}`))
  return found
}

/** What is wrong with the settings that can be read, while others cannot: all mistakes are reported at once. */
export function mistakesBesides(raw: RawConfig, production: boolean): string[] {
  const { unsafe = false, prices, voicePrices } = raw.values
  const policy = readablePolicy(raw)
  const priced = priceSettingsSchema.safeParse({ prices, voicePrices })
  // If that was not said clearly, production may be meant.
  const mistakes = typeof unsafe === 'boolean' ? unsafeMistakes(policy) : []
  const sites = Array.isArray(raw.values['sites']) ? (raw.values['sites'] as unknown[]) : []
  const readable = sites.flatMap((values, index): Site[] => {
    const site = siteSchema.safeParse(values)
    if (!site.success || !priced.success) {
      mistakes.push(...originMistakes(values, `sites.${index}`, production, raw))
      return []
    }
    const terms = { prices: pricesOf(priced.data), policy: policyOf(policy) }
    return [toSite(site.data, `sites.${index}`, production, raw, terms, mistakes)]
  })
  return [...mistakes, ...clashes(readable)]
}
