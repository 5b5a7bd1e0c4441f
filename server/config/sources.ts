import { readFile } from 'node:fs/promises'
import { ConfigError } from './config-error.js'

/** Variables of the process. */
export type Environment = Readonly<Record<string, string | undefined>>

/** What was configured, still unchecked, with the name each value came under, for messages. */
export interface RawConfig {
  values: Record<string, unknown>
  /** Name of the value at a path such as `sites.0.origins`. */
  nameOf(path: string): string
  /** What can be said already: names that have no effect here. */
  warnings: string[]
}

/** Where each variable goes. `list` splits at commas; `secret` may also come as NAME_FILE, from a file. */
const VARIABLES: Record<string, { path: string; list?: true; secret?: true }> = {
  INFOBIP_BASE_URL: { path: 'infobip.baseUrl' },
  INFOBIP_API_KEY: { path: 'infobip.apiKey', secret: true },
  INFOBIP_2FA_APP_ID: { path: 'infobip.applicationId' },
  INFOBIP_2FA_MESSAGE_ID: { path: 'infobip.messageIds.default' },
  OTP_PUBLIC_URL: { path: 'publicUrl' },
  OTP_HOST: { path: 'host' },
  OTP_PORT: { path: 'port' },
  OTP_ADMIN_PORT: { path: 'adminPort' },
  OTP_SANDBOX_PORT: { path: 'sandboxPort' },
  OTP_STORE: { path: 'store' },
  OTP_SIGNING_KEYS: { path: 'signingKeys' },
  OTP_PEPPER: { path: 'pepper', list: true, secret: true },
  OTP_LOG_LEVEL: { path: 'logLevel' },
  OTP_ALERT_URL: { path: 'alerts.url' },
  OTP_ALERT_SECRET: { path: 'alerts.secret', secret: true },
  OTP_TRUST_PROXY: { path: 'trustProxy', list: true },
  OTP_SITEKEY: { path: 'sites.0.sitekey' },
  OTP_SITE_SECRET: { path: 'sites.0.secrets', list: true, secret: true },
  OTP_ALLOWED_ORIGINS: { path: 'sites.0.origins', list: true },
  OTP_COUNTRIES: { path: 'sites.0.countries', list: true },
  OTP_CHANNELS: { path: 'sites.0.channels', list: true },
  OTP_VOICE_COUNTRIES: { path: 'sites.0.voiceCountries', list: true },
  OTP_DAILY_BUDGET: { path: 'sites.0.dailyBudget' },
  OTP_GUARD: { path: 'sites.0.guard' },
  OTP_CHALLENGE: { path: 'sites.0.challenge' },
}

/** The file that is read when it is there and nobody named another. */
export const DEFAULT_FILE = 'otp-verify.config.json'

/**
 * Gathers configuration: a file for many sites, variables for one, variables winning.
 *
 * @param file a path that must exist, or `undefined` for the default one, which may be missing.
 * @throws ConfigError when a file cannot be read
 */
export async function gather(env: Environment, file: string | undefined): Promise<RawConfig> {
  const values = await readConfigFile(file)
  const hasSites = values['sites'] !== undefined
  const names = new Map<string, string>()
  const mistakes: string[] = []
  for (const [name, { path, list, secret }] of Object.entries(VARIABLES)) {
    const text = await readVariable(env, name, secret === true)
    if (text === undefined) continue
    if (hasSites && path.startsWith('sites.')) {
      mistakes.push(`${name}: the configuration file has sites of its own; say it there.`)
      continue
    }
    place(values, path.split('.'), list ? split(text) : text)
    names.set(path, name)
  }
  if (mistakes.length > 0) throw new ConfigError(mistakes)
  return {
    values,
    nameOf: (path) => names.get(path) ?? variableFor(path, hasSites) ?? path,
    warnings: strangeNames(env).map((name) => `${name}: nothing acts upon it.`),
  }
}

/** The key of those commands that set Infobip up. No server needs it, so it is no setting. */
const MANAGEMENT_KEY = 'INFOBIP_MANAGEMENT_API_KEY'

/** Reads the key that manages the Infobip account, where there is one. @throws ConfigError */
export function readManagementKey(env: Environment): Promise<string | undefined> {
  return readVariable(env, MANAGEMENT_KEY, true)
}

/** The variables without that key. */
export function withoutManagementKey(env: Environment): Environment {
  const { [MANAGEMENT_KEY]: _, [`${MANAGEMENT_KEY}_FILE`]: __, ...rest } = env
  return rest
}

/** Variables that look like ours and are not: a budget under a misspelt name bounds nothing. */
function strangeNames(env: Environment): string[] {
  const known = Object.entries(VARIABLES).flatMap(([name, { secret }]) =>
    secret ? [name, `${name}_FILE`] : [name],
  )
  return Object.keys(env).filter((name) => /^(OTP|INFOBIP)_/.test(name) && !known.includes(name))
}

async function readConfigFile(file: string | undefined): Promise<Record<string, unknown>> {
  let text: string
  try {
    text = await readFile(file ?? DEFAULT_FILE, 'utf8')
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT'
    if (missing && file === undefined) return {}
    throw new ConfigError([
      `--config: ${file ?? DEFAULT_FILE} ${missing ? 'does not exist.' : 'cannot be read.'}`,
    ])
  }
  try {
    const parsed: unknown = JSON.parse(text)
    if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)) {
      return parsed as Record<string, unknown>
    }
  } catch {
    // Said below: the parser's own message would quote the file, secrets included.
  }
  throw new ConfigError([`--config: ${file ?? DEFAULT_FILE} is not a JSON object.`])
}

async function readVariable(env: Environment, name: string, secret: boolean): Promise<string | undefined> {
  const file = secret ? env[`${name}_FILE`] : undefined
  if (file) {
    if (env[name]) throw new ConfigError([`${name}: it is set twice, as ${name} and as ${name}_FILE.`])
    const text = await readFile(file, 'utf8').catch(() => {
      throw new ConfigError([`${name}_FILE: the file cannot be read.`])
    })
    if (text.trim() === '') throw new ConfigError([`${name}_FILE: the file is empty.`])
    return text.trim()
  }
  const text = env[name]?.trim()
  return text === '' ? undefined : text
}

function split(text: string): string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
}

/** Puts a value where its path says, making objects (and the one site) on the way. */
function place(target: Record<string, unknown>, [head, ...rest]: string[], value: unknown): void {
  if (rest.length === 0) {
    target[head!] = value
    return
  }
  const fresh: unknown = rest[0] === '0' ? [] : {}
  place((target[head!] ??= fresh) as Record<string, unknown>, rest, value)
}

/** The variable that would set a missing value: the shortest way to mend it. */
function variableFor(path: string, hasSites: boolean): string | undefined {
  if (hasSites && path.startsWith('sites.')) return undefined
  const found = Object.entries(VARIABLES).find(
    ([, variable]) => variable.path === path || variable.path === `${path}.default`,
  )
  return found?.[0]
}
