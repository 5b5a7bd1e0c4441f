import { spawnSync } from 'node:child_process'
import { expect, it } from 'vitest'
import { ROOT } from './release/manifest.js'

const SCRIPTS = [
  ['start', 'OTP_PORT'],
  ['demo-next', 'DEMO_NEXT_PORT'],
  ['gallery', 'GALLERY_PORT'],
] as const

it.each(SCRIPTS)('scripts/%s.mjs says so when %s is no port, and begins nothing', (script, variable) => {
  for (const text of ['x', '0', '65536', '5e3', '-1', '80.5']) {
    const env = { PATH: process.env['PATH'], [variable]: text }
    const { status, stdout, stderr } = spawnSync(process.execPath, [`scripts/${script}.mjs`], {
      ...{ cwd: ROOT, env, encoding: 'utf8', timeout: 20_000 },
    })
    expect(stderr.trim()).toBe(`${variable} must be a port between 1 and 65535, not "${text}".`)
    expect(stdout).toBe('')
    expect(status).toBe(1)
  }
})
