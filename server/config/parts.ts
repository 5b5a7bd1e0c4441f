import type { Config } from './config.js'
import { ConfigError } from './config-error.js'
import { issuesOf } from './issues.js'
import { keySource } from './key-source.js'
import { SANDBOX_SITE } from './sandbox-site.js'
import { keySettingsSchema, priceSettingsSchema, storeSettingsSchema } from './schema.js'
import { pricesOf, type Prices } from './sites.js'
import { gather, type RawConfig } from './sources.js'
import type { Environment } from './variables.js'

/** The settings that concern the signing keys. */
export type KeySettings = Pick<Config, 'signingKeys' | 'store'>

/**
 * Reads the settings of the signing keys, for commands that work before everything else is configured.
 *
 * @throws ConfigError
 */
export async function readKeySettings(env: Environment, file?: string): Promise<KeySettings> {
  const raw = await gather(env, file)
  refuseMistakes(raw, ['signingKeys', 'store'])
  const { signingKeys, store } = raw.values
  const parsed = keySettingsSchema.safeParse({ signingKeys, store })
  if (!parsed.success) throw new ConfigError(issuesOf(parsed.error, raw))
  const { data } = parsed
  return {
    signingKeys: data.signingKeys === undefined ? undefined : keySource(data.signingKeys),
    store: data.store,
  }
}

/** The settings that concern the store, with its peppers. */
export type StoreSettings = Pick<Config, 'store' | 'peppers'> & { sitekeys: readonly string[] }

/**
 * Reads the settings of the store, for commands that need nothing else.
 *
 * @throws ConfigError
 */
export async function readStoreSettings(env: Environment, file?: string): Promise<StoreSettings> {
  const raw = await gather(env, file)
  refuseMistakes(raw, ['store', 'pepper', 'sites.0.sitekey'])
  const { store, pepper, sites = env['NODE_ENV'] === 'production' ? [] : [{}] } = raw.values
  const parsed = storeSettingsSchema.safeParse({ store, pepper, sites })
  if (!parsed.success) throw new ConfigError(issuesOf(parsed.error, raw))
  const { data } = parsed
  // Without any site there is one for the server's own sandbox, as with `npm start`.
  const sitekeys = data.sites.map(({ sitekey }) => sitekey ?? SANDBOX_SITE.sitekey)
  return { store: data.store, peppers: data.pepper, sitekeys }
}

/** Reads the prices of messages, for commands that need nothing else. @throws ConfigError */
export async function readPrices(env: Environment, file?: string): Promise<Prices | undefined> {
  const raw = await gather(env, file)
  const { prices, voicePrices } = raw.values
  const parsed = priceSettingsSchema.safeParse({ prices, voicePrices })
  if (!parsed.success) throw new ConfigError(issuesOf(parsed.error, raw))
  return pricesOf(parsed.data)
}

/** @throws ConfigError when a mistake in one of these settings is already known */
export function refuseMistakes({ mistakes }: RawConfig, paths: readonly string[]): void {
  const found = mistakes.filter(({ path }) => paths.includes(path))
  if (found.length > 0) throw new ConfigError(found.map(({ text }) => text))
}
