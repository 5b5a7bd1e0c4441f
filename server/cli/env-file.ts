import { randomBytes } from 'node:crypto'
import { constants } from 'node:fs'
import { access, readFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { NO_LINK, replacePrivateFile } from '../private-file.js'
import { ArgumentError } from './argument-error.js'

type Variables = Readonly<Record<string, string | undefined>>

/**
 * Sets variables in a file of `NAME=value` lines, removes those that are `undefined`, and leaves every other line as it is. The
 * file is replaced atomically, and can then be read by its owner only.
 *
 * @returns whether anything had to be changed.
 * @throws ArgumentError when the file cannot be read or written
 */
export async function setVariables(file: string, variables: Variables): Promise<boolean> {
  return naming(async () => {
    const before = await readIfThere(file)
    const after = withVariables(before ?? '', variables)
    if (after === before) return false
    await replacePrivateFile(file, after, randomBytes)
    return true
  })
}

/** Makes sure, as far as can be known beforehand, that variables can be set in a file. @throws ArgumentError when not */
export async function checkWritable(file: string): Promise<void> {
  await naming(async () => {
    await readIfThere(file)
    await access(dirname(file), constants.W_OK)
  })
}

/** The shell command that loads the variables of a file. */
export function loadLine(file: string): string {
  const path = file.includes('/') ? file : `./${file}`
  // Characters that a shell would not take literally.
  const quoted = /^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`
  return `set -a; . ${quoted}; set +a`
}

async function naming<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === undefined) throw error
    if (code === 'ELOOP') throw new ArgumentError(['--env-file: is a link; name the file that it points to.'])
    throw new ArgumentError([`--env-file: cannot be written (${code}).`])
  }
}

/**
 * The text of such a file with variables set, or removed where they are `undefined`. A variable that stands there more than once
 * is changed in every place.
 */
export function withVariables(text: string, variables: Variables): string {
  const missing = new Map(Object.entries(variables))
  const lines = text.split(/(?<=\n)/).flatMap((line) => {
    const [, start, name] = /^(\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=)/.exec(line) ?? []
    // A name in the file may be that of a property which every object has.
    if (name === undefined || !Object.hasOwn(variables, name)) return [line]
    missing.delete(name)
    const value = variables[name]
    return value === undefined ? [] : [start! + value + /\r?\n?$/.exec(line)![0]]
  })
  const added = [...missing].flatMap(([name, value]) => (value === undefined ? [] : [`${name}=${value}\n`]))
  const kept = lines.join('')
  return kept + (kept === '' || kept.endsWith('\n') || added.length === 0 ? '' : '\n') + added.join('')
}

async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, { encoding: 'utf8', flag: NO_LINK })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}
