import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readConfig } from './config.js'
import { ConfigError } from './config-error.js'
import { INFOBIP } from './test/account.js'
import type { Environment } from './variables.js'

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
      'OTP_GUARD: must be enforce or shadow',
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
      expect(told).toEqual([
        expect.stringMatching(/^sites\.0\.challenge: must be altcha, none, or an object of /),
      ])
      expect(told.join()).not.toContain(account.secret)
    }
    const misspelt = { provider: 'turnstile', ...account, siteKey: '0x4AAA' }
    expect(await mistakes(INFOBIP, fileWith({}, { challenge: misspelt }))).toEqual([
      'sites.0.challenge.siteKey: is not a setting.',
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
    for (const everybody of ['0.0.0.0/0', '::/0', '10.0.0.0/8, ::/0']) {
      expect(await mistakes({ OTP_TRUST_PROXY: everybody })).toEqual([
        'OTP_TRUST_PROXY: a network that ends in /0 is everyone, and a client could claim any IP address; give the networks of your proxies',
      ])
    }
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
    expect([limit, price('HR', 'sms'), price('DE', 'sms')]).toEqual([50, 0.07, 0.09])
    const { dailySpend: counted } = (await readConfig(INFOBIP, fileWith({ prices }, {}))).sites.get('shop')!
    expect([counted!.limit, counted!.price('HR', 'sms')]).toEqual([undefined, 0.07])
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

  it('to a challenge before the ceiling, which needs one (SR-D09)', async () => {
    const ceilingOf = async (site: object) =>
      (await readConfig(INFOBIP, fileWith({}, site))).sites.get('shop')!.onCeiling
    expect(await ceilingOf({})).toBe('deny')
    expect(await ceilingOf({ challenge: 'none' })).toBe('deny')
    expect(await ceilingOf({ onCeiling: 'challenge' })).toBe('challenge')
    for (const wrong of [{ onCeiling: 'challenge', challenge: 'none' }, { onCeiling: 'allow' }]) {
      expect(await mistakes(INFOBIP, fileWith({}, wrong))).toEqual([
        expect.stringMatching(/^sites\.0\.onCeiling: /),
      ])
    }
  })

  it('to a daily ceiling in money, which needs the prices of calls where they may be made (SR-D09)', async () => {
    const prices = { currency: 'EUR', default: 0.09, HR: 0.07 }
    const voicePrices = { default: 0.3, HR: 0.2 }
    const calls = { channels: ['sms', 'voice'], voiceCountries: ['HR'], dailySpend: 50 }
    const unpriced = [expect.stringMatching(/^sites\.0\.dailySpend: .*set voicePrices/)]
    expect(await mistakes(INFOBIP, fileWith({ prices }, calls))).toEqual(unpriced)
    expect(await mistakes(INFOBIP, fileWith({ prices }, { ...calls, voiceAfter: 1 }))).toEqual(unpriced)
    const { sites } = await readConfig(INFOBIP, fileWith({ prices, voicePrices }, calls))
    const { price } = sites.get('shop')!.dailySpend!
    expect([price('HR', 'sms'), price('HR', 'voice'), price('DE', 'voice')]).toEqual([0.07, 0.2, 0.3])
    expect(await mistakes(INFOBIP, fileWith({ voicePrices }, {}))).toEqual([
      expect.stringMatching(/^voicePrices: .*set prices too/),
    ])
    for (const wrong of [{ HR: 0.2 }, { ...voicePrices, XX: 1 }, { ...voicePrices, HR: 0 }]) {
      expect(await mistakes(INFOBIP, fileWith({ prices, voicePrices: wrong }, {}))).toEqual([
        expect.stringMatching(/^voicePrices/),
      ])
    }
    // Whoever tries the file out without an account has asked for no calls.
    expect((await readConfig({}, fileWith({ prices }, { dailySpend: 50 }))).sites.get('shop')).toMatchObject({
      channels: ['sms'],
    })
  })

  it('to post alerts to an address that nobody on the way reads, signed with a real secret (SR-K07)', async () => {
    const env = { ...INFOBIP, ...SITE, OTP_PEPPER: 'p'.repeat(32) }
    const OTP_ALERT_SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`
    const config = await readConfig({ ...env, OTP_ALERT_URL: 'https://ops.example/otp', OTP_ALERT_SECRET })
    expect(config.alerts).toEqual({ url: 'https://ops.example/otp', secret: OTP_ALERT_SECRET })
    expect((await readConfig(env)).alerts).toBeUndefined()
    for (const OTP_ALERT_URL of ['http://ops.example/otp', 'ops.example', 'file:///etc/passwd']) {
      expect(await mistakes({ ...env, OTP_ALERT_URL, OTP_ALERT_SECRET })).toEqual([
        'OTP_ALERT_URL: must be an https URL.',
      ])
    }
    const here = { ...env, OTP_ALERT_URL: 'http://127.0.0.1:9093/otp', OTP_ALERT_SECRET }
    expect((await readConfig(here)).alerts).toMatchObject({ url: here.OTP_ALERT_URL })
    expect(await mistakes({ ...here, NODE_ENV: 'production' })).toContain(
      'OTP_ALERT_URL: must be an https URL.',
    )
    const url = 'https://ops.example/otp'
    for (const secret of ['secret', `whsec_${Buffer.alloc(20).toString('base64')}`, undefined]) {
      const said = await mistakes({ ...env, OTP_ALERT_URL: url, OTP_ALERT_SECRET: secret })
      expect(said).toHaveLength(1)
      expect(said[0]).toMatch(/^OTP_ALERT_SECRET: /)
      if (secret) expect(said[0]).not.toContain(secret)
    }
  })
})

describe('longer codes while somebody guesses (M11)', () => {
  const templates = { messageIds: { default: 'M' }, longMessageIds: { default: 'L', hr: 'LH' } }
  const account = { baseUrl: 'https://abc12.api.infobip.com', apiKey: 'k', applicationId: 'A' }
  const fileOf = (infobip: object, site: object = {}) =>
    fileWith({ infobip: { ...account, ...templates, ...infobip } }, site)

  it('have eight digits, or as many as is said, where there are templates for them', async () => {
    const config = await readConfig({}, fileOf({}))
    expect(config.infobip).toMatchObject(templates)
    expect(config.sites.get('shop')!.longCodeLength).toBe(8)
    const seven = await readConfig({}, fileOf({ longCodeLength: 7 }))
    expect(seven.sites.get('shop')!.longCodeLength).toBe(7)
    const none = await readConfig({}, fileOf({ longMessageIds: undefined }))
    expect(none.sites.get('shop')!.longCodeLength).toBeUndefined()
  })

  it('have templates, and more digits than usual', async () => {
    expect(await mistakes({}, fileOf({ longMessageIds: undefined, longCodeLength: 8 }))).toEqual([
      expect.stringMatching(/^infobip\.longMessageIds: is missing/),
    ])
    for (const [long, usual] of [
      [8, 8],
      [7, 8],
    ]) {
      expect(await mistakes({}, fileOf({ longCodeLength: long }, { codeLength: usual }))).toEqual([
        expect.stringMatching(/^infobip\.longCodeLength: the codes of shop/),
      ])
    }
    for (const longCodeLength of [6, 9]) {
      expect(await mistakes({}, fileOf({ longCodeLength }))).toEqual([
        expect.stringMatching(/^infobip\.longCodeLength: /),
      ])
    }
    expect(await mistakes({}, fileOf({ longMessageIds: { hr: 'LH' } }))).toEqual([
      expect.stringMatching(/^infobip\.longMessageIds/),
    ])
  })
})
