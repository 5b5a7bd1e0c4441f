import { readFileSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { readConfig } from './config.js'

const page = readFileSync(new URL('../../docs/configuration.md', import.meta.url), 'utf8')
const [, example] = /```json\n([^]+?)```/.exec(page)!

it('the file of docs/configuration.md runs in production, beside the secrets that it leaves to variables', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'otp-verify-configuration-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const file = join(folder, 'otp-verify.config.json')
  writeFileSync(file, example!, { mode: 0o600 })
  const secrets = {
    INFOBIP_API_KEY: '0a1b2c3d4e5f60718293a4b5c6d7e8f9-0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9',
    OTP_SIGNING_KEYS: '/run/secrets/otp-keys.json',
    OTP_PEPPER: '8f14e45fceea167a5a36dedd4bea2543c9f0f895fb98ab9159f51fd0297e236d',
    OTP_ALERT_SECRET: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwXyZ012345678',
  }
  const { sites, warnings } = await readConfig({ NODE_ENV: 'production', ...secrets }, file)
  expect([...sites.keys()]).toEqual(['shop', 'bank'])
  expect(warnings).toEqual([])
})
