import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { doctorCommand } from './doctor-command.js'
import { setupCommand } from './setup-command.js'
import { openAccount, type TestAccount } from './test/infobip-account.js'

interface Written {
  applicationId: string
  messageIds: Record<string, string>
  longMessageIds: Record<string, string>
  hostPlaceholder?: string
}

interface Kept {
  messageId: string
  messageText: string
  language: string
  senderId?: string
}

let account: TestAccount
let env: Record<string, string>
let envFile: string
let file: string
beforeEach(async () => {
  account = await openAccount()
  env = account.env
  envFile = join(account.folder, '.env')
  file = join(account.folder, 'otp.json')
  await configure({})
})
afterEach(() => account.stop())

/** Runs setup over the configuration file. @returns what it says, and what it tells to write into that file */
async function setup(...args: string[]): Promise<{ said: string; infobip: Written }> {
  const printed: string[] = []
  const command = setupCommand(env, { print: (text) => printed.push(text) }, undefined).exitOverride()
  await command.parseAsync(['--yes', '--env-file', envFile, '--config', file, ...args], { from: 'user' })
  const { infobip } = JSON.parse(printed.at(-1)!) as { infobip: Written }
  return { said: printed.join('\n'), infobip }
}

async function configure(infobip: Partial<Written>): Promise<void> {
  await writeFile(file, JSON.stringify({ infobip }))
}

/** Takes up the file of variables, as a shell that loads it. */
async function load(): Promise<void> {
  const lines = (await readFile(envFile, 'utf8')).trim().split('\n')
  env = { ...account.env, ...Object.fromEntries(lines.map((line) => line.replace('export ', '').split('='))) }
}

/** The templates of the application, by id. */
async function templates({ applicationId }: Written): Promise<Record<string, Kept>> {
  const all = (await account.call('GET', `/${applicationId}/messages`)) as never as Kept[]
  return Object.fromEntries(all.map((one) => [one.messageId, one]))
}

async function make({ applicationId }: Written, template: object): Promise<string> {
  const whole = { pinType: 'NUMERIC', pinLength: 6, ...template }
  return (await account.call('POST', `/${applicationId}/messages`, whole))['messageId'] as string
}

async function doctor(): Promise<{ said: string; ok: boolean }> {
  let [said, ok] = ['', true]
  const verdict = { print: (text: string) => void (said = text), fail: () => void (ok = false) }
  const command = doctorCommand(env, verdict, async () => ({})).exitOverride()
  await command.parseAsync(['--config', file], { from: 'user' })
  return { said, ok }
}

