import { randomBytes } from 'node:crypto'
import {
  chmod,
  chown,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { changeKeyFile, makeKeyFile, readKeyFile } from './key-file.js'
import { SigningKeysError } from './key-set.js'

let folder: string
let file: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'otp-verify-'))
  file = join(folder, 'data', 'signing-keys.json')
})
afterEach(() => rm(folder, { recursive: true }))

describe('a file of signing keys', () => {
  it('is made once, for its owner only, by one of many who try', async () => {
    const made = await Promise.all(Array.from({ length: 8 }, () => makeKeyFile(file, randomBytes)))
    expect(made.filter(Boolean)).toHaveLength(1)
    expect((await stat(file)).mode & 0o777).toBe(0o600)
    const [key] = await readKeyFile(file)
    expect(await makeKeyFile(file, randomBytes)).toBe(false)
    expect(await readKeyFile(file)).toEqual([key])
    expect(await readdir(join(folder, 'data'))).toEqual(['signing-keys.json'])
  })

  it('is refused when others can read it, or when it is not there', async () => {
    await makeKeyFile(file, randomBytes)
    await chmod(file, 0o644)
    await expect(readKeyFile(file)).rejects.toThrow('chmod 600')
    await expect(readKeyFile(join(folder, 'nowhere.json'))).rejects.toThrow(SigningKeysError)
  })

  it.skipIf(process.getuid!() !== 0)(
    'may be root’s and for its reader’s group, as Kubernetes mounts secrets, and for nobody else (SR-I06)',
    async () => {
      await makeKeyFile(file, randomBytes)
      const user = vi.spyOn(process, 'getuid').mockReturnValue(65532)
      onTestFinished(() => user.mockRestore())
      await chown(file, 0, 65532)
      for (const mode of [0o440, 0o640]) {
        await chmod(file, mode)
        expect(await readKeyFile(file)).toHaveLength(1)
      }
      for (const mode of [0o444, 0o441, 0o660]) {
        await chmod(file, mode)
        await expect(readKeyFile(file), mode.toString(8)).rejects.toThrow('read by others')
      }
      await chmod(file, 0o640)
      // Whoever owns it can say otherwise.
      for (const owner of [65532, 1234]) {
        await chown(file, owner, 65532)
        await expect(readKeyFile(file), String(owner)).rejects.toThrow('read by others')
      }
      user.mockReturnValue(0)
      await chown(file, 0, 65532)
      await expect(readKeyFile(file)).rejects.toThrow('read by others')
    },
  )

  it('is said not to be there, with how to make it, or by which code of the system it cannot be read', async () => {
    const nowhere = join(folder, 'nowhere.json')
    const missing = `${nowhere}, does not exist. Run this where the server runs, or make keys: otp-verify keys generate --file ${nowhere}`
    await expect(readKeyFile(nowhere)).rejects.toThrow(missing)
    await expect(changeKeyFile(nowhere, (keys) => keys, randomBytes)).rejects.toThrow(missing)
    await expect(readKeyFile(folder)).rejects.toThrow(
      `The signing keys in ${folder} cannot be read (EISDIR).`,
    )
  })

  it('is changed in one step, by one command at a time, and stays its owner’s', async () => {
    await makeKeyFile(file, randomBytes)
    const before = await readFile(file, 'utf8')
    if (process.getuid!() === 0) await chown(file, 1234, 1234)
    await expect(
      changeKeyFile(
        file,
        () => {
          throw new SigningKeysError('no')
        },
        randomBytes,
      ),
    ).rejects.toThrow('no')
    expect(await readFile(file, 'utf8')).toBe(before)
    const owner = (await stat(file)).uid
    await changeKeyFile(file, ([key]) => [{ ...key!, exp: 7 }], randomBytes)
    expect(await readKeyFile(file)).toMatchObject([{ exp: 7 }])
    const after = await stat(file)
    expect([after.uid, after.mode & 0o777]).toEqual([owner, 0o600])
    await writeFile(`${file}.lock`, '')
    await expect(changeKeyFile(file, (keys) => keys, randomBytes)).rejects.toThrow('by another command')
    await rm(`${file}.lock`)
    // A name that the lock's is too long for fails as a read-only disk does, also for root.
    const long = join(folder, 'data', 'k'.repeat(253))
    await rename(file, long)
    await expect(changeKeyFile(long, (keys) => keys, randomBytes)).rejects.toThrow('(ENAMETOOLONG)')
    await rename(long, file)
    expect(await readdir(join(folder, 'data'))).toEqual(['signing-keys.json'])
  })

  it('is read through a link, but not changed: the file behind it would stay as it was', async () => {
    await makeKeyFile(file, randomBytes)
    const before = await readFile(file, 'utf8')
    const leading = join(folder, 'link.json')
    await symlink(file, leading)
    expect(await readKeyFile(leading)).toEqual(await readKeyFile(file))
    await expect(changeKeyFile(leading, (keys) => keys, randomBytes)).rejects.toThrow('name the file')
    expect(await readFile(file, 'utf8')).toBe(before)
    expect(await readdir(folder)).toEqual(['data', 'link.json'])
  })
})
