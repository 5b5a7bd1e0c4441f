import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ConfigError } from './config-error.js'
import { readConfig } from './config.js'
import { readStoreSettings } from './parts.js'
import { INFOBIP } from './test/account.js'

const SECRET = `whsec_${'MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'}`

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'otp-verify-mistakes-'))
})
afterAll(() => rm(folder, { recursive: true }))

async function file(content: object | string): Promise<string> {
  const path = join(folder, 'config.json')
  await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content))
  return path
}

async function mistakes(env: Record<string, string>, config?: string): Promise<readonly string[]> {
  const error: unknown = await readConfig(env, config).catch((caught: unknown) => caught)
  if (!(error instanceof ConfigError)) throw new Error('The configuration was accepted.')
  return error.mistakes
}

describe('mistakes', () => {
  it('are named at once of every site and limit, whatever else is wrong', async () => {
    const site = { sitekey: 'a', origins: ['https://a.example'], countries: ['HR'] }
    const found = await mistakes(
      INFOBIP,
      await file({
        logLevel: 'loud',
        limits: { numberPerDay: 11 },
        sites: [
          { ...site, requireTicket: true },
          { ...site, origins: ['https://*.co.uk'] },
          { ...site, colour: 'red', attempt: 5 },
        ],
      }),
    )
    expect(found.map((mistake) => mistake.replace(/:.*/, '')).toSorted()).toEqual([
      ...['limits.numberPerDay', 'logLevel', 'sites', 'sites'],
      ...['sites.0.secrets', 'sites.1.origins', 'sites.2.attempt', 'sites.2.colour'],
    ])
  })

  it('are named at once of limits and credits, of which some have no such name or no such value', async () => {
    const site = { sitekey: 'a', origins: ['https://a.example'], countries: ['HR'], requireTicket: true }
    const limits = { numberPerDay: 40, numbrPerDay: 1, addressPerHour: 'x' }
    const credits = { range: { initial: 99, inital: 1 }, country: 5 }
    const found = await mistakes({}, await file({ limits, credits, sites: [site] }))
    expect(found.toSorted()).toEqual([
      expect.stringContaining('credits.country: invalid input'),
      expect.stringContaining('credits.range.inital: is not a setting; did you mean initial'),
      expect.stringContaining('credits.range.initial: 10 is the most'),
      expect.stringContaining('limits.addressPerHour: invalid input'),
      expect.stringContaining('limits.numberPerDay: 10 is the most'),
      expect.stringContaining('limits.numbrPerDay: is not a setting; did you mean numberPerDay'),
      expect.stringContaining('sites.0.secrets: a site that requires tickets'),
    ])
    // Who has asked for more than is safe, though in other words, is told of these.
    expect(await mistakes({}, await file({ limits: { numberPerDay: 40 }, unsafe: 'yes' }))).toEqual([
      expect.stringContaining('unsafe: invalid input'),
    ])
    const strange = { limits: { numberPerDay: 40, numbrPerDay: 1 }, unsafe: true }
    expect(await mistakes({}, await file(strange))).toEqual([expect.stringContaining('limits.numbrPerDay')])
  })

  it('include names that are nearly right, with the right one', async () => {
    const site = { sitekey: 'a', origins: ['https://a.example'], countries: ['HR'], dailyBuget: 5 }
    expect(await mistakes({ OTP_DAILY_BUGET: '5' })).toEqual([
      'OTP_DAILY_BUGET: is not a variable of otp-verify; did you mean OTP_DAILY_BUDGET?',
    ])
    expect(await mistakes({ INFOBIP_API_KEYS: 'k' })).toEqual([
      expect.stringContaining('did you mean INFOBIP_API_KEY?'),
    ])
    expect(await mistakes({ OTP_PEPER_FILE: 'f' })).toEqual([
      expect.stringContaining('did you mean OTP_PEPPER_FILE?'),
    ])
    expect(await mistakes({}, await file({ sites: [site], credits: { ranges: {} } }))).toEqual([
      'credits.ranges: is not a setting; did you mean range?',
      'sites.0.dailyBuget: is not a setting; did you mean dailyBudget?',
    ])
    // Called as their variables are.
    const { origins: allowedOrigins, sitekey, countries } = site
    const named = { allowedOrigins, sites: [{ sitekey, countries, allowedOrigins }] }
    const told = await mistakes({}, await file(named))
    expect(told).toContain('sites.0.allowedOrigins: is not a setting; did you mean origins?')
    expect(told).toContain('allowedOrigins: is not a setting; did you mean sites.0.origins?')
  })

  it('include names that say too little, with the fewest words more', async () => {
    const meant: Record<string, string> = {
      OTP_BUDGET: 'OTP_DAILY_BUDGET',
      OTP_ORIGINS: 'OTP_ALLOWED_ORIGINS',
      OTP_ORIGIN: 'OTP_ALLOWED_ORIGINS',
      OTP_SECRET: 'OTP_SITE_SECRET or OTP_ALERT_SECRET',
      OTP_SECRET_FILE: 'OTP_ALERT_SECRET_FILE or OTP_SITE_SECRET_FILE',
      INFOBIP_APP_ID: 'INFOBIP_2FA_APP_ID',
      INFOBIP_MESSAGE_ID: 'INFOBIP_2FA_MESSAGE_ID',
      INFOBIP_KEY: 'INFOBIP_API_KEY',
    }
    for (const [name, right] of Object.entries(meant))
      expect(await mistakes({ [name]: '5' }), name).toEqual([
        `${name}: is not a variable of otp-verify; did you mean ${right}?`,
      ])
    expect((await readConfig({ OTP_FILE: '5' })).warnings).toContain('OTP_FILE: has no effect.')
  })

  it('tell which origin is meant by its place, and whatever else is wrong', async () => {
    const two = 'https://shop.example,shop.example'
    const told = 'entry 2 of 2: Write a scheme and a host only'
    expect(await mistakes({ OTP_ALLOWED_ORIGINS: two })).toEqual([
      expect.stringContaining(`OTP_ALLOWED_ORIGINS, ${told}`),
    ])
    const site = { sitekey: 'a', origins: two.split(','), countries: ['HR'] }
    const found = await mistakes(
      {},
      await file({ limits: { numberPerDay: 'x' }, sites: [site, { ...site, attempts: 9 }] }),
    )
    for (const path of ['sites.0', 'sites.1'])
      expect(found).toContainEqual(expect.stringContaining(`${path}.origins, ${told}`))
    expect(found.join()).not.toContain('shop.example,')
  })

  it('name what is no country, but nothing that may be a secret', async () => {
    const told = 'is not an ISO 3166-1 country code; write HR, for example.'
    expect(await mistakes({ OTP_COUNTRIES: 'HR,HRX' })).toEqual([`OTP_COUNTRIES: HRX ${told}`])
    expect(await mistakes({ OTP_COUNTRIES: 'hr,otps_s3cret' })).toEqual([`OTP_COUNTRIES: an entry ${told}`])
  })

  it('name a country once, and GB to who says UK', async () => {
    for (const countries of [['UK'], ['UK', 'hr']])
      expect(await mistakes({ OTP_COUNTRIES: countries.join() })).toEqual([
        'OTP_COUNTRIES: UK is not a country code; write GB for the United Kingdom',
      ])
  })

  it('name what is missing as its source spells it', async () => {
    const infobip = { baseUrl: INFOBIP.INFOBIP_BASE_URL, applicationId: 'a', messageIds: { de: 'x' } }
    expect(await mistakes({}, await file({ infobip }))).toEqual([
      'INFOBIP_API_KEY: is missing.',
      'infobip.messageIds.default: is missing.',
      ...['sites.0.sitekey', 'sites.0.origins', 'sites.0.countries'].map(() => expect.any(String) as string),
    ])
  })

  it('include settings that the file says twice, by their names, for every command', async () => {
    const path = await file(
      '{ "store": "memory:", "sites": [{ "sitekey": "a" }, { "sitekey": "a", "dailyBudget": 5, "dailyBudget": 50000 }], "store": "memory:" }',
    )
    expect(await mistakes({}, path)).toEqual([
      'sites.1.dailyBudget: is twice in the configuration file.',
      'store: is twice in the configuration file.',
    ])
    await expect(readStoreSettings({}, path)).rejects.toThrow(ConfigError)
  })

  it.each<[string, string]>([
    ['{ "port": 1,\n  "host": "secret",\n}', 'line 3, column 1: there is one comma too many before this.'],
    ['{ "sites": ["secret",] }', 'line 1, column 22: there is one comma too many before this.'],
    ['{ "port": 1 // secret\n}', 'line 1, column 13: JSON has no comments.'],
    ['{ "port": 1', 'line 1, column 12: a { is not closed.'],
    ['{ "sites": [1', 'line 1, column 14: a [ is not closed.'],
    ['{ "port": 1\r\n  "host": "secret" }', 'line 2, column 3: a comma is missing before this.'],
    ['{ "host": "secret\n" }', 'line 1, column 11: a string is not closed on its line.'],
    ["{ 'secret': 1 }", 'line 1, column 3: this is not JSON'],
    ['{ "port": 1 } secret', 'line 1, column 15: this'],
    ['{ "port": }', 'line 1, column 11: a value is missing.'],
    ['{ "port" 1 }', 'line 1, column 10: a colon is missing.'],
    ['', 'it is empty.'],
    [' \n', 'it is empty.'],
  ])('say where a file is no JSON, and what is wrong there, and quote none of it: %j', async (text, told) => {
    const path = await file(text)
    const found = await mistakes({}, path)
    expect(found).toEqual([expect.stringContaining(`--config: ${path} is not JSON: ${told}`)])
    expect(found.join()).not.toContain('secret')
  })

  it('say of JSON that is no object just that', async () => {
    for (const text of ['[]', 'null', '"x"'])
      expect(await mistakes({}, await file(text)), text).toEqual([
        expect.stringMatching(/ is not a JSON object\.$/),
      ])
  })

  it('are none of a mark that an editor has put before the file', async () => {
    expect((await readConfig({}, await file('\uFEFF{ "port": 1234 }'))).port).toBe(1234)
  })

  it('say what is taken where there are few words to choose from', async () => {
    const site = { OTP_SITEKEY: 'shop', OTP_ALLOWED_ORIGINS: 'https://shop.example', OTP_COUNTRIES: 'HR' }
    const wrong = { OTP_CHANNELS: 'sms,email', OTP_LOG_LEVEL: 'loud' }
    expect(await mistakes({ ...INFOBIP, ...site, ...wrong })).toEqual([
      'OTP_LOG_LEVEL: must be one of trace, debug, info, warn, error, fatal, silent',
      'OTP_CHANNELS: must be a list of sms and voice',
    ])
  })

  it.each<[object, Record<string, string>, string]>([
    [{ infobip: 'abc' }, { INFOBIP_API_KEY: 'k'.repeat(40) }, 'infobip: invalid input: expected object'],
    [{ infobip: null }, {}, 'infobip: invalid input: expected object'],
    [
      { infobip: { messageIds: 'M' } },
      { INFOBIP_2FA_MESSAGE_ID: 'abc' },
      'infobip.messageIds: invalid input: expected object',
    ],
    [{ alerts: 'abc' }, { OTP_ALERT_URL: 'https://a.example' }, 'alerts: invalid input: expected object'],
    [{ sites: [null] }, {}, 'sites: invalid input: expected object'],
    [{ sites: ['abc'] }, {}, 'sites: invalid input: expected object'],
    [{ sites: 'abc' }, {}, 'sites: invalid input: expected array'],
  ])('are what stands where an object belongs: %j and %j', async (values, env, told) => {
    const found = await mistakes(env, await file({ ...values, logLevel: 'loud' }))
    expect(found).toContainEqual(expect.stringContaining(told))
    // It may be a secret that went astray.
    expect(found.join()).not.toContain('abc')
    expect(found).toContainEqual(expect.stringContaining('logLevel: must be one of'))
  })

  it.each<[object, string]>([
    [{ trustProxy: 1 }, 'trustProxy: must be a list of strings, such as ["1"]'],
    [{ trustProxy: [1] }, 'trustProxy: must be a list of strings, such as ["1"]'],
    [{ trustProxy: ['0.0.0.0/0'] }, 'trustProxy: a network that ends in /0'],
    [{ port: 'http' }, 'port: must be a port'],
    [{ stopDelay: 90 }, 'stopDelay: must be at most 60 seconds'],
    [{ infobip: { hostPlaceholder: 'pin' } }, 'infobip.hostPlaceholder: must be a name such as host'],
    [{ alerts: { url: 'http://a.example', secret: SECRET } }, 'alerts.url: must be an https URL.'],
    [{ alerts: { url: 'https://a.example', secret: 'short' } }, 'alerts.secret: must be whsec_'],
  ])('are the file’s where it says so, not those of variables that nobody set: %j', async (values, told) => {
    const found = await mistakes({}, await file(values))
    expect(found).toContainEqual(expect.stringContaining(told))
    expect(found.join()).not.toMatch(/OTP_(TRUST|PORT|STOP|ALERT)|INFOBIP_HOST/)
  })

  it('are a variable’s where it wins over the file, and the file’s in production too', async () => {
    const path = await file({ trustProxy: ['1'], publicUrl: 'http://otp.example' })
    expect(await mistakes({ OTP_TRUST_PROXY: '10' }, path)).toEqual([
      expect.stringContaining('OTP_TRUST_PROXY: must be a number of proxies'),
    ])
    expect(await mistakes({ NODE_ENV: 'production' }, path)).toContain(
      'publicUrl: production needs an https URL.',
    )
  })
})
