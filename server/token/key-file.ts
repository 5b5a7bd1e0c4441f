import type { Stats } from 'node:fs'
import { open, rm } from 'node:fs/promises'
import { makePrivateFile, NO_LINK, replacePrivateFile } from '../private-file.js'
import type { RandomBytes } from '../random.js'
import { parseKeys, SigningKeysError, type PrivateJwk } from './key-set.js'
import { generateSigningJwk } from './keys.js'

/**
 * Reads the private keys of a file.
 *
 * @throws SigningKeysError when it is missing, can be read by others, or holds no usable keys
 */
export function readKeyFile(file: string): Promise<PrivateJwk[]> {
  return read(file, 'r')
}

/** Reads the private keys of a file that is to be changed. @throws SigningKeysError also when it is a link */
function readKeyFileItself(file: string): Promise<PrivateJwk[]> {
  return read(file, NO_LINK)
}

async function read(file: string, flags: string | number): Promise<PrivateJwk[]> {
  const handle = await open(file, flags).catch(({ code }: NodeJS.ErrnoException) => {
    if (code === 'ELOOP' && flags === NO_LINK)
      throw new SigningKeysError(
        `${file} is a link, and is not changed through it; name the file that it points to.`,
      )
    throw unreadableKeys(file, code)
  })
  try {
    const text = await handle.readFile('utf8').catch(({ code }: NodeJS.ErrnoException) => {
      throw unreadableKeys(file, code)
    })
    if (process.platform !== 'win32' && isExposed(await handle.stat())) {
      throw new SigningKeysError(`The signing keys in ${file} can be read by others; run: chmod 600 ${file}`)
    }
    return await parseKeys(text, file)
  } finally {
    await handle.close()
  }
}

/**
 * Whether a file's mode permits more than reading and writing by its owner. A file of root's may be readable by its group too:
 * that is how Kubernetes mounts secrets, and the only way for a server that is not root to read a file of root's.
 */
function isExposed({ mode, uid }: Stats): boolean {
  const isRoots = uid === 0 && process.getuid!() !== 0
  return (mode & (isRoots ? 0o037 : 0o077)) !== 0
}

/**
 * Says why a file of keys cannot be read, and what to do if it does not exist. A name as long as a key is left out: it may be a
 * key given in place of a name.
 *
 * @param code the system's.
 */
export function unreadableKeys(path: string, code: string | undefined): SigningKeysError {
  const file = path.replaceAll(/[\w+=-]{40,}/g, '…')
  return new SigningKeysError(
    code === 'ENOENT'
      ? `The file of signing keys, ${file}, does not exist. Run this where the server runs, or make keys: otp-verify keys generate --file ${file}`
      : `The signing keys in ${file} cannot be read (${code}).`,
  )
}

/**
 * Makes a file with one fresh key, unless it is there.
 *
 * @returns whether this call made it.
 */
export function makeKeyFile(file: string, random: RandomBytes): Promise<boolean> {
  return makePrivateFile(file, async () => textOf([await generateSigningJwk(random)]), random)
}

/**
 * Changes the keys of a file in one step: a reader finds either the old ones or the new ones. The result is a JWK Set, whatever
 * the file was, since PEM has no room for times.
 *
 * @throws SigningKeysError when the keys cannot be read, while another command changes them, or as `change` does
 */
export async function changeKeyFile(
  file: string,
  change: (keys: PrivateJwk[]) => PrivateJwk[],
  random: RandomBytes,
): Promise<PrivateJwk[]> {
  // Before the lock, so that a missing file is reported as missing.
  await readKeyFileItself(file)
  const lock = `${file}.lock`
  const held = await open(lock, 'wx').catch(({ code }: NodeJS.ErrnoException) => {
    throw new SigningKeysError(
      code === 'EEXIST'
        ? `${file} is being changed by another command. If there is none, remove ${lock}.`
        : `${file} cannot be changed: nothing can be written beside it (${code}).`,
    )
  })
  try {
    const keys = change(await readKeyFileItself(file))
    await replacePrivateFile(file, textOf(keys), random)
    return keys
  } finally {
    await held.close()
    await rm(lock)
  }
}

function textOf(keys: readonly PrivateJwk[]): string {
  return `${JSON.stringify({ keys }, null, 2)}\n`
}
