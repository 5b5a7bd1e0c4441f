import { afterEach, beforeEach, expect, it } from 'vitest'
import type { FaultInput } from '../sandbox/faults.js'
import { doctorCommand } from './doctor-command.js'
import { openAccount, type TestAccount } from './test/infobip-account.js'

let account: TestAccount
beforeEach(async () => {
  account = await openAccount()
})
afterEach(() => account.stop())

/** What the doctor has against Infobip, asked as a server's own user would: without the key that manages. */
async function problems(): Promise<string[]> {
  const { INFOBIP_MANAGEMENT_API_KEY: _, ...env } = account.env
  const ids = { INFOBIP_2FA_APP_ID: account.sandbox.applicationId, INFOBIP_2FA_MESSAGE_ID: 'any' }
  const printed: string[] = []
  const verdict = { print: (text: string) => void printed.push(text), fail: () => {} }
  const command = doctorCommand({ ...env, ...ids }, verdict, async () => ({})).exitOverride()
  await command.parseAsync(['--json'], { from: 'user' })
  const report = JSON.parse(printed.join('\n')) as {
    problems: { check: string; message: string; fix: string }[]
  }
  return report.problems.map(({ check, message, fix }) => `${check}: ${message} ${fix}`)
}

const UNLOOKED = expect.stringMatching(
  /^infobip: The application and its templates were not checked/,
) as string

it('a healthy Infobip is not said to be down', async () => {
  expect(await problems()).toEqual([UNLOOKED])
})

it.each<[string, FaultInput]>([
  ['refused (503, ', { kind: 'status', operation: 'getApplication', status: 503, times: 'always' }],
  ['gave no answer (timeout)', { kind: 'hang-headers', operation: 'getApplication', times: 'always' }],
])('an Infobip that %s is reported without the key that manages', async (words, fault) => {
  account.sandbox.arm(fault)
  const found = await problems()
  expect(found).toEqual([
    expect.stringMatching(/^infobip: Infobip .* Fix that, or wait if Infobip is down, and run .*again\.$/),
    UNLOOKED,
  ])
  expect(found[0]).toContain(words)
})

it('so is one that takes no connection', async () => {
  await account.sandbox.stop()
  expect((await problems())[0]).toContain('Infobip gave no answer (ECONNREFUSED)')
})
