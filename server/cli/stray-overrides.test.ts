import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { createConfiguredApp } from '../assembly/assemble.js'
import { withoutManagementKey } from '../config/sources.js'
import { sqliteStore } from '../store/sqlite/sqlite.js'
import { makeKeyFile } from '../token/key-file.js'
import { examine } from './doctor.js'
import { overrideCommands } from './override-commands.js'

const [OLD, NEW] = ['old-pepper-'.repeat(4), 'new-pepper-'.repeat(4)]
const NUMBER = '+12025550123'

let folder: string
let env: Record<string, string>
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'otp-verify-strays-'))
  const path = join(folder, 'store.db')
  env = { OTP_STORE: `sqlite:${path}`, OTP_PEPPER: OLD, OTP_LOG_LEVEL: 'silent', OTP_SANDBOX_PORT: '0' }
  env['OTP_SIGNING_KEYS'] = join(folder, 'keys.json')
  await makeKeyFile(env['OTP_SIGNING_KEYS'], randomBytes)
  await sqliteStore({ path }).close()
})
afterEach(() => rmSync(folder, { recursive: true }))

async function run(name: string, ...args: string[]): Promise<string> {
  const printed: string[] = []
  const deps = { print: (text: string) => void printed.push(text), observe: () => {} }
  const command = overrideCommands(env, deps).find((one) => one.name() === name)!
  await command.parseAsync(args, { from: 'user' })
  return printed.join('\n')
}

/** What the doctor finds in the store. */
async function examined() {
  const options = { env: withoutManagementKey(env), offline: true, now: Date.now }
  const { examinations } = await examine({ ...options, readScript: async () => ({}) })
  const { weaknesses, notes } = examinations.find(({ name }) => name === 'store')!
  return { weaknesses, notes }
}

/** What a server says of its pepper when it starts. */
async function warned(): Promise<string[]> {
  const app = await createConfiguredApp(env)
  await app.stop()
  return app.warnings.filter((warning) => warning.includes('OTP_PEPPER'))
}

it('warns of denials that ended with their pepper, until they are said again (SR-K12)', async () => {
  await run('deny', '--number', NUMBER)
  await run('deny', '--range', '+39320123')
  expect([await warned(), await examined()]).toEqual([[], { weaknesses: [], notes: [] }])

  env['OTP_PEPPER'] = NEW
  expect(await warned()).toEqual([
    '2 overrides (allow, deny) were made under another OTP_PEPPER and do not hold. ' +
      'Run otp-verify overrides with OTP_PEPPER=NEW,OLD, and repeat each override under the same setting.',
  ])
  expect((await examined()).weaknesses).toEqual([
    {
      check: 'store.overrides',
      message: '2 overrides (allow, deny) were made under another OTP_PEPPER and do not hold.',
      fix: 'Run otp-verify overrides with OTP_PEPPER=NEW,OLD, and repeat each override under the same setting.',
    },
  ])

  env['OTP_PEPPER'] = `${NEW},${OLD}`
  expect(await run('overrides')).toContain(NUMBER)
  await run('deny', '--number', NUMBER)
  await run('deny', '--range', '+39320123')
  env['OTP_PEPPER'] = NEW
  expect([await warned(), await examined()]).toEqual([[], { weaknesses: [], notes: [] }])
})

it('says of those of the second pepper, while it is there, that they end with it (SR-K12)', async () => {
  await run('deny', '--number', NUMBER)
  env['OTP_PEPPER'] = `${NEW},${OLD}`
  const told =
    '1 override (allow, deny) holds under the second OTP_PEPPER only and ends with it: repeat it before you remove that pepper.'
  expect(await warned()).toEqual([told])
  expect(await examined()).toEqual({ weaknesses: [], notes: [told] })
  await run('deny', '--number', NUMBER)
  expect([await warned(), await examined()]).toEqual([[], { weaknesses: [], notes: [] }])
})
