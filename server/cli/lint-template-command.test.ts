import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { ConfigError } from '../config/config-error.js'
import { lintTemplateCommand } from './lint-template-command.js'

let folder: string
let config: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'otp-verify-lint-'))
  config = join(folder, 'otp.json')
  writeFileSync(config, JSON.stringify({ prices: { currency: 'EUR', default: 0.09, HR: 0.07 } }))
})
afterAll(() => rmSync(folder, { recursive: true }))

async function lint(...args: string[]): Promise<{ said: string; code: number }> {
  const printed: string[] = []
  let code = 0
  const verdict = { print: (text: string) => void printed.push(text), fail: () => void (code = 1) }
  const command = lintTemplateCommand({}, verdict)
    .exitOverride()
    .configureOutput({ writeErr: () => {} })
  await command.parseAsync(args, { from: 'user' })
  return { said: printed.join('\n'), code }
}

it.each(['not a host!', 'https://shop.example', 'shop.example/x', '*.shop.example', ''])(
  'refuses a host that is none: %j',
  async (host) => {
    await expect(lint('{{pin}}', '--host', host)).rejects.toThrow('--host: is not a host name')
  },
)

it('shows a message as visitors get it, and finds nothing wrong with a good one', async () => {
  const { said, code } = await lint(
    '{{pin}} is your code.\\n\\n@{{host}} #{{pin}}',
    '--host',
    'eu.shop.example',
  )
  expect(said.split('\n').slice(0, 3)).toEqual([
    '  | 000000 is your code.',
    '  | ',
    '  | @eu.shop.example #000000',
  ])
  expect(said).toContain('46 characters, GSM-7, one message.')
  expect([said.includes('✓'), code]).toEqual([true, 0])
})

it('says what is wrong and how to mend it, and what it costs, for scripts too', async () => {
  const text = `${'Plaćanje na računu. '.repeat(8)}{{pin}} je vaš kôd.`
  const { said, code } = await lint(text, '--config', config)
  expect(code).toBe(1)
  expect(said).toContain('UCS-2, 3 messages.')
  expect(said).toContain(
    'prices in the file are those of one part, it costs 0.21 to HR, 0.27 to other countries (EUR).',
  )
  expect(said).toContain('dailySpend take them as prices of whole messages.')
  expect(said).toContain('→ End it with this line, and nothing after it: @{{host}} #{{pin}}')
  expect(JSON.parse((await lint(text, '--config', config, '--json')).said)).toMatchObject({
    ok: false,
    problems: [{ check: 'template.origin-bound' }, { check: 'template.length' }],
    segments: 3,
    cost: { currency: 'EUR', default: 0.27, HR: 0.21 },
  })
})

it('advises on a name and a warning that a text lacks, and fails nothing for it (SR-H11)', async () => {
  const text = '{{pin}} is your code.\\n@{{host}} #{{pin}}'
  const { said, code } = await lint(text, '--brand', 'Acme')
  expect(code).toBe(0)
  expect(said).toContain('· It does not say that the code is for Acme.\n  → Start with the name')
  expect(said).toContain('· It does not ask, in any words known here, to keep the code secret.')
  const advice = [{ check: 'template.brand' }, { check: 'template.warning' }]
  expect(JSON.parse((await lint(text, '--brand', 'Acme', '--json')).said)).toMatchObject({ ok: true, advice })
  const good = 'Acme: {{pin}} is your code. Never share it.\\n@{{host}} #{{pin}}'
  expect(JSON.parse((await lint(good, '--brand', 'Acme', '--json')).said)).toMatchObject({ advice: [] })
})

it('reads a file, whose last line end is not part of the text', async () => {
  const file = join(folder, 'template.txt')
  writeFileSync(file, '{{pin}} is your code.\n@{{page}} #{{pin}}\n')
  expect((await lint('--file', file, '--host-placeholder', 'page', '--code-length', '8')).code).toBe(0)
  await expect(lint('--file', join(folder, 'nowhere'))).rejects.toThrow(ConfigError)
  await expect(lint()).rejects.toThrow(/TEXT/)
  await expect(lint('text', '--code-length', '4')).rejects.toThrow(/6, 7 or 8/)
})

it('takes none for messages that name no page, and notes that of a text (SR-H11)', async () => {
  const text = 'Acme: {{pin}} is your code. Never share it.'
  const { said, code } = await lint(text, '--host-placeholder', 'none')
  expect(code).toBe(0)
  expect(said).toContain('· Its last line binds the code to no page')
  expect((await lint(text)).code).toBe(1)
  const filled = await lint(`${text}\\n@{{host}} #{{pin}}`, '--host-placeholder', 'none')
  expect([filled.said.includes('✗ Nothing fills {{host}}.'), filled.code]).toEqual([true, 1])
  expect((await lint(`${text}\\n@shop.example #{{pin}}`, '--host-placeholder', 'none')).code).toBe(0)
})

it('does not say that phones find a code in a text whose letters it knows no words in', async () => {
  const { said, code } = await lint('আপনার সংখ্যা {{pin}}\\n@{{host}} #{{pin}}')
  expect(code).toBe(0)
  expect(said).toContain('· No word for a code is known here in the script of this text.')
  expect(said).not.toContain('✓')
})