describe('setup, run once more with fewer options', () => {
  it('leaves the templates of every language that is configured as they are', async () => {
    const { infobip } = await setup('--language', 'hr,de,en', '--brand', 'Kiln')
    await configure(infobip)
    const before = await templates(infobip)
    env['OTP_DAILY_BUDGET'] = '5000'
    const again = await setup()
    expect(again.said.match(/^ {2}[~+] .*/gm)).toEqual([
      expect.stringContaining('~ sendPinPerApplicationLimit: 250/1d → 5000/1d'),
    ])
    expect(again.infobip).toEqual(infobip)
    expect(await templates(infobip)).toEqual(before)
    expect(await readFile(envFile, 'utf8')).toContain(
      `INFOBIP_2FA_MESSAGE_ID=${before[infobip.messageIds['hr']!]!.messageId}\n`,
    )
  })

  it('gives all of them the sender that is said, and each keeps its language and text', async () => {
    const { infobip } = await setup('--language', 'hr,de,en', '--brand', 'Kiln')
    await configure(infobip)
    const before = await templates(infobip)
    const { said } = await setup('--sender', 'KILN')
    expect(said.match(/^Template .*/gm)).toEqual(
      ['default, hr', 'de', 'en'].map((tags) => `Template ${tags} (${infobip.messageIds[tags.slice(-2)]})`),
    )
    expect(said.match(/^ {2}~ .*/gm)).toEqual(Array(3).fill('  ~ sender: not told → KILN'))
    const sent = Object.entries(before).map(([id, one]) => [id, { ...one, senderId: 'KILN' }])
    expect(await templates(infobip)).toEqual(Object.fromEntries(sent))
  })

  it('writes a text that has to change in its own language, and for whom it was', async () => {
    const { infobip } = await setup('--language', 'hr', '--brand', 'Kiln')
    await load()
    const { said } = await setup('--host-placeholder', 'page')
    const text = 'Kiln: {{pin}} je vaš kôd. Ne dijelite ga.\n\n@{{page}} #{{pin}}'
    expect(Object.values(await templates(infobip))).toMatchObject([{ language: 'hr', messageText: text }])
    expect(said).not.toContain('language')
  })

  it('takes a language that is said for everybody else to another template, and keeps those of the others', async () => {
    const { infobip } = await setup('--language', 'hr,de')
    await configure(infobip)
    const before = await templates(infobip)
    const again = await setup('--language', 'en')
    const { default: made, en, ...others } = again.infobip.messageIds
    expect([made, others]).toEqual([en, { hr: infobip.messageIds['hr'], de: infobip.messageIds['de'] }])
    expect(await templates(infobip)).toEqual({
      ...before,
      [made!]: expect.objectContaining({ language: 'en' }),
    })
  })

  it('shows the language of a template when it changes with the text, which decides how calls are spoken', async () => {
    const { infobip } = await setup('--language', 'en')
    const hr = await make(infobip, { messageText: 'PIN: {{pin}}', language: 'en' })
    await configure({ ...infobip, messageIds: { ...infobip.messageIds, hr } })
    const { said } = await setup()
    expect(said).toContain(`Template hr (${hr})`)
    expect(said).toContain('  ~ language: en → hr')
    expect((await templates(infobip))[hr]).toMatchObject({
      language: 'hr',
      messageText: '{{pin}} je vaš kôd. Ne dijelite ga.\n\n@{{host}} #{{pin}}',
    })
  })

  it.each(['ur', 'default ur'])(
    'lets a text stay that is in no language of ours, whatever Infobip says of it: that of %s',
    async (tags) => {
      const { infobip } = await setup('--language', 'en')
      const own = 'Shop: {{pin}} آپ کا نمبر'
      const id = await make(infobip, { messageText: own, language: 'en' })
      const messageIds = {
        ...infobip.messageIds,
        ...Object.fromEntries(tags.split(' ').map((tag) => [tag, id])),
      }
      await configure({ ...infobip, messageIds })
      const again = await setup('--sender', 'KILN')
      expect(again.said).not.toContain(`(${id})`)
      expect(again.infobip.messageIds).toEqual(messageIds)
      expect((await templates(infobip))[id]).toMatchObject({ messageText: own, language: 'en' })
    },
  )

  it('names a template by the pages that get it, and takes its language from them (de-AT is German)', async () => {
    const { infobip } = await setup('--language', 'en')
    const text = { messageText: 'PIN: {{pin}}', language: 'en' }
    const austria = await make(infobip, text)
    const britain = await make(infobip, text)
    await configure({
      ...infobip,
      messageIds: { ...infobip.messageIds, 'de-AT': austria, 'de-CH': austria, 'en-GB': britain },
    })
    const { said } = await setup('--sender', 'KILN')
    expect(said.match(/^Template .*/gm)).toEqual([
      `Template default, en (${infobip.messageIds['en']})`,
      `Template de-AT, de-CH (${austria})`,
      `Template en-GB (${britain})`,
    ])
    const now = await templates(infobip)
    expect([now[austria]!.language, now[britain]!.language]).toEqual(['de', 'en'])
  })

  it('makes a configured template that is gone, and keeps one that is configured in another spelling', async () => {
    const { infobip } = await setup('--language', 'en,pt-BR')
    const { 'pt-BR': brazil, pt: _, ...others } = infobip.messageIds
    await configure({ ...infobip, messageIds: { ...others, pt_br: brazil!, de: 'GONE' } })
    const again = await setup()
    expect(again.said).toContain('New template de\n')
    expect(again.infobip.messageIds).toEqual({
      ...others,
      pt_br: brazil,
      de: expect.not.stringMatching('GONE'),
    })
    await configure(again.infobip)
    expect((await setup('--language', 'en,pt-BR')).infobip.messageIds).toEqual({
      ...others,
      ...{ 'pt-BR': brazil, pt: brazil, de: again.infobip.messageIds['de'] },
    })
  })

  it('makes longer codes in the languages of the usual ones', async () => {
    const { infobip } = await setup('--language', 'hr,de,en')
    await configure(infobip)
    const long = await setup('--long')
    expect(Object.keys(long.infobip.longMessageIds)).toEqual(Object.keys(infobip.messageIds))
    const all = await templates(infobip)
    for (const [language, id] of Object.entries(infobip.messageIds)) {
      const { pinLength: _, ...usual } = all[id] as Kept & { pinLength: number }
      expect(all[long.infobip.longMessageIds[language]!]).toMatchObject({
        ...usual,
        ...{ messageId: expect.any(String), pinLength: 8 },
      })
    }
    await configure({ ...infobip, ...long.infobip })
    expect((await setup('--long')).infobip).toEqual(long.infobip)
    expect((await setup()).infobip).toEqual(infobip)
  })
})

