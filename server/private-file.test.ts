import { randomBytes } from 'node:crypto'
import * as files from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { replacePrivateFile } from './private-file.js'

const { chown, mkdtemp, open, readdir, readFile, rename, rm, stat, symlink, writeFile } = files

vi.mock('node:fs/promises', async (original) => {
  const real = await original<typeof files>()
  return {
    ...real,
    open: vi.fn(real.open),
    writeFile: vi.fn(real.writeFile),
    chown: vi.fn(real.chown),
    chmod: vi.fn(real.chmod),
  }
})

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'otp-verify-'))
})
afterEach(async () => {
  vi.clearAllMocks()
  await rm(folder, { recursive: true })
})

describe('a private file that is replaced', () => {
  it('gives nobody another file, though its folder’s owner puts a link in place of the draft', async () => {
    const file = join(folder, 'keys.json')
    const other = join(folder, 'shadow')
    await writeFile(file, 'old')
    await writeFile(other, 'everybody’s passwords', { mode: 0o640 })
    // Only root can see the owner change; that no name is asked for it, everybody can.
    if (process.getuid!() === 0) await chown(file, 1234, 1234)
    const { uid, gid, mode } = await stat(other)
    vi.clearAllMocks()

    const real = await vi.importActual<typeof files>('node:fs/promises')
    async function swap(draft: string) {
      await rename(draft, `${draft}.real`)
      await symlink(other, draft)
    }
    vi.mocked(open).mockImplementationOnce(async (draft, ...more) => {
      const handle = await real.open(draft, ...more)
      await swap(draft as string)
      return handle
    })
    vi.mocked(writeFile).mockImplementationOnce(async (draft, ...more) => {
      await real.writeFile(draft, ...more)
      await swap(draft as string)
    })
    await replacePrivateFile(file, 'new', randomBytes)

    const after = await stat(other)
    expect([after.uid, after.gid, after.mode]).toEqual([uid, gid, mode])
    expect(await readFile(other, 'utf8')).toBe('everybody’s passwords')
    expect(vi.mocked(files.chown)).not.toHaveBeenCalled()
    expect(vi.mocked(files.chmod)).not.toHaveBeenCalled()
  })

  it('leaves no draft behind where it cannot be written', async () => {
    const taken = join(folder, 'taken')
    await files.mkdir(taken)
    await expect(replacePrivateFile(taken, 'new', randomBytes)).rejects.toThrow()
    expect(await readdir(folder)).toEqual(['taken'])
  })
})
