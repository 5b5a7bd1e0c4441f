import { chmod, mkdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readInfobipAccount } from '../config/infobip-settings.js'
import { MESSAGE_TEXTS } from '../message/texts.js'
import { warns } from '../message/warning-words.js'
import { infobipManagement } from '../provider/infobip/manage.js'
import { doctorCommand } from './doctor-command.js'
import { loadLine } from './env-file.js'
import { applyPlan, confirm, planSetup } from './setup.js'
import { setupCommand, type AskOperator } from './setup-command.js'
import { messagesIn } from './setup-messages.js'
import type { Wish } from './setup-wish.js'
import { MANAGEMENT_KEY, openAccount, SAFE, SEND_KEY, type TestAccount } from './test/infobip-account.js'

let account: TestAccount
let env: Record<string, string>
let envFile: string
beforeEach(async () => {
  account = await openAccount()
  env = account.env
  envFile = join(account.folder, '.env')
})
afterEach(() => account.stop())

async function setup(args: string[], ask: AskOperator = undefined): Promise<string> {
  const printed: string[] = []
  const command = setupCommand(env, { print: (text) => printed.push(text) }, ask).exitOverride()
  await command.parseAsync(['--env-file', envFile, ...args], { from: 'user' })
  const said = printed.join('\n')
  for (const secret of [MANAGEMENT_KEY, SEND_KEY]) expect(said).not.toContain(secret)
  return said
}

/** What the doctor finds, once the server is configured as setup said. */
async function doctor(said: string): Promise<string[]> {
  const file = join(account.folder, 'otp.json')
  await writeFile(file, said.slice(said.indexOf('\n{') + 1))
  let report = ''
  const verdict = { print: (text: string) => void (report = text), fail: () => {} }
  const command = doctorCommand(env, verdict, async () => ({})).exitOverride()
  await command.parseAsync(['--json', '--config', file], { from: 'user' })
  return (JSON.parse(report) as { problems: { check: string }[] }).problems.map(({ check }) => check)
}

const writes = () => account.sandbox.requests().filter(({ method }) => method !== 'GET').length

/** Makes an application as an operator may have left it. */
async function application(configuration: object, name = 'otp-verify'): Promise<string> {
  return (await account.call('POST', '', { name, configuration }))['applicationId'] as string
}

