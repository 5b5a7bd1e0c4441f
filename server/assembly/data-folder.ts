import { readFile } from 'node:fs/promises'
import { makePrivateFile } from '../private-file.js'
import type { RandomBytes } from '../random.js'
import { makeKeyFile } from '../token/key-file.js'
import type { KeySource } from '../token/key-ring.js'

/** Files that a server outside production keeps in the folder it was started in; processes started there share them. */
export const KEYS_FILE = 'data/signing-keys.json'
export const PEPPER_FILE = 'data/pepper'

/** The signing keys of the data folder, made when there are none. */
export async function keptKeys(random: RandomBytes): Promise<KeySource> {
  await makeKeyFile(KEYS_FILE, random)
  return { file: KEYS_FILE }
}

/** The pepper of the data folder, made when there is none: a store that outlives a restart is of no use without it. */
export async function keptPepper(random: RandomBytes): Promise<string> {
  await makePrivateFile(PEPPER_FILE, async () => `${Buffer.from(random(32)).toString('hex')}\n`, random)
  return (await readPepper(PEPPER_FILE))!
}

/**
 * The pepper of a data folder; `undefined` when there is none.
 *
 * @param file given by the caller: Next.js copies a file into its build if it sees that a server reads it.
 */
export async function readPepper(file: string): Promise<string | undefined> {
  try {
    return (await readFile(file, 'utf8')).trim()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    return undefined
  }
}
