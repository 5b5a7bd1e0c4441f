import { ConfigError } from './config-error.js'
import { type Environment, VARIABLES } from './variables.js'

/**
 * Checks what callers without types may pass in place of variables.
 *
 * @throws TypeError where it is no environment at all; ConfigError for variables that are not strings, and for settings under
 * the names that they have in the configuration file
 */
export function checkEnvironment(env: Environment): void {
  if (typeof env !== 'object' || env === null)
    throw new TypeError('The configuration is read from an environment such as process.env.')
  const mistakes = Object.entries(env).flatMap(([name, value]) => mistakeIn(name, value))
  if (mistakes.length > 0) throw new ConfigError(mistakes)
}

function mistakeIn(name: string, value: unknown): string[] {
  const isText = typeof (value ?? '') === 'string'
  if (/^(OTP|INFOBIP)_/.test(name) || name === 'NODE_ENV') return isText ? [] : [`${name}: must be a string.`]
  // A string under a name such as `host` may be another program's variable.
  if (!isSetting(name) || (isText && !/[A-Z]/.test(name))) return []
  return [`${name}: is a member of the configuration file; as a variable it has no effect.`]
}

function isSetting(name: string): boolean {
  return Object.values(VARIABLES).some(({ path }) => path.split('.')[0] === name)
}