describe('setup', () => {
  it('makes an application and templates that the doctor finds nothing wrong with (SR-B01, SR-B02, SR-H11)', async () => {
    const said = await setup(['--yes', '--language', 'en', '--language', 'de,pt-BR', '--brand', 'Shop'])
    expect(said).toContain('+ sendPinPerApplicationLimit: 250/1d')
    expect(said).toContain(
      '"Shop: {{pin}} ist Ihr Code. Geben Sie ihn nicht weiter.\\n\\n@{{host}} #{{pin}}"',
    )
    const { infobip } = JSON.parse(said.slice(said.indexOf('\n{') + 1))
    expect(Object.keys(infobip.messageIds)).toEqual(['default', 'en', 'de', 'pt-BR', 'pt'])
    expect(infobip.messageIds.en).toBe(infobip.messageIds.default)
    expect(await account.call('GET', `/${infobip.applicationId}`)).toMatchObject({
      name: 'otp-verify',
      enabled: true,
      configuration: SAFE,
    })
    expect(await readFile(envFile, 'utf8')).toBe(
      `INFOBIP_2FA_APP_ID=${infobip.applicationId}\nINFOBIP_2FA_MESSAGE_ID=${infobip.messageIds.default}\nINFOBIP_HOST_PLACEHOLDER=host\n`,
    )
    expect((await stat(envFile)).mode & 0o777).toBe(0o600)
    expect(await doctor(said)).toEqual([])
  })

  it('writes texts that name the brand and warn, in every language, and says where nobody is named (SR-H11)', async () => {
    const every = MESSAGE_TEXTS.map(({ language }) => language)
    const pages = MESSAGE_TEXTS.flatMap(({ tags }) => tags).join(', ')
    const said = await setup(['--yes', '--language', every.join(',')])
    expect(said).toContain(`· default, ${pages}: It does not say whose code it is.\n  → Start with the name`)
    const branded = await setup(['--yes', '--language', every.join(','), '--brand', 'Shop'])
    expect(branded).not.toContain('· ')
    const { infobip } = JSON.parse(branded.slice(branded.indexOf('\n{') + 1))
    const written = (await account.call('GET', `/${infobip.applicationId}/messages`)) as never as object[]
    expect(written).toHaveLength(every.length)
    for (const template of written) {
      const { messageText } = template as { messageText: string }
      expect([messageText.startsWith('Shop: '), warns(messageText)], messageText).toEqual([true, true])
    }
  })

  it('advises on a text of the operator’s own, and lets it stay (SR-H11)', async () => {
    const id = await application(SAFE)
    const own = 'Acme: {{pin}} is your code.\n\n@{{host}} #{{pin}}'
    const template = { messageText: own, pinType: 'NUMERIC', pinLength: 6, language: 'en' }
    await account.call('POST', `/${id}/messages`, template)
    const said = await setup(['--yes'])
    expect(said).toContain('Nothing to change')
    expect(said).toContain('· default, en: It does not ask, in any words known here')
    expect((await account.call('GET', `/${id}/messages`))[0 as never]).toMatchObject({ messageText: own })
  })

  it('changes nothing the second time, and says so, whether it is told the ids or not', async () => {
    const args = ['--yes', '--language', 'en,hr', '--sender', 'Shop']
    const first = await setup(args)
    const before = writes()
    const second = await setup(args)
    expect(second).toContain('Nothing to change')
    expect(second).toContain('already has the ids')
    expect(second.slice(second.indexOf('{'))).toBe(first.slice(first.indexOf('\n{') + 1))
    const { infobip } = JSON.parse(second.slice(second.indexOf('{')))
    env['INFOBIP_2FA_APP_ID'] = infobip.applicationId
    env['INFOBIP_2FA_MESSAGE_ID'] = infobip.messageIds.default
    expect(await setup([...args, '--name', 'another'])).toContain('Nothing to change')
    expect(writes()).toBe(before)
  })

  it('knows the configured template of a language however the configuration spells it', async () => {
    const { infobip } = JSON.parse((await setup(['--yes', '--language', 'en,pt-BR'])).split('runs:\n')[1]!)
    const { 'pt-BR': brazilian, pt: _, ...others } = infobip.messageIds
    // Another of the same language and length, between which nothing but the configuration decides.
    const other = { messageText: 'Seu PIN é {{pin}}.', pinType: 'NUMERIC', pinLength: 6, language: 'pt_br' }
    await account.call('POST', `/${infobip.applicationId}/messages`, other)
    const file = join(account.folder, 'spelled.json')
    const messageIds = { ...others, pt_br: brazilian }
    await writeFile(file, JSON.stringify({ infobip: { ...infobip, messageIds } }))
    const before = writes()
    const args = ['--language', 'en,pt_br', '--brand', 'Shop', '--config', file]
    expect(await setup(args, () => Promise.resolve(false))).toContain(`(${brazilian})`)
    expect(writes()).toBe(before)
  })

  it.each(['merges', 'replaces'] as const)(
    'corrects factory defaults, shows each before it writes, and keeps what is safe (SR-B01), where a PUT %s',
    async (putApplication) => {
      account.sandbox.behave({ putApplication })
      const id = await application({ verifyPinLimit: '9/1s' })
      await account.call('POST', `/${id}/messages`, {
        ...{ messageText: 'Your PIN is {{pin}}.', pinType: 'ALPHANUMERIC', pinLength: 4, senderId: 'Ours' },
      })
      const questions: string[] = []
      const refused = await setup([], async (question) => questions.push(question) === 0)
      expect(questions).toEqual(['Write this to Infobip?'])
      expect(refused).toMatch(/Nothing was written\.$/)
      for (const change of [
        'pinAttempts: 10 → 5, for a code allows five guesses at most.',
        'allowMultiplePinVerifications: true → false',
        'pinTimeToLive: 15m → 5m',
        'sendPinPerApplicationLimit: 10000/1d → 250/1d',
        'sendPinPerPhoneNumberLimit: 3/1d → 5/1d',
        'text: "Your PIN is {{pin}}." → "{{pin}} is your code.',
        'pinType: ALPHANUMERIC → NUMERIC',
        'pinLength: 4 → 6',
      ]) {
        expect(refused).toContain(`~ ${change}`)
      }
      expect(refused).not.toContain('verifyPinLimit')
      expect(writes()).toBe(2)
      const said = await setup([], async () => true)
      expect(await account.call('GET', `/${id}`)).toMatchObject({
        configuration: { pinAttempts: 5, verifyPinLimit: '9/1s', sendPinPerPhoneNumberLimit: '5/1d' },
      })
      expect((await account.call('GET', `/${id}/messages`))[0 as never]).toMatchObject({ senderId: 'Ours' })
      expect(await doctor(said)).toEqual([])
    },
  )

  it('raises limits when those of the server have been raised', async () => {
    const { infobip } = JSON.parse((await setup(['--yes'])).split('runs:\n')[1]!)
    env['OTP_DAILY_BUDGET'] = '5000'
    const file = join(account.folder, 'raised.json')
    await writeFile(file, JSON.stringify({ infobip, limits: { numberPerDay: 10 } }))
    const said = await setup(['--yes', '--config', file])
    expect(said).toContain('sendPinPerApplicationLimit: 250/1d → 5000/1d, for the sites may send 5000')
    expect(said).toContain('sendPinPerPhoneNumberLimit: 5/1d → 10/1d, for the server allows a number 10')
    expect(await account.call('GET', `/${infobip.applicationId}`)).toMatchObject({
      configuration: { sendPinPerApplicationLimit: '5000/1d', sendPinPerPhoneNumberLimit: '10/1d' },
    })
  })

  it('makes templates of longer codes beside the usual ones, which stay as they are', async () => {
    const { infobip } = JSON.parse((await setup(['--yes', '--language', 'en,de'])).split('runs:\n')[1]!)
    const file = join(account.folder, 'long.json')
    await writeFile(file, JSON.stringify({ infobip }))
    const args = ['--yes', '--long', '--language', 'en,de', '--config', file]
    const said = await setup(args)
    expect(said).not.toContain('~')
    const made = JSON.parse(said.split('config.json:\n')[1]!)
    expect(made.infobip).toMatchObject({ longCodeLength: 8, longMessageIds: { de: expect.any(String) } })
    const templates = (await account.call('GET', `/${infobip.applicationId}/messages`)) as never as object[]
    expect(templates.map((one) => 'pinLength' in one && one.pinLength).toSorted()).toEqual([6, 6, 8, 8])
    const whole = JSON.stringify({ infobip: { ...infobip, ...made.infobip } })
    await writeFile(file, whole)
    const before = writes()
    expect(await setup(args)).toContain('Nothing to change')
    expect(await setup(['--yes', '--language', 'en,de', '--config', file])).toContain('Nothing to change')
    expect(writes()).toBe(before)
    expect(await doctor(`\n${whole}`)).toEqual([])
    await expect(setup([...args, '--code-length', '8'])).rejects.toThrow(/cannot be used with/)
  })

  it('says that two limits are swapped, and puts them right', async () => {
    // As in Infobip's own quick start in Python.
    const id = await application({ verifyPinLimit: '5000/12h', sendPinPerApplicationLimit: '2/4s' })
    const said = await setup(['--yes'])
    expect(said).toContain(
      'verifyPinLimit: 5000/12h → 3/1s, for it looks swapped with sendPinPerApplicationLimit, which is 2/4s.',
    )
    expect(await account.call('GET', `/${id}`)).toMatchObject({
      configuration: { verifyPinLimit: '3/1s', sendPinPerApplicationLimit: '250/1d' },
    })
  })

  it('writes nothing where nobody can be asked, or where it cannot know what is meant', async () => {
    await expect(setup([])).rejects.toThrow(/--yes/)
    await expect(setup(['--yes', '--language', 'xx'])).rejects.toThrow(
      /--language: there are texts in en, ca, da/,
    )
    await expect(setup(['--yes', '--host-placeholder', 'a pin'])).rejects.toThrow(/--host-placeholder/)
    expect(writes()).toBe(0)
    await application({})
    await application({})
    await expect(setup(['--yes'])).rejects.toThrow(/INFOBIP_2FA_APP_ID: several applications/)
    expect(writes()).toBe(2)
    await expect(readFile(envFile)).rejects.toThrow()
  })

  it('asks for what it needs, and says what Infobip says of a key that may not', async () => {
    env = {}
    await expect(setup([])).rejects.toThrow(/INFOBIP_BASE_URL: .*\nINFOBIP_MANAGEMENT_API_KEY: /)
    env = { ...account.env, INFOBIP_MANAGEMENT_API_KEY: SEND_KEY }
    await expect(setup(['--yes'])).rejects.toThrow(/needs the scope 2fa:manage \(403, FORBIDDEN\)/)
  })

  it('does not believe an account that takes changes and does not show them', async () => {
    await application({})
    const { sites, terms } = await readInfobipAccount(env)
    const real = infobipManagement({ baseUrl: env['INFOBIP_BASE_URL']!, apiKey: MANAGEMENT_KEY })
    const deaf = { ...real, updateApplication: (id: string) => real.application(id) }
    const wish: Wish = {
      ...{
        name: 'otp-verify',
        messages: messagesIn(['en'], MESSAGE_TEXTS),
        brand: undefined,
        sender: undefined,
      },
      ...{ hostPlaceholder: 'host', codeLength: 6 },
    }
    const plan = await planSetup(deaf, wish, {
      ...{ applicationId: undefined, messageIds: {}, longMessageIds: {}, sites, terms },
    })
    const setUp = await applyPlan(deaf, plan)
    await expect(confirm(deaf, wish, { longMessageIds: {}, sites, terms }, setUp)).rejects.toThrow(
      /does not show them: .*allowMultiplePinVerifications/,
    )
  })
})

