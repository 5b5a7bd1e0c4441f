import { constants } from 'node:fs'
import { link, lstat, mkdir, open, rename, rm, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { RandomBytes } from './random.js'

/**
 * Opens a file for reading before it is replaced, and fails with `ELOOP` where it is a link: the folder's owner could lead an
 * administrator to any file, and replacing a link would leave the file behind it as it was.
 */
export const NO_LINK = constants.O_RDONLY | constants.O_NOFOLLOW

/**
 * Makes a file that only its owner can read, with its folder, unless it is there. If several processes try at once, one makes
 * it, and nobody ever reads half of it.
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
  const draft = draftOf(file, random)
  try {
    await write(draft, await content())
    // Linking fails when the name is taken, so the first one wins.
    await link(draft, file)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    return false
  } finally {
    await rm(draft, { force: true })
  }
}

/**
 * Atomically replaces a file that only its owner can read, keeping that owner: an administrator may edit what the server's user
 * reads. Creates it if it is missing.
 */
export async function replacePrivateFile(file: string, content: string, random: RandomBytes): Promise<void> {
  const draft = draftOf(file, random)
  try {
    await write(draft, content, await lstat(file).catch(missing))
    await rename(draft, file)
  } catch (error) {
    await rm(draft, { force: true })
    throw error
  }
}

function draftOf(file: string, random: RandomBytes): string {
  return `${file}.${Buffer.from(random(8)).toString('hex')}`
}

/** Writes a new file for its owner's eyes only. @param owner the file's owner. @default the user of this process */
async function write(file: string, content: string, owner?: { uid: number; gid: number }): Promise<void> {
  const handle = await open(file, 'wx', 0o600)
  try {
    await handle.writeFile(content)
    // By its handle: the folder's owner may have put a link to another file under the name by now.
    if (owner) await handle.chown(owner.uid, owner.gid)
    await handle.sync()
  } finally {
    await handle.close()
  }
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
