import { closestMatch } from 'leven'
import type { Environment, Mistake } from './sources.js'

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

/** The name that was meant, as an end of a sentence; empty where none is near. */
export function meant(name: string, known: readonly string[]): string {
  const nearest = closestMatch(name, known, { maxDistance: NEAR })
  return nearest === undefined ? '' : `; did you mean ${nearest}?`
}

/**
 * Names that say all that a name says, and the fewest words more: `OTP_DAILY_BUDGET` for `OTP_BUDGET`. Those of a site come
 * first, since everybody has one.
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

/** Words that tell no variable from another. */
const SAYS_NOTHING = ['OTP', 'INFOBIP', 'FILE']

/** One is as good as many: `OTP_ALLOWED_ORIGIN`. */
function wordsOf(name: string): string[] {
  return name.split('_').map((word) => word.replace(/S$/, ''))
}

/** The variable that a strange name was meant to be, as an end of a sentence; empty where there is none to guess. */
function meantVariable(name: string, known: readonly string[]): string {
  const fuller = saidInFull(name, known)
  // What so many names say too says nothing.
  if (fuller.length === 0 || fuller.length > 2) return meant(name, known)
  return `; did you mean ${fuller.join(' or ')}?`
}

/** The same for a setting that is called as its variable is: `allowedOrigins` for `origins`. */
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
 * Variables that look like ours and are not. One that is nearly right is refused: a budget under a misspelt name bounds
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
