import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { lintTemplateCommand } from './lint-template-command.js'

/** What `otp-verify lint-template` prints of a text for messages that name no page. */
async function lint(text: string, ...args: string[]): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'otp-verify-lint-longer-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'otp.json')
  writeFileSync(file, JSON.stringify({ prices: { currency: 'EUR', default: 0.09, HR: 0.07 } }))
  const printed: string[] = []
  const command = lintTemplateCommand({}, { print: (said) => void printed.push(said), fail: () => {} })
  const asked = [text, '--host-placeholder', 'none', '--config', file, ...args]
  await command.exitOverride().parseAsync(asked, { from: 'user' })
  return printed.join('\n')
}

/** As long as one message is, in an alphabet of its own, with six digits. */
const FULL = '{{pin}} je vaš kôd za prijavu na računu. Ne dijelite ga s nikim drugim.'

it('says what the same text costs with longer codes, where they make it more messages', async () => {
  const said = await lint(FULL)
  expect(said).toContain('UCS-2, one message.\nIt costs 0.07 to HR, 0.09 to other countries (EUR).')
  expect(said).toContain('With the 8 digits of longer codes (longMessageIds) it is 2 messages.\n')
  expect(said).toContain('it costs 0.14 to HR, 0.18 to other countries (EUR).')
  expect(JSON.parse(await lint(FULL, '--json'))).toMatchObject({
    ...{ segments: 1, cost: { currency: 'EUR', default: 0.09, HR: 0.07 } },
    long: { codeLength: 8, segments: 2, cost: { currency: 'EUR', default: 0.18, HR: 0.14 } },
  })
})

it('says nothing of them where they cost the same, or are what was asked for', async () => {
  const shorter = FULL.replace(' drugim', '')
  for (const [text = '', ...args] of [[shorter], [FULL, '--code-length', '8']]) {
    expect(await lint(text, ...args)).not.toContain('longer codes')
    expect(JSON.parse(await lint(text, ...args, '--json'))).not.toHaveProperty('long')
  }
})
