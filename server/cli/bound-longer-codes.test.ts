import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { INFOBIP } from '../config/test/account.js'
import { boundCommand } from './bound-command.js'

/** What `otp-verify bound` prints, with these settings of Infobip. */
async function bound(infobip: object): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'otp-verify-bound-longer-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'otp.json')
  const site = { sitekey: 'shop', origins: ['https://shop.example'], countries: ['HR'] }
  writeFileSync(file, JSON.stringify({ infobip, prices: { currency: 'EUR', default: 0.09 }, sites: [site] }))
  const printed: string[] = []
  const command = boundCommand(
    INFOBIP,
    (text) => printed.push(text),
    () => {},
  )
  await command.exitOverride().parseAsync(['--config', file], { from: 'user' })
  return printed.join('\n')
}

it('says that a price has to hold for longer codes, where these are sent', async () => {
  const line = 'longMessageIds is set: each price of a message must be that with a longer code'
  expect(await bound({ longMessageIds: { default: 'L' } })).toContain(line)
  expect(await bound({})).not.toContain('longMessageIds')
})
