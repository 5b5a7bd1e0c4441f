import { spawnSync } from 'node:child_process'
import { closeSync, existsSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { PROGRAM } from './processes/built.js'
import { MANIFEST } from './release/manifest.js'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'otp-verify-commands-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

/** Runs a command to its end. @param output where its standard output goes, unless it is wanted. */
function run(args: string[], output: number | 'pipe' = 'pipe', env: Record<string, string> = {}) {
  return spawnSync(process.execPath, [PROGRAM, ...args], {
    ...{ cwd: folder, encoding: 'utf8', env: { PATH: process.env['PATH'], ...env } },
    ...{ stdio: ['ignore', output, 'pipe'], timeout: 30_000 },
  })
}

it('tells its version, and that a number is none without blaming the configuration', () => {
  expect(run(['--version']).stdout).toBe(`${MANIFEST.version}\n`)
  const { status, stderr } = run(['erase', '123'])
  expect([status, stderr]).toEqual([1, expect.stringMatching(/^NUMBER: /)])
})

it('ends with 1 when a log holds nothing of what was asked', () => {
  const log = join(folder, 'garbage.log')
  writeFileSync(log, 'no log\n')
  for (const command of [['why', 'ID'], ['shadow-report']]) {
    expect(run([...command, '--log', log]).status, command[0]).toBe(1)
  }
})

it.skipIf(!existsSync('/dev/full'))('ends with 1 when what it says goes nowhere', () => {
  expect(run(['keys', 'generate']).status).toBe(0)
  const full = openSync('/dev/full', 'w')
  try {
    const { status, stderr } = run(['keys', 'list'], full)
    expect([status, stderr]).toEqual([1, 'The output could not be written (ENOSPC).\n'])
  } finally {
    closeSync(full)
  }
})

it('says that two of its ports are one, before it says that it was configured', () => {
  const ports = { OTP_PORT: '9787', OTP_ADMIN_PORT: '9787', OTP_SANDBOX_PORT: '0' }
  const { status, stdout, stderr } = run(['serve'], 'pipe', ports)
  const told = expect.stringContaining('OTP_PORT, OTP_ADMIN_PORT: both are 9787') as string
  expect([status, stdout, stderr]).toEqual([1, '', told])
})
