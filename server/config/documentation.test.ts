import { randomBytes } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { ConfigError } from './config-error.js'
import { readConfig } from './config.js'

const page = readFileSync(new URL('../../docs/configuration.md', import.meta.url), 'utf8')
const [, example] = /```json\n([^]+?)```/.exec(page)!

const EXAMPLES = /otps_\w+/g
const hex = () => randomBytes(32).toString('hex')

const SECRETS = {
  INFOBIP_API_KEY: '0a1b2c3d4e5f60718293a4b5c6d7e8f9-0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9',
  OTP_SIGNING_KEYS: '/run/secrets/otp-keys.json',
  OTP_PEPPER: hex(),
  OTP_ALERT_SECRET: `whsec_${randomBytes(32).toString('base64')}`,
}

async function read(text: string) {
  const folder = await mkdtemp(join(tmpdir(), 'otp-verify-configuration-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const file = join(folder, 'otp-verify.config.json')
  writeFileSync(file, text, { mode: 0o600 })
  return readConfig({ NODE_ENV: 'production', ...SECRETS }, file)
}

it('the file of docs/configuration.md runs in production, with secrets of its own in the place of those that everybody reads there', async () => {
  const { sites, warnings } = await read(example!.replace(EXAMPLES, () => `otps_${hex()}`))
  expect([...sites.keys()]).toEqual(['shop', 'bank'])
  expect(warnings).toEqual([])
})

it('the file of docs/configuration.md does not run in production with the secrets that everybody reads there (SR-I06)', async () => {
  expect(example!.match(EXAMPLES)).toHaveLength(2)
  const error: unknown = await read(example!).catch((caught: unknown) => caught)
  expect(error).toBeInstanceOf(ConfigError)
  expect((error as ConfigError).mistakes).toEqual([
    expect.stringMatching(/^sites\.0\.secrets: is an example/),
    expect.stringMatching(/^sites\.1\.secrets: is an example/),
  ])
})
