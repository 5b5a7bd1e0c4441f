import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Environment } from './sources.js'
import { readConfig } from './config.js'
import { ConfigError } from './config-error.js'

const INFOBIP = {
  INFOBIP_BASE_URL: 'https://abc12.api.infobip.com',
  INFOBIP_API_KEY: 'key',
  INFOBIP_2FA_APP_ID: 'APP',
  INFOBIP_2FA_MESSAGE_ID: 'MESSAGE',
}
const SITE = { OTP_SITEKEY: 'shop', OTP_ALLOWED_ORIGINS: 'https://shop.example', OTP_COUNTRIES: 'HR' }

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'otp-verify-config-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

async function mistakes(env: Environment, file?: string): Promise<readonly string[]> {
  const failure = await readConfig(env, file).catch((error: unknown) => error)
  if (!(failure instanceof ConfigError)) throw new Error('It was taken.')
  return failure.mistakes
}

function fileWith(settings: object, site: object): string {
  const path = join(folder, 'guard.json')
  const sites = [{ sitekey: 'shop', origins: ['https://shop.example'], countries: ['HR'], ...site }]
  writeFileSync(path, JSON.stringify({ ...settings, sites }))
  return path
}

describe('the guard is set', () => {
  it('to enforce where messages are paid for, and to shadow over the server’s own sandbox', async () => {
    const shadow = async (env: Environment) => (await readConfig(env)).sites.values().next().value!.shadow
    expect(await shadow({})).toBe(true)
    expect(await shadow({ OTP_GUARD: 'enforce' })).toBe(false)
    expect(await shadow({ ...INFOBIP, ...SITE })).toBe(false)
    expect(await shadow({ ...INFOBIP, ...SITE, OTP_GUARD: 'shadow' })).toBe(true)
    expect(await mistakes({ ...INFOBIP, ...SITE, OTP_GUARD: 'off' })).toEqual([
      expect.stringMatching(/^OTP_GUARD: /),
    ])
  })

  it('to a challenge of its own, another or none (SR-K14)', async () => {
    const challenge = async (env: Environment, file?: string) =>
      (await readConfig(env, file)).sites.values().next().value!.challenge
    expect(await challenge({ ...INFOBIP, ...SITE })).toEqual({ kind: 'altcha' })
    expect(await challenge({ ...INFOBIP, ...SITE, OTP_CHALLENGE: 'none' })).toEqual({ kind: 'none' })
    const account = { sitekey: '0x4AAA', secret: 'canary-provider-secret' }
    for (const provider of ['turnstile', 'hcaptcha']) {
      const file = fileWith({}, { challenge: { provider, ...account } })
      expect(await challenge(INFOBIP, file)).toEqual({ kind: provider, ...account })
    }
    for (const wrong of [
      'turnstile',
      { provider: 'recaptcha', ...account },
      { provider: 'turnstile', sitekey: '0x4AAA' },
    ]) {
      const told = await mistakes(INFOBIP, fileWith({}, { challenge: wrong }))
      expect(told).toEqual([expect.stringMatching(/^sites\.0\.challenge: is altcha, none, or an object of /)])
      expect(told.join()).not.toContain(account.secret)
    }
    const misspelt = { provider: 'turnstile', ...account, siteKey: '0x4AAA' }
    expect(await mistakes(INFOBIP, fileWith({}, { challenge: misspelt }))).toEqual([
      'sites.0.challenge.siteKey: there is no such setting.',
    ])
    expect(await mistakes({ ...INFOBIP, ...SITE, OTP_CHALLENGE: 'hcaptcha' })).toEqual([
      expect.stringMatching(/^OTP_CHALLENGE: /),
    ])
  })

  it('to believe nobody’s word on addresses, unless proxies are named (SR-D11)', async () => {
    const trusted = async (value: string) => (await readConfig({ OTP_TRUST_PROXY: value })).trustedProxies
    expect((await readConfig({})).trustedProxies).toBe(0)
    expect(await trusted('2')).toBe(2)
    expect(await trusted('10.0.0.0/8, fd00::/8, 192.0.2.1')).toHaveLength(3)
    for (const wrong of ['true', '10', '10.0.0.0/33', 'loopback']) {
      expect(await mistakes({ OTP_TRUST_PROXY: wrong })).toEqual([
        expect.stringMatching(/^OTP_TRUST_PROXY: /),
      ])
    }
  })

  it('to a daily ceiling in money, which needs prices (SR-D09)', async () => {
    const prices = { currency: 'EUR', default: 0.09, HR: 0.07 }
    const { sites } = await readConfig(INFOBIP, fileWith({ prices }, { dailySpend: 50 }))
    const { limit, price } = sites.get('shop')!.dailySpend!
    expect([limit, price('HR'), price('DE')]).toEqual([50, 0.07, 0.09])
    expect(await mistakes(INFOBIP, fileWith({}, { dailySpend: 50 }))).toEqual([
      expect.stringMatching(/^sites\.0\.dailySpend: /),
    ])
    for (const wrong of [
      { ...prices, XX: 1 },
      { ...prices, HR: 0 },
      { currency: 'EUR' },
      { ...prices, currency: '€' },
    ]) {
      expect(await mistakes(INFOBIP, fileWith({ prices: wrong }, {}))).toEqual([
        expect.stringMatching(/^prices/),
      ])
    }
  })
})
