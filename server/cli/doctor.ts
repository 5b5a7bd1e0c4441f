import { readConfig, type Config } from '../config/config.js'
import { ConfigError } from '../config/config-error.js'
import { readInfobipAccount } from '../config/infobip-settings.js'
import { readKeySettings, readStoreSettings } from '../config/parts.js'
import { withoutManagementKey } from '../config/sources.js'
import type { Environment } from '../config/variables.js'
import type { Weakness } from '../weakness.js'
import { examineInfobip } from './examine-infobip.js'
import { examineKeys } from './examine-keys.js'
import { examineOverrides } from './examine-overrides.js'
import { examineStore } from './examine-store.js'
import type { Findings } from './findings.js'
import { tryHost } from './own-address.js'

/** One examination, and what it found. */
export interface Examination extends Findings {
  name: string
  /** It was left out, as its note says. */
  skipped?: boolean
}

/** What the doctor found. */
export interface DoctorReport {
  examinations: Examination[]
  /** The configuration, when a server could be run with it. */
  config: Config | undefined
}

/** What the doctor works from. */
export interface DoctorOptions {
  env: Environment
  /** The configuration file, if one was named. */
  file?: string | undefined
  /** Do not ask Infobip. */
  offline: boolean
  /** Milliseconds since 1970. */
  now: () => number
  /** The script for pages; nothing where there is none. */
  readScript: () => Promise<unknown>
}

/**
 * Examines a server before it is run: its configuration, store, keys and script, and the Infobip application. What is
 * wrong with one does not keep the others from being examined.
 */
export async function examine({ env, file, offline, now, readScript }: DoctorOptions): Promise<DoctorReport> {
  const settings = await attempt(() => readConfig(withoutManagementKey(env), file))
  const config = 'mistakes' in settings ? undefined : settings.value
  const mistakes = 'mistakes' in settings ? settings.mistakes : await tryHost(settings.value.host)
  const examinations: Examination[] = [
    {
      name: 'configuration',
      weaknesses: mistakes.map(mistaken),
      notes: [...(config?.warnings ?? [])],
    },
    await examined('store', async () => {
      const settings = await readStoreSettings(env, file)
      return both(await examineStore(settings.store, now), await examineOverrides(settings))
    }),
    await examined('keys', async () => {
      return examineKeys(await readKeySettings(env, file), now())
    }),
    await examined('script', async () => examineScript(await readScript())),
    await examined('infobip', async () => {
      if (offline) return UNASKED
      return examineInfobip(await readInfobipAccount(env, file))
    }),
  ]
  return { examinations, config }
}

/** Everything that is wrong, in one list. */
export function weaknessesOf({ examinations }: DoctorReport): Weakness[] {
  return examinations.flatMap(({ weaknesses }) => weaknesses)
}

const UNASKED: Omit<Examination, 'name'> = {
  weaknesses: [],
  notes: ['NOT CHECKED: Infobip was not asked (--offline).'],
  skipped: true,
}

async function examined(name: string, work: () => Promise<Omit<Examination, 'name'>>): Promise<Examination> {
  const found = await attempt(work)
  if ('value' in found) return { name, ...found.value }
  // What is wrong stands under "configuration".
  const message = 'Not checked: its configuration is wrong.'
  const fix = 'Correct the configuration first.'
  return { name, weaknesses: [{ check: name, message, fix }], notes: [] }
}

function both(one: Findings, other: Findings): Findings {
  return {
    weaknesses: [...one.weaknesses, ...other.weaknesses],
    notes: [...one.notes, ...other.notes],
  }
}

async function attempt<T>(work: () => Promise<T>): Promise<{ value: T } | { mistakes: readonly string[] }> {
  try {
    return { value: await work() }
  } catch (error) {
    if (error instanceof ConfigError) return { mistakes: error.mistakes }
    throw error
  }
}

/** What messages of the configuration say about settings that are missing. */
const MISSING = /^[^:]+: (is missing\.$|production needs (the|all|signing|one)\b)/

function mistaken(mistake: string): Weakness {
  const [name] = mistake.split(': ', 1)
  return {
    check: 'configuration',
    message: mistake,
    fix: `${MISSING.test(mistake) ? 'Set' : 'Correct'} ${name}.`,
  }
}

function examineScript(script: unknown): Findings {
  if (script !== undefined) return { weaknesses: [], notes: [] }
  const message = 'There is no script for pages to load: /otp-verify.js answers 404.'
  return {
    weaknesses: [{ check: 'script', message, fix: 'Run npm run build, or install the package again.' }],
    notes: [],
  }
}
