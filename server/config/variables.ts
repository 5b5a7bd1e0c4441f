import { closestMatch } from 'leven'
import type { Mistake } from './config-error.js'

/** Variables of the process. */
export type Environment = Readonly<Record<string, string | undefined>>

/** Where each variable goes. `list` splits at commas; `secret` may also come as NAME_FILE, from a file. */
export const VARIABLES: Record<string, { path: string; list?: true; secret?: true }> = {
  INFOBIP_BASE_URL: { path: 'infobip.baseUrl' },
  INFOBIP_API_KEY: { path: 'infobip.apiKey', secret: true },
  INFOBIP_2FA_APP_ID: { path: 'infobip.applicationId' },
  INFOBIP_2FA_MESSAGE_ID: { path: 'infobip.messageIds.default' },
  INFOBIP_HOST_PLACEHOLDER: { path: 'infobip.hostPlaceholder' },
  INFOBIP_DELIVERY_SECRET: { path: 'infobip.deliverySecret', secret: true },
  OTP_PUBLIC_URL: { path: 'publicUrl' },
  OTP_HOST: { path: 'host' },
  OTP_PORT: { path: 'port' },
  OTP_ADMIN_PORT: { path: 'adminPort' },
  OTP_SANDBOX_PORT: { path: 'sandboxPort' },
  OTP_STOP_DELAY: { path: 'stopDelay' },
  OTP_STORE: { path: 'store', secret: true },
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

/** The key of those commands that set Infobip up. No server needs it, so it is no setting. */
export const MANAGEMENT_KEY = 'INFOBIP_MANAGEMENT_API_KEY'

/** Letters by which a name may differ from the one that was meant. */
const NEAR = 3

/** The name that was probably meant, as the end of a sentence; empty where none is near. */
export function meant(name: string, known: readonly string[]): string {
  const nearest = closestMatch(name, known, { maxDistance: NEAR })
  return nearest === undefined ? '' : `; did you mean ${nearest}?`
}

/**
 * Known names that contain all words of a name and the fewest others: `OTP_DAILY_BUDGET` for `OTP_BUDGET`. Names about a site
 * come first, since everybody has one.
 */
function saidInFull(name: string, known: readonly string[]): string[] {
  const words = wordsOf(name)
  if (words.every((word) => SAYS_NOTHING.includes(word))) return []
  const fuller = known.filter((one) => words.every((word) => wordsOf(one).includes(word)))
  const fewest = Math.min(...fuller.map((one) => wordsOf(one).length))
  const isOfSite = (one: string) => VARIABLES[one]?.path.startsWith('sites.') === true
  return fuller
    .filter((one) => wordsOf(one).length === fewest)
    .toSorted((one, other) => Number(isOfSite(other)) - Number(isOfSite(one)))
}

/** Words that do not distinguish variables. */
const SAYS_NOTHING = ['OTP', 'INFOBIP', 'FILE']

/** Singular and plural are the same: `OTP_ALLOWED_ORIGIN`. */
function wordsOf(name: string): string[] {
  return name.split('_').map((word) => word.replace(/S$/, ''))
}

/** The variable that an unknown name was probably meant to be, as the end of a sentence; empty where none can be guessed. */
function meantVariable(name: string, known: readonly string[]): string {
  const fuller = saidInFull(name, known)
  // A word that many names contain says nothing.
  if (fuller.length === 0 || fuller.length > 2) return meant(name, known)
  return `; did you mean ${fuller.join(' or ')}?`
}

/**
 * The setting that was probably meant by one named after its variable (`allowedOrigins` for `origins`), as the end of a
 * sentence.
 */
export function meantByVariable(key: string, path: readonly PropertyKey[]): string {
  const found = Object.entries(VARIABLES).find(([name]) => {
    const words = name.replace(/^(OTP|INFOBIP)_/, '').toLowerCase()
    return words.replace(/_(.)/g, (_, first: string) => first.toUpperCase()) === key
  })
  if (!found) return ''
  const [, { path: right }] = found
  return `; did you mean ${path[0] === 'sites' ? right.replace('sites.0.', '') : right}?`
}

/**
 * Variables that look like ours but are unknown. One that is nearly right is a mistake: a budget under a misspelt name limits
 * nothing. Others may be another program's.
 */
export function strangeNames(env: Environment): { mistakes: Mistake[]; warnings: string[] } {
  const known = Object.entries(VARIABLES).flatMap(([name, { secret }]) =>
    secret ? [name, `${name}_FILE`] : [name],
  )
  const managing = [MANAGEMENT_KEY, `${MANAGEMENT_KEY}_FILE`]
  const mistakes: Mistake[] = []
  const warnings: string[] = []
  for (const name of Object.keys(env)) {
    if (!/^(OTP|INFOBIP)_/.test(name) || known.includes(name)) continue
    if (managing.includes(name)) {
      warnings.push(
        `${name}: a server does not need this key; set it only where and while you run setup or doctor.`,
      )
      continue
    }
    const guess = meantVariable(name, [...known, ...managing])
    if (guess === '') warnings.push(`${name}: has no effect.`)
    else mistakes.push({ path: '', text: `${name}: is not a variable of otp-verify${guess}` })
  }
  return { mistakes, warnings }
}
