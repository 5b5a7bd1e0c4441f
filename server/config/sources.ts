import { readFile, stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { ConfigError, type Mistake } from './config-error.js'
import { jsonMistake } from './json-mistake.js'
import { repeatedMembers } from './repeated-members.js'
import { secretsOf } from './secrets.js'
import { MANAGEMENT_KEY, strangeNames, VARIABLES, type Environment } from './variables.js'

/** What was configured, still unchecked, with the name of each value for messages. */
export interface RawConfig {
  values: Record<string, unknown>
  /** Name of the value at a path such as `sites.0.origins`. */
  nameOf(path: string): string
  /** Mistakes found so far, each with the path of its value; an empty path where it is about none. */
  mistakes: readonly Mistake[]
  /** Warnings so far: names that have no effect here. */
  warnings: string[]
}

/** The file that is read if it exists and no other is named. */
const DEFAULT_FILE = 'otp-verify.config.json'

/**
 * Gathers configuration: a file for many sites, variables for one, variables winning.
 *
 * @param file a path that must exist, or `undefined` for the default one, which may be missing.
 * @throws ConfigError when the configuration file cannot be read
 */
export async function gather(env: Environment, file: string | undefined): Promise<RawConfig> {
  const values = await readConfigFile(file)
  const hasSites = values['sites'] !== undefined
  const inFile = structuredClone(values)
  const names = new Map<string, string>()
  const { mistakes, warnings } = strangeNames(env)
  if (env['NODE_ENV'] === 'production') mistakes.push(...(await exposedFile(file, values)))
  for (const [name, { path, list, secret }] of Object.entries(VARIABLES)) {
    const read = await readVariable(env, name, secret === true)
    if (read === undefined) continue
    names.set(path, name)
    if ('mistake' in read) {
      mistakes.push({ path, text: read.mistake })
    } else if (hasSites && path.startsWith('sites.')) {
      mistakes.push({ path, text: `${name}: the configuration file has its own sites; set it there.` })
    } else {
      place(values, path.split('.'), list ? split(read.text) : read.text)
    }
  }
  return {
    values,
    nameOf: (path) =>
      names.get(path) ?? (isOfFile(inFile, path) ? undefined : variableFor(path, hasSites)) ?? path,
    mistakes,
    warnings,
  }
}

/** Reads the key that manages the Infobip account, where there is one. @throws ConfigError */
export async function readManagementKey(env: Environment): Promise<string | undefined> {
  const read = await readVariable(env, MANAGEMENT_KEY, true)
  if (read && 'mistake' in read) throw new ConfigError([read.mistake])
  return read?.text
}

/** The variables without that key, which no server needs. */
export function withoutManagementKey(env: Environment): Environment {
  const { [MANAGEMENT_KEY]: _, [`${MANAGEMENT_KEY}_FILE`]: __, ...rest } = env
  return rest
}

async function readConfigFile(file: string | undefined): Promise<Record<string, unknown>> {
  let text: string
  try {
    // Some editors begin a file with a byte order mark, which the parser would refuse.
    text = (await readFile(file ?? DEFAULT_FILE, 'utf8')).replace(/^\uFEFF/, '')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' && file === undefined) return {}
    // The whole path, since the file may be in an unexpected folder, such as the caller's home.
    const path = resolve(file ?? DEFAULT_FILE)
    throw new ConfigError([
      `--config: ${path} ${code === 'ENOENT' ? 'does not exist.' : `cannot be read (${code}).`}`,
    ])
  }
  const parsed = parse(text, file ?? DEFAULT_FILE)
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    throw new ConfigError([`--config: ${file ?? DEFAULT_FILE} is not a JSON object.`])
  }
  const repeated = repeatedMembers(text)
  if (repeated.length > 0) {
    throw new ConfigError(repeated.map((path) => `${path}: is twice in the configuration file.`))
  }
  return parsed as Record<string, unknown>
}

function parse(text: string, file: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // The parser's own message would quote the file, secrets included.
    throw new ConfigError([`--config: ${file} is not JSON${jsonMistake(text)}.`])
  }
}

async function readVariable(
  env: Environment,
  name: string,
  secret: boolean,
): Promise<{ text: string } | { mistake: string } | undefined> {
  const file = secret ? env[`${name}_FILE`] : undefined
  if (file) {
    if (env[name]) return { mistake: `${name}: is set twice, as ${name} and as ${name}_FILE.` }
    const text = await readFile(file, 'utf8').catch(() => undefined)
    if (text === undefined) return { mistake: `${name}_FILE: the file cannot be read.` }
    if (text.trim() === '') return { mistake: `${name}_FILE: the file is empty.` }
    if (env['NODE_ENV'] === 'production' && (await everybodyReads(file))) {
      return { mistake: `${name}_FILE: anyone on this machine can read the file; run: chmod 600 FILE` }
    }
    return { text: text.trim() }
  }
  const text = env[name]?.trim()
  return text ? { text } : undefined
}

/** The mistake of a configuration file that holds secrets and can be read by everybody. */
async function exposedFile(file: string | undefined, values: Record<string, unknown>): Promise<Mistake[]> {
  const path = file ?? DEFAULT_FILE
  if (secretsOf(values).length === 0 || !(await everybodyReads(path))) return []
  const text = `--config: ${path} holds secrets, and anyone on this machine can read it; run: chmod 600 ${path}`
  return [{ path: '', text }]
}

async function everybodyReads(file: string): Promise<boolean> {
  return process.platform !== 'win32' && ((await stat(file)).mode & 0o004) !== 0
}

function split(text: string): string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
}

/** Puts a value where its path says, creating objects (and the one site) on the way. Anything else that stands there stays. */
function place(target: Record<string, unknown>, [head, ...rest]: string[], value: unknown): void {
  if (rest.length === 0) {
    target[head!] = value
    return
  }
  const fresh: unknown = rest[0] === '0' ? [] : {}
  const within = (target[head!] ??= fresh)
  // The schema reports that it is not an object.
  if (typeof within === 'object') place(within as Record<string, unknown>, rest, value)
}

/**
 * Whether a value that is wrong or missing belongs in the file: it stands there, or others do beside it, at least two levels
 * deep. (Not less: a file often has all of `infobip` except the secret `infobip.apiKey`.)
 */
function isOfFile(file: Record<string, unknown>, path: string): boolean {
  const parts = path.split('.')
  const holder = valueAt(file, parts.slice(0, -1))
  return (
    valueAt(file, parts) !== undefined || (parts.length > 2 && typeof holder === 'object' && holder !== null)
  )
}

/** The value at a path, or `undefined` where there is none. */
export function valueAt(values: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce(
    (value, part) => (value as Record<PropertyKey, unknown> | null | undefined)?.[part],
    values,
  )
}

/** The variable that would set a missing value: the shortest way to mend it. */
function variableFor(path: string, hasSites: boolean): string | undefined {
  if (hasSites && path.startsWith('sites.')) return undefined
  const found = Object.entries(VARIABLES).find(
    ([, variable]) => variable.path === path || variable.path === `${path}.default`,
  )
  return found?.[0]
}