describe('the file of variables', () => {
  it('becomes its owner’s alone, and stays as it was when it cannot be written', async () => {
    await writeFile(envFile, 'OTP_PORT=1\n')
    await chmod(envFile, 0o644)
    await setup(['--yes'])
    expect((await stat(envFile)).mode & 0o777).toBe(0o600)
    expect(await readFile(envFile, 'utf8')).toMatch(
      /^OTP_PORT=1\nINFOBIP_2FA_APP_ID=\w+\nINFOBIP_2FA_MESSAGE_ID=\w+\nINFOBIP_HOST_PLACEHOLDER=host\n$/,
    )
  })

  it('is known to be writable before anything is written to Infobip', async () => {
    envFile = join(account.folder, 'nowhere', '.env')
    await expect(setup(['--yes'])).rejects.toThrow('--env-file: cannot be written (ENOENT).')
    envFile = account.folder
    await expect(setup(['--yes'])).rejects.toThrow('--env-file: cannot be written (EISDIR).')
    envFile = join(account.folder, 'link')
    await symlink(join(account.folder, '.env'), envFile)
    await expect(setup(['--yes'])).rejects.toThrow('--env-file: is a link; name the file that it points to.')
    expect(writes()).toBe(0)
  })

  it('is not needed to learn the ids, should it be gone by then', async () => {
    const printed: string[] = []
    const folder = join(account.folder, 'passing')
    await mkdir(folder)
    const ask = () => rm(folder, { recursive: true }).then(() => true)
    const command = setupCommand(env, { print: (text) => printed.push(text) }, ask)
    const asked = command.parseAsync(['--env-file', join(folder, '.env')], { from: 'user' })
    await expect(asked).rejects.toThrow('--env-file: cannot be written (ENOENT).')
    const { infobip } = JSON.parse(printed.at(-1)!)
    expect(await account.call('GET', `/${infobip.applicationId}`)).toMatchObject({ name: 'otp-verify' })
  })

  it('is said to be read by nothing, and how to load it', async () => {
    expect(await setup(['--yes'])).toContain(`before doctor and serve: ${loadLine(envFile)}`)
  })
})
