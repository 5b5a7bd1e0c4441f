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
    expect(await said({})).toMatch(/^OTP_TRUST_PROXY: no proxy is trusted/)
    expect(await said({ OTP_TRUST_PROXY: '0' })).toMatch(/^OTP_TRUST_PROXY: no proxy is trusted/)
  })
})

describe('the sandbox', () => {
  const said = async (env: Record<string, string>) => (await readConfig(env)).warnings.join('\n')
  const keys = { OTP_SIGNING_KEYS: '/keys.json' }

  it('with keys that were given to it and a public address is warned of: its tokens would be believed', async () => {
    expect(await said({ ...keys, OTP_PUBLIC_URL: 'https://otp.example' })).toBe(
      'OTP_SIGNING_KEYS: the sandbox signs with these as https://otp.example, and anyone who sees its phone inbox can prove any number; do not use the keys of a server that sends.',
    )
    expect(await said({ OTP_PUBLIC_URL: 'https://otp.example' })).toBe('')
    expect(await said(keys)).toBe('')
    for (const own of ['https://localhost:8443', 'http://127.0.0.1:8787', 'https://[::1]/otp'])
      expect(await said({ ...keys, OTP_PUBLIC_URL: own }), own).toBe('')
  })

  it('is where that is warned of: a server that sends has such keys', async () => {
    expect(await said({ ...PRODUCTION, NODE_ENV: 'test' })).not.toContain('OTP_SIGNING_KEYS')
  })
})