describe('messages that name no page', () => {
  const TEXT = '{{pin}} je vaš kôd. Ne dijelite ga.'
  const LINE = `${TEXT}\n\n@{{host}} #{{pin}}`

  it('are left so, and the doctor notes it', async () => {
    const { said, infobip } = await setup('--language', 'hr', '--host-placeholder', 'none', '--brand', 'Kiln')
    expect(said).toContain('· default, hr: Its last line binds the code to no page')
    expect(await readFile(envFile, 'utf8')).not.toContain('PLACEHOLDER')
    await load()
    const before = await templates(infobip)
    expect(Object.values(before)).toMatchObject([{ messageText: `Kiln: ${TEXT}` }])
    env['OTP_DAILY_BUDGET'] = '5000'
    expect((await setup()).infobip).not.toHaveProperty('hostPlaceholder')
    expect(await templates(infobip)).toEqual(before)
    const examined = await doctor()
    expect(examined.said).toContain('· Template default: Its last line binds the code to no page')
    expect(examined.ok).toBe(true)
  })

  it('come after some that did: the placeholder is gone from the file, and said to be gone elsewhere', async () => {
    await writeFile(envFile, 'export INFOBIP_HOST_PLACEHOLDER=old\nOTP_PORT=1\n')
    const first = await setup('--language', 'hr')
    expect(first.said).not.toContain('unset')
    await load()
    const { said, infobip } = await setup('--host-placeholder', 'none')
    expect(said).toContain(`~ text: "${LINE.replaceAll('\n', '\\n')}" → "${TEXT}"`)
    expect(said).toContain(`Wrote the ids to ${envFile}.`)
    expect(said).toContain('unset INFOBIP_HOST_PLACEHOLDER')
    expect(await readFile(envFile, 'utf8')).toBe(
      `OTP_PORT=1\nINFOBIP_2FA_APP_ID=${infobip.applicationId}\nINFOBIP_2FA_MESSAGE_ID=${infobip.messageIds['default']}\n`,
    )
    await load()
    expect((await setup()).said).toContain('Nothing to change')
    expect((await doctor()).ok).toBe(true)
  })

  it('are not those of a server that was told no placeholder, where its templates have one', async () => {
    const { infobip } = await setup('--language', 'hr', '--host-placeholder', 'page')
    await load()
    delete env['INFOBIP_HOST_PLACEHOLDER']
    expect((await doctor()).said).toContain('✗ Template default: Nothing fills {{page}}')
    const again = await setup()
    expect(again.said).toContain('Nothing to change')
    expect(again.infobip).toMatchObject({ hostPlaceholder: 'page' })
    expect(await readFile(envFile, 'utf8')).toContain('INFOBIP_HOST_PLACEHOLDER=page')
    expect(again.infobip.messageIds).toEqual({ default: infobip.messageIds['hr'] })
  })

  it('are a mistake still where a placeholder is configured, or where they name another page', async () => {
    const { infobip } = await setup('--language', 'hr', '--host-placeholder', 'none')
    await configure({ ...infobip, hostPlaceholder: 'host' })
    expect(await doctor()).toMatchObject({
      ok: false,
      said: expect.stringContaining('✗ Template default: Its last'),
    })
    const other = await make(infobip, { messageText: `${TEXT}\n@other.example #{{pin}}`, language: 'hr' })
    await configure({ ...infobip, messageIds: { default: other } })
    expect((await setup()).said).toContain('Nothing to change')
    expect(await doctor()).toMatchObject({
      ok: false,
      said: expect.stringContaining('✗ Template default: Its last'),
    })
  })
})
