import { randomBytes } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ConfigError } from './config-error.js'
import { readConfig } from './config.js'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'otp-verify-'))
})
afterAll(() => rm(folder, { recursive: true }))

async function file(content: unknown, name = 'config.json'): Promise<string> {
  const path = join(folder, name)
  await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content))
  return path
}

async function mistakes(env: Record<string, string>, configFile?: string): Promise<readonly string[]> {
  const error: unknown = await readConfig(env, configFile).then(
    () => undefined,
    (caught: unknown) => caught,
  )
  if (!(error instanceof ConfigError)) throw new Error('The configuration was accepted.')
  return error.mistakes
}

const INFOBIP = {
  INFOBIP_BASE_URL: 'https://abc12.api.infobip.com',
  INFOBIP_API_KEY: 'key-0123456789',
  INFOBIP_2FA_APP_ID: 'APP1',
  INFOBIP_2FA_MESSAGE_ID: 'MSG1',
}
const SITE = { OTP_SITEKEY: 'shop', OTP_ALLOWED_ORIGINS: 'https://shop.example', OTP_COUNTRIES: 'hr, DE' }
const PRODUCTION = {
  ...INFOBIP,
  ...SITE,
  NODE_ENV: 'production',
  OTP_PUBLIC_URL: 'https://otp.example',
  OTP_SIGNING_KEYS: '/keys.json',
  OTP_PEPPER: randomBytes(32).toString('hex'),
}

describe('the configuration', () => {
  it('without anything is a server against its own sandbox, for the demo page', async () => {
    const config = await readConfig({})
    expect(config).toMatchObject({
      infobip: undefined,
      ...{ port: 8787, adminPort: 8789, sandboxPort: 8788 },
      publicUrl: 'http://localhost:8787',
    })
    const site = config.sites.get('demo')!
    expect(site.dailyBudget).toBe(1000)
    expect(site.channels).toEqual(['sms', 'voice'])
    expect(site.phoneRules.countries.size).toBeGreaterThan(200)
  })

  it('reads one site from variables', async () => {
    const config = await readConfig({ ...PRODUCTION, OTP_DAILY_BUDGET: '250', OTP_PORT: '9000' })
    const voice = await readConfig({ ...PRODUCTION, OTP_CHANNELS: 'sms,voice', OTP_VOICE_COUNTRIES: 'hr' })
    expect(voice.sites.get('shop')!.channels).toEqual(['sms', 'voice'])
    expect([...voice.sites.get('shop')!.voiceCountries]).toEqual(['HR'])
    const site = config.sites.get('shop')!
    expect(site).toMatchObject({
      audience: 'shop',
      channels: ['sms'],
      dailyBudget: 250,
      requireTicket: false,
      senderConstraint: false,
    })
    expect([...site.phoneRules.countries]).toEqual(['HR', 'DE'])
    expect(config).toMatchObject({
      port: 9000,
      infobip: { baseUrl: 'https://abc12.api.infobip.com', messageIds: { default: 'MSG1' } },
    })
  })

  it('reads many sites from a file, and secrets from files of their own', async () => {
    const path = await file({
      infobip: {
        baseUrl: 'https://abc12.api.infobip.com',
        applicationId: 'A',
        messageIds: { default: 'M', hr: 'N' },
      },
      sites: [
        { sitekey: 'a', origins: ['https://a.example'], countries: ['HR'], resendCooldowns: [5] },
        {
          sitekey: 'b',
          origins: ['https://*.b.example'],
          countries: ['DE'],
          audience: 'api.b',
          senderConstraint: true,
        },
      ],
    })
    const keyFile = await file('secret-key\n', 'key')
    const config = await readConfig({ INFOBIP_API_KEY_FILE: keyFile }, path)
    expect(config.infobip).toMatchObject({ apiKey: 'secret-key', messageIds: { default: 'M', hr: 'N' } })
    expect([...config.sites.keys()]).toEqual(['a', 'b'])
    expect(config.sites.get('b')).toMatchObject({ audience: 'api.b', senderConstraint: true })
    expect(config.sites.get('a')!.resendCooldowns).toEqual([5])
  })

  it('reads two peppers while one replaces the other, the one to write under first (SR-G03)', async () => {
    const [one, other, third] = [16, 16, 16].map((size) => randomBytes(size).toString('hex'))
    expect((await readConfig({ ...PRODUCTION, OTP_PEPPER: `${one}, ${other}` })).peppers).toEqual([
      one,
      other,
    ])
    expect((await readConfig({}, await file({ pepper: one }))).peppers).toEqual([one])
    expect((await readConfig({}, await file({ pepper: [one, other] }))).peppers).toEqual([one, other])
    for (const wrong of [`${one},${one}`, `${one},short`, `${one},${other},${third}`, ',']) {
      const found = await mistakes({ ...PRODUCTION, OTP_PEPPER: wrong })
      expect(found, wrong).toEqual([expect.stringMatching(/^OTP_PEPPER: /)])
    }
  })

  it('warns of what works but should not be left so', async () => {
    const { warnings } = await readConfig({ ...INFOBIP, ...SITE, OTP_SOMETHING_ELSE: '5' })
    expect(warnings.map((warning) => warning.split(':')[0])).toEqual([
      'OTP_SOMETHING_ELSE',
      'NODE_ENV',
      'OTP_DAILY_BUDGET',
      'OTP_PEPPER',
    ])
  })
})

