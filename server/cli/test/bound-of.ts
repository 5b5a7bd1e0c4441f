import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { INFOBIP } from '../../config/test/account.js'
import { boundCommand } from '../bound-command.js'

/** A site as it is in the configuration file, without a budget. */
export const SITE = { sitekey: 'shop', origins: ['https://shop.example'], countries: ['HR'] }

/** What `otp-verify bound` prints of a configuration file, beside the variables of an Infobip account. */
export async function boundOfFile(configuration: object): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'otp-verify-bound-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'otp.json')
  writeFileSync(file, JSON.stringify(configuration))
  const printed: string[] = []
  const command = boundCommand(INFOBIP, { print: (text) => printed.push(text), warn: () => {} })
  await command.exitOverride().parseAsync(['--config', file], { from: 'user' })
  return printed.join('\n')
}
