import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { readConfig } from './config.js'
import { INFOBIP } from './test/account.js'

const PRODUCTION = {
  ...INFOBIP,
  NODE_ENV: 'production',
  OTP_SITEKEY: 'shop',
  OTP_ALLOWED_ORIGINS: 'https://shop.example',
  OTP_COUNTRIES: 'HR',
  OTP_PUBLIC_URL: 'https://otp.example',
  OTP_SIGNING_KEYS: '/keys.json',
  OTP_PEPPER: randomBytes(32).toString('hex'),
}

describe('in production', () => {
  const said = async (env: Record<string, string>) =>
    (await readConfig({ ...PRODUCTION, OTP_DAILY_BUDGET: '250', ...env })).warnings.join('\n')

  it('a guard that only shadows is warned of at each start', async () => {
    expect(await said({ OTP_TRUST_PROXY: '1', OTP_GUARD: 'shadow' })).toMatch(/^OTP_GUARD: shadow: .* shop;/)
    expect(await said({ OTP_TRUST_PROXY: '1' })).toBe('')
  })

  it('so is a server that no other machine could call, since no proxy tells of https', async () => {
    expect(await said({})).toMatch(/^OTP_TRUST_PROXY: no proxy is believed/)
    expect(await said({ OTP_TRUST_PROXY: '0' })).toMatch(/^OTP_TRUST_PROXY: no proxy is believed/)
  })
})
