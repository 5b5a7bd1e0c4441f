import { chmod, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { sqliteStore } from '../store/sqlite/sqlite.js'
import { StoreError } from '../store/store.js'
import type { Weakness } from '../weakness.js'
import { doctorCommand } from './doctor-command.js'
import { examineStore } from './examine-store.js'
import { adviceOf } from './store-advice.js'
import {
  MANAGEMENT_KEY,
  openAccount,
  PEPPER,
  SAFE,
  SEND_KEY,
  type TestAccount,
} from './test/infobip-account.js'

const TEXT = '{{pin}} is your code.\n\n@{{host}} #{{pin}}'

let account: TestAccount
let env: Record<string, string>
let applicationId: string
let messageId: string
let script: object | undefined

beforeAll(async () => {
  account = await openAccount()
  applicationId = (await account.call('POST', '', { name: 'shop' }))['applicationId'] as string
  const template = { messageText: TEXT, pinType: 'NUMERIC', pinLength: 6 }
  messageId = (await account.call('POST', `/${applicationId}/messages`, template))['messageId'] as string
})
afterAll(() => account.stop())

beforeEach(async () => {
  script = {}
  await account.call('PUT', `/${applicationId}`, { name: 'shop', enabled: true, configuration: SAFE })
  const template = { messageText: TEXT, pinType: 'NUMERIC', pinLength: 6 }
  await account.call('PUT', `/${applicationId}/messages/${messageId}`, template)
  const file = join(account.folder, 'otp.json')
  await writeFile(file, JSON.stringify({ infobip: { hostPlaceholder: 'host' } }))
  env = { ...account.env, INFOBIP_2FA_APP_ID: applicationId, INFOBIP_2FA_MESSAGE_ID: messageId }
})

async function doctor(...args: string[]): Promise<{ said: string; code: number }> {
  const printed: string[] = []
  let code = 0
  const verdict = { print: (text: string) => void printed.push(text), fail: () => void (code = 1) }
  const command = doctorCommand(env, verdict, async () => script).exitOverride()
  await command.parseAsync(['--config', join(account.folder, 'otp.json'), ...args], { from: 'user' })
  const said = printed.join('\n')
  for (const secret of [MANAGEMENT_KEY, SEND_KEY, PEPPER]) expect(said).not.toContain(secret)
  return { said, code }
}

async function problems(...args: string[]): Promise<Weakness[]> {
  const { said, code } = await doctor('--json', ...args)
  const report = JSON.parse(said) as { ok: boolean; problems: Weakness[] }
  expect(report.ok).toBe(code === 0)
  expect(report.problems.length === 0).toBe(report.ok)
  for (const { message, fix } of report.problems) expect([message, fix]).not.toContain('')
  return report.problems
}

const checksOf = (found: readonly Weakness[]) => found.map(({ check }) => check)

describe('the doctor', () => {
  it('finds nothing wrong with a safe configuration, and shows the limits that hold (SR-B01, SR-D10)', async () => {
    const { said, code } = await doctor()
    expect(code).toBe(0)
    for (const name of ['configuration', 'store', 'keys', 'script', 'infobip']) {
      expect(said).toMatch(new RegExp(`^✓ ${name}$`, 'm'))
    }
    expect(said).toMatch(/limits\.numberPerDay +5 +at most 10/)
    expect(said).toMatch(/credits\.country\.overdraft +600 +at most 6000/)
    expect(said).toMatch(
      /day: 250 messages; \d+ to numbers never verified there, \d+ on the site's first day/,
    )
    expect(said).toMatch(/All is well\.$/)
    expect(await problems()).toEqual([])
    env['OTP_DAILY_BUDGET'] = '5000'
    expect(checksOf(await problems())).toEqual(['infobip.sendPinPerApplicationLimit'])
  })

  it('names each unsafe value of an application with factory defaults, and how to mend it (SR-B01)', async () => {
    const factory = await account.call('POST', '', { name: 'factory' })
    const template = { messageText: TEXT, pinType: 'NUMERIC', pinLength: 6 }
    env['INFOBIP_2FA_APP_ID'] = factory['applicationId'] as string
    const made = await account.call('POST', `/${env['INFOBIP_2FA_APP_ID']}/messages`, template)
    env['INFOBIP_2FA_MESSAGE_ID'] = made['messageId'] as string
    expect(checksOf(await problems()).toSorted()).toEqual([
      'infobip.allowMultiplePinVerifications',
      'infobip.pinAttempts',
      'infobip.pinTimeToLive',
      'infobip.sendPinPerApplicationLimit',
      'infobip.sendPinPerPhoneNumberLimit',
      'infobip.verifyPinLimit',
    ])
    const { said, code } = await doctor()
    expect(code).toBe(1)
    expect(said).toContain('✗ pinAttempts is 10: a code allows five guesses at most.')
    expect(said).toContain('→ Run otp-verify setup, or set sendPinPerApplicationLimit to 250/1d.')
  })

  it('names limits that are swapped, as in the quick start for Python (SR-B01)', async () => {
    const configuration = { ...SAFE, verifyPinLimit: '5000/12h', sendPinPerApplicationLimit: '2/4s' }
    await account.call('PUT', `/${applicationId}`, { name: 'shop', enabled: false, configuration })
    const found = await problems()
    expect(checksOf(found)).toEqual([
      'infobip.enabled',
      'infobip.verifyPinLimit',
      'infobip.sendPinPerApplicationLimit',
    ])
    expect(found[1]!.message).toContain('looks swapped with sendPinPerApplicationLimit')
  })

  it.each([
    [{ pinLength: 4 }, ['template.pinLength']],
    [{ pinLength: 8 }, ['template.pinLength']],
    [{ pinType: 'ALPHANUMERIC' }, ['template.pinType']],
    [{ messageText: 'Your code is {{pin}}.' }, ['template.origin-bound']],
    // The site has no such host.
    [{ messageText: 'Your code is {{pin}}.\n@other.example #{{pin}}' }, ['template.origin-bound']],
  ])('names what is wrong with a template: %j (SR-B02, SR-H11)', async (changes, expected) => {
    await account.call('PUT', `/${applicationId}/messages/${messageId}`, changes)
    expect(checksOf(await problems())).toEqual(expected)
  })

  it('notes a name and a warning that a template lacks, and more messages than one, each once (SR-H11)', async () => {
    const noted = async () => (await doctor()).said.split('\n').filter((line) => line.includes('· Template'))
    await account.call('PUT', `/${applicationId}/messages/${messageId}`, { senderId: '447491163443' })
    expect(await noted()).toEqual([
      expect.stringContaining('· Template default: It does not ask, in any words'),
    ])
    const texts = [
      `Shop: ${'Zdravo. '.repeat(4)}{{pin}} je vaš kod. Ne dijelite ga.`,
      '\n\n@{{host}} #{{pin}}',
    ]
    const changes = { messageText: texts.join(''), senderId: 'AcmeShop' }
    await account.call('PUT', `/${applicationId}/messages/${messageId}`, changes)
    expect(await noted()).toEqual([
      expect.stringContaining('· Template default: It does not say that the code is for AcmeShop.'),
      expect.stringContaining('· Template default: It travels as 2 messages, and costs as much as 2.'),
    ])
    expect((await doctor()).code).toBe(0)
    const infobip = { hostPlaceholder: 'host', sender: 'Shop' }
    await writeFile(join(account.folder, 'otp.json'), JSON.stringify({ infobip }))
    expect(await noted()).toEqual([expect.stringContaining('It travels as 2 messages')])
  })

  it('names templates that are not there, of every language and for longer codes (SR-B02)', async () => {
    const infobip = {
      hostPlaceholder: 'host',
      messageIds: { default: messageId, hr: 'NOWHERE' },
      longMessageIds: { default: messageId },
    }
    await writeFile(join(account.folder, 'otp.json'), JSON.stringify({ infobip }))
    const found = await problems()
    expect(found.map(({ message }) => message)).toEqual([
      'The application has no template for hr.',
      'Template long default has codes of 6 digits; shop asks for 8.',
    ])
  })

  it('names a key of the server that may do more than send (SR-B03)', async () => {
    env['INFOBIP_API_KEY'] = MANAGEMENT_KEY
    expect(checksOf(await problems())).toEqual(['overprivileged-key'])
    env['INFOBIP_API_KEY'] = 'nobodys-key'
    expect(checksOf(await problems())).toEqual(['infobip.apiKey'])
  })

  it('says how to load what setup wrote, for nothing reads it by itself', async () => {
    const { INFOBIP_2FA_APP_ID: _, ...rest } = env
    env = rest
    const found = (await problems()).find(({ check }) => check === 'infobip')
    expect(found!.fix).toBe(
      'Run otp-verify setup, which writes it to .env; then load that: set -a; . ./.env; set +a',
    )
  })

  it('says what it did not check, and does not ask when it is told so', async () => {
    const { INFOBIP_MANAGEMENT_API_KEY: _, ...rest } = env
    env = rest
    expect((await problems()).map(({ message }) => message)).toEqual([
      'The application and its templates were not checked.',
    ])
    env['INFOBIP_MANAGEMENT_API_KEY'] = SEND_KEY
    expect((await problems())[0]!.message).toContain('needs the scope 2fa:manage (403')
    env['INFOBIP_BASE_URL'] = 'http://127.0.0.1:9'
    expect((await problems())[0]!.message).toContain('Infobip gave no answer (ECONNREFUSED)')
    const before = account.sandbox.requests().length
    const { said, code } = await doctor('--offline')
    expect([code, account.sandbox.requests().length]).toEqual([0, before])
    expect(said).toMatch(/^– infobip\n.*NOT CHECKED: Infobip was not asked/m)
    expect(said).toMatch(/All is well, but Infobip was not checked\.$/)
  })

  it('names every mistake of the configuration, and goes on with what can be examined all the same', async () => {
    env['OTP_PORT'] = '99999'
    env['OTP_SITE_SECRET'] = 'short'
    await account.call('PUT', `/${applicationId}/messages/${messageId}`, { pinLength: 4 })
    const found = await problems()
    expect(checksOf(found)).toEqual(['configuration', 'configuration', 'template.pinLength'])
    expect(
      found
        .map(({ message }) => message.split(':')[0])
        .slice(0, 2)
        .toSorted(),
    ).toEqual(['OTP_PORT', 'OTP_SITE_SECRET'])
  })

  it('names keys that others can read, that are none, and that sign no more', async () => {
    const keys = env['OTP_SIGNING_KEYS']!
    await chmod(keys, 0o644)
    const [found] = await problems('--offline')
    await chmod(keys, 0o600)
    expect(found).toMatchObject({ check: 'keys', message: expect.stringContaining('chmod 600') })
    env['OTP_SIGNING_KEYS'] = join(account.folder, 'nowhere.json')
    expect(checksOf(await problems('--offline'))).toEqual(['keys'])
  })

  it('names a store that cannot be reached, forgets, or cannot be made', async () => {
    for (const [address, check] of [
      ['redis://127.0.0.1:9', 'store'],
      ['memory:', 'store'],
      [`sqlite:${env['OTP_SIGNING_KEYS']}/folder/store.db`, 'store'],
    ]) {
      env['OTP_STORE'] = address!
      expect(checksOf(await problems('--offline')), address).toEqual([check])
    }
  })

  it.each([
    ['SQLITE_FULL', 'Free space on the disk'],
    ['SQLITE_CORRUPT', 'move the file away'],
    ['SQLITE_READONLY', 'Let the user that runs the server write'],
  ])('says what to do about a file with %s', (code, fix) => {
    const error = new StoreError(`The store’s file could not be used (${code}).`)
    expect(adviceOf(error, 'sqlite:data/otp-verify.db')).toContain(fix)
    expect(adviceOf(error, 'redis://127.0.0.1')).not.toContain('the file')
  })

  it('names a folder where a file of the store should be', async () => {
    env['OTP_STORE'] = `sqlite:${account.folder}`
    expect(await problems('--offline')).toEqual([
      {
        check: 'store',
        message: 'The store’s file is a folder.',
        fix: expect.stringContaining('Name a separate file'),
      },
    ])
  })

  it('names a store that has room for nobody new, and not as one that keeps nothing', async () => {
    const path = join(account.folder, 'full.db')
    const store = sqliteStore({ path })
    const mebibyte = 'x'.repeat(2 ** 20)
    for (let n = 0; n < 70; n++) await store.claim(`key-${n}`, mebibyte, 60_000, 'operator')
    expect(await store.claim('key', 'visitor', 1000).catch(() => 'refused')).not.toBe(true)
    await store.close()
    const { weaknesses } = await examineStore(`sqlite:${path}`, Date.now)
    expect(weaknesses).toEqual([
      {
        check: 'store',
        message: 'It has room only for visits under way: The store is full.',
        fix: expect.stringContaining('Starts are refused'),
      },
    ])
  })

  it('names a store whose clock is another', async () => {
    for (const [wrong, said] of [
      [-60_000, 'ahead of'],
      [60_000, 'behind'],
    ] as const) {
      const { weaknesses } = await examineStore(env['OTP_STORE']!, () => Date.now() + wrong)
      expect(weaknesses).toMatchObject([
        { check: 'store.clock', message: expect.stringMatching(`60 seconds ${said} this machine`) },
      ])
    }
  })

  it('names a script that was not built', async () => {
    script = undefined
    expect(checksOf(await problems('--offline'))).toEqual(['script'])
  })

  it('says what to do where nothing is configured', async () => {
    env = { OTP_STORE: account.env['OTP_STORE']!, OTP_SIGNING_KEYS: account.env['OTP_SIGNING_KEYS']! }
    await writeFile(join(account.folder, 'otp.json'), '{}')
    expect(await problems()).toEqual([
      {
        check: 'infobip',
        message: 'No Infobip account is configured: nothing is sent to any phone.',
        fix: expect.stringContaining('otp-verify setup'),
      },
    ])
  })
})
