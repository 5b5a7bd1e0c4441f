/** Least characters of a secret: 32 random bytes in hexadecimal or base64 have more. */
export const SECRET_LENGTH = 32

/** A secret that was configured. */
export interface ConfiguredSecret {
  /** Where it stands, such as `sites.0.secrets`. */
  path: string
  /** What it is for. Sites may share an account with their challenge service; nothing else is shared. */
  purpose: string
  value: string
}

/** The secrets among values that are still unchecked. */
export function secretsOf(values: Record<string, unknown>): ConfiguredSecret[] {
  const sites = Array.isArray(values['sites']) ? (values['sites'] as unknown[]) : []
  const inSites = sites.flatMap((site, index) => [
    ...at(site, 'secrets', `sites.${index}.secrets`),
    ...at(member(site, 'challenge'), 'secret', `sites.${index}.challenge`, 'challenge'),
  ])
  const keys = at(values, 'signingKeys', 'signingKeys')
  return [
    ...at(values['infobip'], 'apiKey', 'infobip.apiKey'),
    ...at(values['infobip'], 'deliverySecret', 'infobip.deliverySecret'),
    ...inSites,
    ...at(values['alerts'], 'secret', 'alerts.secret'),
    // Usually it is the name of a file.
    ...keys.filter(({ value }) => holdsKeys(value)),
    ...at(values, 'pepper', 'pepper'),
  ]
}

/** Base64 of JSON or of PEM, or hexadecimal, as long as a private key. Paths of files may be as long, but few are as mixed. */
const ENCODED_KEY = /^(?!\/)(?=.*\d)(?:(?=.*[A-Z])(?=.*[a-z])[\w+/=%\\ -]{40,}|[\da-fA-F]{40,})$/

/** Longest name that a file can have. */
const LONGEST_NAME = 255

/**
 * Whether a text that names signing keys is these keys, however badly it is written: what is taken for the name of a file
 * is shown when there is no such file.
 */
export function holdsKeys(text: string): boolean {
  return text.length > LONGEST_NAME || /["{\n\r]|-----BEGIN/.test(text) || ENCODED_KEY.test(text)
}

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined
}

function at(holder: unknown, name: string, path: string, purpose = path): ConfiguredSecret[] {
  return [member(holder, name)]
    .flat()
    .filter((value) => typeof value === 'string')
    .map((value) => ({ path, purpose, value }))
}

/** Secrets used for two purposes: anyone who learns one from one place could use it in the other. */
export function reused(secrets: readonly ConfiguredSecret[], nameOf: (path: string) => string): string[] {
  const mistakes = secrets.flatMap(({ path, purpose, value }, index) => {
    const twin = secrets
      .slice(0, index)
      .find((one) => one.purpose !== purpose && withoutPrefix(one.value) === withoutPrefix(value))
    if (!twin) return []
    // For sites, one sentence says what they must not share.
    if (isOfSite(path) && isOfSite(twin.path)) return []
    return [`${nameOf(path)}: is also ${nameOf(twin.path)}; make another, since each secret has one purpose.`]
  })
  return [...new Set(mistakes)]
}

function isOfSite(path: string): boolean {
  return path.endsWith('.secrets')
}

/** A secret without the mark by which scanners find it. */
function withoutPrefix(value: string): string {
  return value.replace(/^(otps|whsec)_/, '')
}

/** Secrets that are not random: examples, defaults, patterns, and the keys that services publish for trials. */
export function guessable(secrets: readonly ConfiguredSecret[], nameOf: (path: string) => string): string[] {
  const mistakes = secrets
    .filter(({ path, value }) => path !== 'signingKeys' && isGuessable(path, value))
    .map(
      ({ path }) => `${nameOf(path)}: is an example or a pattern, which anyone can guess; make a random one.`,
    )
  return [...new Set(mistakes)]
}

const EXAMPLE =
  /change.?(me|this)|example|secret|passw|placeholder|insert|your.?(key|pepper)|sandbox|dummy|test.?key/i

/** Fewest different characters of 32 random ones in hexadecimal, all but never fewer. */
const LEAST_DIFFERENT = 8

function isGuessable(path: string, value: string): boolean {
  // A secret that is too short is reported as that.
  if (value.length < SECRET_LENGTH && path !== 'infobip.apiKey') return false
  const text = withoutPrefix(value)
  if (EXAMPLE.test(text)) return true
  // Infobip decides what its keys look like.
  if (path === 'infobip.apiKey') return false
  return new Set(text).size < LEAST_DIFFERENT || /^(.+?)\1+$/.test(text)
}