describe('mistakes in the configuration', () => {
  it('are all named at once, by the name under which they were said', async () => {
    const found = await mistakes({
      ...INFOBIP,
      INFOBIP_BASE_URL: 'http://abc12.api.infobip.com',
      OTP_SITEKEY: 'no spaces',
      OTP_ALLOWED_ORIGINS: 'https://shop.example',
      OTP_PORT: '99999',
      OTP_STORE: 'postgres://u:top-secret@h/db',
      OTP_SITE_SECRET: 'short',
      OTP_PEPPER_FILE: join(folder, 'nowhere'),
      OTP_DAILY_BUGET: '5',
      NODE_TLS_REJECT_UNAUTHORIZED: '0',
    })
    expect(found.map((mistake) => mistake.split(':')[0]).toSorted()).toEqual([
      ...['INFOBIP_BASE_URL', 'NODE_TLS_REJECT_UNAUTHORIZED', 'OTP_COUNTRIES', 'OTP_DAILY_BUGET'],
      ...['OTP_PEPPER_FILE', 'OTP_PORT', 'OTP_SITEKEY', 'OTP_SITE_SECRET', 'OTP_STORE'],
    ])
    const later = await mistakes({ ...INFOBIP, ...SITE, INFOBIP_BASE_URL: 'http://abc12.api.infobip.com' })
    expect(later).toEqual([expect.stringMatching(/^INFOBIP_BASE_URL: /)])
  })

  it('say of a number that it is none, and not that it is missing', async () => {
    const wrong = { OTP_PORT: 'abc', OTP_STOP_DELAY: 'soon', OTP_DAILY_BUDGET: 'many' }
    expect(await mistakes({ ...INFOBIP, ...SITE, ...wrong })).toEqual([
      'OTP_PORT: must be a port from 0 to 65535',
      'OTP_STOP_DELAY: must be a number of seconds',
      'OTP_DAILY_BUDGET: must be a number of messages',
    ])
  })

  it('include serving no country, outside the sandbox (SR-F06)', async () => {
    const { OTP_COUNTRIES: _, ...rest } = { ...INFOBIP, ...SITE }
    expect(await mistakes(rest)).toEqual(['OTP_COUNTRIES: is missing.'])
    expect(await mistakes({ ...INFOBIP, INFOBIP_2FA_MESSAGE_ID: '' })).toEqual([
      'INFOBIP_2FA_MESSAGE_ID: is missing.',
      'OTP_SITEKEY: is missing.',
      'OTP_ALLOWED_ORIGINS: is missing.',
      'OTP_COUNTRIES: is missing.',
    ])
    expect(await mistakes({ ...rest, OTP_COUNTRIES: 'HR,UK,de' })).toEqual([
      'OTP_COUNTRIES: UK is not a country code; write GB for the United Kingdom',
    ])
  })

  it('include what production cannot be run with', async () => {
    const missing = await mistakes({ NODE_ENV: 'production', OTP_SITEKEY: 'shop' })
    for (const name of [
      'INFOBIP_BASE_URL',
      'OTP_PUBLIC_URL',
      'OTP_SIGNING_KEYS',
      'OTP_PEPPER',
      'OTP_ALLOWED_ORIGINS',
      'OTP_COUNTRIES',
    ]) {
      expect(
        missing.some((mistake) => mistake.startsWith(name)),
        name,
      ).toBe(true)
    }
    expect(await mistakes({ ...PRODUCTION, OTP_PUBLIC_URL: 'http://otp.example' })).toHaveLength(1)
    expect(await mistakes({ ...PRODUCTION, INFOBIP_BASE_URL: 'http://127.0.0.1:8788' })).toHaveLength(1)
    expect(await mistakes({ ...PRODUCTION, OTP_ALLOWED_ORIGINS: 'http://localhost:5173' })).toHaveLength(1)
  })

  it('include origins that are no origins, and whole public suffixes (SR-E08)', async () => {
    for (const origin of [
      '*',
      'null',
      'https://*.co.uk',
      'https://*.github.io',
      'shop.example',
      'https://shop.example/x',
    ]) {
      expect(await mistakes({ ...INFOBIP, ...SITE, OTP_ALLOWED_ORIGINS: origin }), origin).toEqual([
        expect.stringMatching(/^OTP_ALLOWED_ORIGINS: /),
      ])
    }
  })

  it('include switched-off certificate checks (SR-B08)', async () => {
    expect(await mistakes({ ...PRODUCTION, NODE_TLS_REJECT_UNAUTHORIZED: '0' })).toEqual([
      expect.stringMatching(/^NODE_TLS_REJECT_UNAUTHORIZED: /),
    ])
  })

  it('include settings that do not exist, sites that share a name or an audience (SR-A05), tickets without a secret', async () => {
    const site = { sitekey: 'a', origins: ['https://a.example'], countries: ['HR'] }
    const infobip = {
      baseUrl: 'https://x.api.infobip.com',
      apiKey: 'k',
      applicationId: 'A',
      messageIds: { default: 'M' },
    }
    const of = async (sites: object[], more: object = {}) =>
      mistakes({}, await file({ infobip, sites, ...more }))
    expect(await of([site], { publicURL: 'x' })).toEqual([
      'publicURL: is not a setting; did you mean publicUrl?',
    ])
    expect(await of([{ ...site, colour: 1 }])).toEqual(['sites.0.colour: is not a setting.'])
    expect(await of([site, site])).toHaveLength(2)
    expect(await of([site, { ...site, sitekey: 'b', audience: 'a' }])).toEqual([
      'sites: two sites have the audience a.',
    ])
    expect(
      await of([
        { ...site, audience: 'x' },
        { ...site, sitekey: 'b', audience: 'a' },
      ]),
    ).toEqual(['sites: b has the audience a, which is the sitekey of another; choose its own.'])
    for (const needs of [{ requireTicket: true }, { offline: false }])
      expect(await of([{ ...site, ...needs }])).toEqual([expect.stringMatching(/^sites\.0\.secrets: /)])
    expect(await of([{ ...site, codeLifetime: 601 }])).toEqual([
      expect.stringMatching(/^sites\.0\.codeLifetime: /),
    ])
    expect(await of([{ ...site, attempts: 6 }])).toEqual([expect.stringMatching(/^sites\.0\.attempts: /)])
  })

  it('include addresses of the server that tokens could not name (RFC 8725, 3.8)', async () => {
    for (const url of [
      'https://user:secret@otp.example',
      'https://otp.example/?a=b',
      'https://otp.example/#x',
      'https://otp.example:443',
      'https://OTP.example',
      'https://otp.example/a b',
      'https://otp.example/a//b',
      `https://otp.example/${'a'.repeat(240)}`,
    ]) {
      expect(await mistakes({ ...PRODUCTION, OTP_PUBLIC_URL: url }), url).toEqual([
        expect.stringMatching(/^OTP_PUBLIC_URL: /),
      ])
    }
    expect(
      (await readConfig({ ...PRODUCTION, OTP_PUBLIC_URL: 'https://shop.example/api/otp' })).publicUrl,
    ).toBe('https://shop.example/api/otp')
  })

  it('include site secrets that are short, or that no scanner would know for one (SR-A14)', async () => {
    const good = `otps_${randomBytes(32).toString('hex')}`
    expect((await readConfig({ ...PRODUCTION, OTP_SITE_SECRET: good })).sites.get('shop')!.secrets).toEqual([
      good,
    ])
    const hex = good.slice('otps_'.length)
    for (const bad of [hex, 'otps_sh0rt-4nd7', `otps_${hex.slice(22)}`, `${good}!`]) {
      expect(await mistakes({ ...PRODUCTION, OTP_SITE_SECRET: bad })).toEqual([
        expect.stringMatching(/^OTP_SITE_SECRET: must be otps_ and at least 43 random/),
      ])
    }
  })

  it('never repeat a value: it may be a secret', async () => {
    expect((await mistakes({ ...INFOBIP, ...SITE, OTP_COUNTRIES: 'top-secret' })).join()).not.toMatch(
      /secret/i,
    )
    const path = await file('{ "pepper": "top-secret-pepper" ')
    expect((await mistakes({}, path)).join()).not.toContain('top-secret')
    expect((await mistakes({ OTP_PEPPER: 'top-secret' })).join()).not.toContain('top-secret')
  })

  it('include a file that is not there or cannot be read, by its whole path, and sites said twice', async () => {
    const missing = await mistakes({}, join(folder, 'nowhere.json'))
    expect(missing).toEqual([expect.stringMatching(/does not exist/)])
    const unreadable = await mistakes({}, relative('.', folder))
    expect(unreadable).toEqual([`--config: ${folder} cannot be read (EISDIR).`])
    const path = await file({ sites: [{}] })
    expect(await mistakes({ OTP_SITEKEY: 'x' }, path)).toEqual([expect.stringMatching(/^OTP_SITEKEY: /)])
  })
})
