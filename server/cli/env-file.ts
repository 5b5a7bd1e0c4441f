import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { ConfigError } from '../config/config-error.js'
import { replacePrivateFile } from '../private-file.js'

/**
 * Sets variables in a file of `NAME=value` lines, and leaves every other line as it is. The file is there in whole at every
 * moment, and afterwards for its owner only.
 *
 * @returns whether anything had to be changed.
 * @throws ConfigError when the file cannot be read or written
 */
export async function setVariables(
  file: string,
  variables: Readonly<Record<string, string>>,
): Promise<boolean> {
  try {
    const before = await readIfThere(file)
    const after = withVariables(before ?? '', variables)
    if (after === before) return false
    await replacePrivateFile(file, after, randomBytes)
    return true
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === undefined) throw error
    throw new ConfigError([`--env-file: it cannot be written (${code}).`])
  }
}

/** The same, of a text. A variable that is set more than once is set to the new value each time. */
export function withVariables(text: string, variables: Readonly<Record<string, string>>): string {
  const missing = new Map(Object.entries(variables))
  const lines = text.split('\n').map((line) => {
    const [, start, name] = /^(\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=)/.exec(line) ?? []
    // A name of the file's own may be one that every object has.
    const value = name !== undefined && Object.hasOwn(variables, name) ? variables[name] : undefined
    if (value === undefined) return line
    missing.delete(name!)
    return start! + value + (line.endsWith('\r') ? '\r' : '')
  })
  const added = [...missing].map(([name, value]) => `${name}=${value}\n`).join('')
  const kept = lines.join('\n')
  return kept === '' || kept.endsWith('\n') || added === '' ? kept + added : `${kept}\n${added}`
}

async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}
