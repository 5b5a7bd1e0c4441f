import { execFile } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { getFileInfo } from 'prettier'
import { beforeAll, describe, expect, it } from 'vitest'
import { ROOT } from './manifest.js'

const run = promisify(execFile)

/** What docs/deploying.md has made in the folder of the compose file, and what a backend may be tried with. */
const PRIVATE = [
  ...['deploy/.env', 'deploy/secrets/pepper', 'deploy/secrets/valkey.conf', 'deploy/keys/signing-keys.json'],
  ...['deploy/keys/ids', 'deploy/config/otp-verify.config.json', 'deploy/config/alert-secret'],
  ...['demo/backends/.env', 'data/signing-keys.json', '.env', 'otp-verify.config.json'],
]

/** What is shipped of the same folders. */
const SHIPPED = [
  'deploy/Dockerfile',
  'deploy/compose.yaml',
  'deploy/otp-verify@.service',
  'demo/backends/express.mjs',
]

let place: string
beforeAll(() => {
  place = mkdtempSync(join(tmpdir(), 'otp-verify-packed-'))
  for (const path of [...SHIPPED, 'package.json', '.gitignore']) cpSync(join(ROOT, path), join(place, path))
  for (const path of PRIVATE) {
    mkdirSync(dirname(join(place, path)), { recursive: true })
    writeFileSync(join(place, path), 'secret')
  }
  return () => rmSync(place, { recursive: true })
})

describe('what somebody has put into the checkout to run the servers', () => {
  it('is ignored by git', async () => {
    const ignorePath = join(place, '.gitignore')
    for (const path of PRIVATE)
      expect(await getFileInfo(join(place, path), { ignorePath }), path).toMatchObject({ ignored: true })
    expect(await getFileInfo(join(place, SHIPPED[0]!), { ignorePath })).toMatchObject({ ignored: false })
  })

  it('is not packed', async () => {
    const args = ['pack', '--dry-run', '--json', '--ignore-scripts']
    const { stdout } = await run('npm', args, { cwd: place, shell: process.platform === 'win32' })
    const [packed] = JSON.parse(stdout) as { files: { path: string }[] }[]
    expect(packed!.files.map(({ path }) => path).sort()).toEqual(['package.json', ...SHIPPED].sort())
  })
})
