import { execFile } from 'node:child_process'
import { cp, mkdtemp, readdir, readFile, rm, symlink } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const root = dirname(createRequire(import.meta.url).resolve('otp-verify/package.json'))

/** What the script is built of. */
const SOURCES = ['contract', 'scripts', 'widget', 'package.json', 'tsconfig.json', 'vite.config.ts']

async function filesIn(folder: string): Promise<Record<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const names = entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
  const texts = await Promise.all(
    names.map(async (name) => [name.slice(folder.length), await readFile(name, 'utf8')] as const),
  )
  return Object.fromEntries(texts)
}

// Two folders of one machine stand for two machines. What the server says of the script's hashes is signed by nobody.
describe('the script and its sentences', () => {
  let folder: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'otp-verify another builder '))
    for (const source of SOURCES) await cp(join(root, source), join(folder, source), { recursive: true })
    await symlink(join(root, 'node_modules'), join(folder, 'node_modules'))
    const env = {
      PATH: process.env['PATH'],
      TZ: 'Asia/Kathmandu',
      LANG: 'tr_TR.UTF-8',
      NODE_ENV: 'production',
    }
    const run = (program: string, ...args: string[]) =>
      promisify(execFile)(process.execPath, [join('node_modules', program), ...args], { cwd: folder, env })
    await run('typescript/bin/tsc', '-b', 'widget')
    await run('vite/bin/vite.js', 'build', '--logLevel', 'warn')
  }, 300_000)
  afterAll(() => rm(folder, { recursive: true, force: true }))

  it('are the same, byte for byte, built again in another folder, zone and language (SR-J05: that builds are reproducible)', async () => {
    const built = await filesIn(join(folder, 'dist/script'))
    expect(Object.keys(built).length).toBeGreaterThan(30)
    expect(built).toEqual(await filesIn(join(root, 'dist/script')))
  })
})
