import { chown, link, mkdir, rename, rm, stat, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { RandomBytes } from './random.js'

/**
 * Makes a file that only its owner can read, with its folder, unless it is there. Of several processes that try at
 * once one makes it, and nobody ever reads half of it.
 *
 * @returns whether this call made it.
 */
export async function makePrivateFile(
  file: string,
  content: () => Promise<string>,
  random: RandomBytes,
): Promise<boolean> {
  if (await exists(file)) return false
  await mkdir(dirname(file), { recursive: true })
  const draft = await writeDraft(file, await content(), random)
  try {
    // Linking fails when the name is taken: whoever is first wins.
    await link(draft, file)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    return false
  } finally {
    await rm(draft)
  }
}

/**
 * Replaces a file that only its owner can read, at once and in whole: who has it stays so, for an administrator may change
 * what the server's own user has to read. Without one it is made.
 */
export async function replacePrivateFile(file: string, content: string, random: RandomBytes): Promise<void> {
  const draft = await writeDraft(file, content, random)
  try {
    const before = await stat(file).catch(missing)
    if (before) await chown(draft, before.uid, before.gid)
    await rename(draft, file)
  } catch (error) {
    await rm(draft)
    throw error
  }
}

/** Writes what is to become `file` beside it, for its owner's eyes only. @returns the path of the draft. */
async function writeDraft(file: string, content: string, random: RandomBytes): Promise<string> {
  const draft = `${file}.${Buffer.from(random(8)).toString('hex')}`
  await writeFile(draft, content, { mode: 0o600, flag: 'wx' })
  return draft
}

function exists(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  )
}

function missing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error
}
