import { randomBytes } from 'node:crypto'
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ConfigError } from './config-error.js'
import { readConfig } from './config.js'
import { INFOBIP } from './test/account.js'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'otp-verify-secrets-'))
})
afterAll(() => rm(folder, { recursive: true }))

const hex = () => randomBytes(32).toString('hex')
const siteSecret = () => `otps_${hex()}`
const alertSecret = () => `whsec_${randomBytes(32).toString('base64')}`

const SITE = { OTP_SITEKEY: 'shop', OTP_ALLOWED_ORIGINS: 'https://shop.example', OTP_COUNTRIES: 'HR' }
const PRODUCTION = {
  ...{ ...INFOBIP, INFOBIP_API_KEY: hex(), ...SITE, NODE_ENV: 'production' },
  ...{ OTP_PUBLIC_URL: 'https://otp.example', OTP_SIGNING_KEYS: '/keys.json', OTP_PEPPER: hex() },
}

async function file(content: unknown, mode = 0o600): Promise<string> {
  const path = join(folder, randomBytes(8).toString('hex'))
  await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content))
  await chmod(path, mode)
  return path
}

async function mistakes(env: Record<string, string>, config?: string): Promise<readonly string[]> {
  const error: unknown = await readConfig(env, config).then(
    () => new Error('The configuration was accepted.'),
    (caught: unknown) => caught,
  )
  if (!(error instanceof ConfigError)) throw error
  return error.mistakes
}

describe('secrets of the configuration (SR-I06)', () => {
  it('come from files as from variables, and are shown by nothing that prints or serialises them', async () => {
    const [apiKey, pepper, secret, alert, turnstile, delivery] = [
      ...[hex(), hex(), siteSecret(), alertSecret(), hex(), hex()],
    ]
    const keys = `{"kty":"EC","d":"${hex()}"}`
    const path = await file({
      sites: [
        {
          ...{ sitekey: 'shop', origins: ['https://shop.example'], countries: ['HR'], secrets: [secret] },
          challenge: { provider: 'turnstile', sitekey: 'public', secret: turnstile },
        },
      ],
      alerts: { url: 'https://alerts.example', secret: alert },
    })
    const { INFOBIP_API_KEY: _, OTP_PEPPER: __, ...rest } = PRODUCTION
    const { OTP_SITEKEY: ___, OTP_ALLOWED_ORIGINS: ____, OTP_COUNTRIES: _____, ...server } = rest
    const config = await readConfig(
      {
        ...{ ...server, OTP_SIGNING_KEYS: keys, OTP_PEPPER_FILE: await file(`${pepper}\n`) },
        INFOBIP_API_KEY_FILE: await file(apiKey),
        INFOBIP_DELIVERY_SECRET_FILE: await file(delivery!),
      },
      path,
    )
    expect(config.infobip!.apiKey).toBe(apiKey)
    expect(config.peppers).toEqual([pepper])
    const site = config.sites.get('shop')!
    const parts: unknown[] = [config, config.infobip, config.alerts, config.signingKeys, site, site.challenge]
    const shown = [...parts, { config }, [...config.sites]].flatMap((part) => [
      JSON.stringify(part),
      inspect(part, { depth: null, showHidden: true }),
      `${String(part)}`,
    ])
    for (const one of [apiKey, pepper, secret, alert, turnstile, delivery, JSON.parse(keys).d]) {
      expect(shown.join()).not.toContain(one)
    }
    expect(shown.join()).toContain('[secret]')
    expect(JSON.parse(JSON.stringify(config.infobip))).toMatchObject({ applicationId: 'APP' })
  })

  it('are refused in production when everybody can read their file', async () => {
    const env = { ...PRODUCTION, OTP_SITE_SECRET_FILE: await file(siteSecret(), 0o644) }
    expect(await mistakes(env)).toEqual([
      'OTP_SITE_SECRET_FILE: anyone on this machine can read the file; run: chmod 600 FILE',
    ])
    await chmod(env.OTP_SITE_SECRET_FILE, 0o640)
    expect((await readConfig(env)).sites.get('shop')!.secrets).toHaveLength(1)
    const { OTP_PEPPER: pepper, ...rest } = PRODUCTION
    const config = await file({ pepper }, 0o644)
    expect(await mistakes(rest, config)).toEqual([expect.stringMatching(/^--config: .*chmod 600/)])
    for (const harmless of [{ logLevel: 'warn' }, { signingKeys: '/keys.json' }])
      await readConfig(PRODUCTION, await file(harmless, 0o644))
    await readConfig({ ...env, NODE_ENV: 'test', OTP_SITE_SECRET_FILE: await file(siteSecret(), 0o644) })
  })

  it.each([
    { signingKeys: `{"kty":"EC","d":"${hex()}"}` },
    { infobip: { apiKey: hex() } },
    { infobip: { deliverySecret: hex() } },
    { alerts: { url: 'https://alerts.example', secret: alertSecret() } },
    { sites: [{ secrets: [siteSecret()] }] },
    { sites: [{ challenge: { provider: 'turnstile', sitekey: 'public', secret: hex() } }] },
  ])('are refused in production in a file that everybody can read: %#', async (settings) => {
    expect(await mistakes(PRODUCTION, await file(settings, 0o644))).toContainEqual(
      expect.stringMatching(/^--config: .* holds secrets, .*chmod 600/),
    )
  })

  it.each([
    ['OTP_PEPPER', 'p'.repeat(64)],
    ['INFOBIP_DELIVERY_SECRET', 'd'.repeat(64)],
    ['OTP_PEPPER', '0123456789abcdef'.repeat(4)],
    ['OTP_PEPPER', 'change-me-change-me-change-me-please'],
    ['OTP_PEPPER', 'aBcDeFgHiJkLmNoP-your-pepper-1234567'],
    ['OTP_SITE_SECRET', `otps_${'0123456789'.repeat(5)}`],
    ['OTP_SITE_SECRET', 'otps_ThisIsTheExampleOfTheDocumentation0123456789'],
    ['INFOBIP_API_KEY', 'sandbox-api-key'],
  ])('are refused in production when anybody could guess them: %s=%s', async (name, value) => {
    expect(await mistakes({ ...PRODUCTION, [name]: value })).toEqual([
      `${name}: is an example or a pattern, which anyone can guess; make a random one.`,
    ])
    await readConfig({ ...PRODUCTION, NODE_ENV: 'test', [name]: value })
  })

  it('are not repeated where one stands in the place of a country, as a short code is', async () => {
    const secret = 'QWERTZUIOPASDFGHJKLYXCVBNM'
    for (const said of [secret, secret.toLowerCase(), `${secret}0`, 'HRVA'])
      expect(await mistakes({ ...PRODUCTION, OTP_COUNTRIES: said })).toEqual([
        'OTP_COUNTRIES: an entry is not an ISO 3166-1 country code; write HR, for example.',
      ])
    expect(await mistakes({ ...PRODUCTION, OTP_COUNTRIES: 'HRV' })).toEqual([
      'OTP_COUNTRIES: HRV is not an ISO 3166-1 country code; write HR, for example.',
    ])
  })

  it.each(['1x0000000000000000000000000000000AA', '0x0000000000000000000000000000000000000000'])(
    'are refused in production when a service publishes them for trials: %s',
    async (secret) => {
      const site = { sitekey: 'shop', origins: ['https://shop.example'], countries: ['HR'] }
      const { OTP_SITEKEY: _, OTP_ALLOWED_ORIGINS: __, OTP_COUNTRIES: ___, ...rest } = PRODUCTION
      const challenge = { provider: 'turnstile', sitekey: 'public', secret }
      expect(await mistakes(rest, await file({ sites: [{ ...site, challenge }] }))).toEqual([
        expect.stringMatching(/^sites\.0\.challenge: is an example/),
      ])
    },
  )

  it('are not taken for guessable when they are random', async () => {
    for (let times = 0; times < 50; times++) {
      const some = { OTP_PEPPER: randomBytes(16).toString('hex'), OTP_SITE_SECRET: siteSecret() }
      await readConfig({ ...PRODUCTION, ...some })
    }
    // What keys are called is no part of what is secret.
    const keys = `{"kty":"EC","kid":"example-key","d":"${hex()}"}`
    await readConfig({ ...PRODUCTION, OTP_SIGNING_KEYS: keys })
  })

  it('are named when they are empty, cannot be read, or are said twice', async () => {
    const { OTP_PEPPER: _, ...rest } = PRODUCTION
    const read = (path: string) => mistakes({ ...rest, OTP_PEPPER_FILE: path })
    expect(await read(await file(' \n'))).toEqual(['OTP_PEPPER_FILE: the file is empty.'])
    expect(await read(join(folder, 'nowhere'))).toEqual(['OTP_PEPPER_FILE: the file cannot be read.'])
    expect(await mistakes({ ...PRODUCTION, OTP_PEPPER_FILE: 'f' })).toEqual([
      expect.stringMatching(/^OTP_PEPPER: is set twice/),
    ])
  })
})

describe('a secret that does two things (SR-I07)', () => {
  const base = hex()
  it.each([
    [{ OTP_SITE_SECRET: `otps_${base}`, OTP_PEPPER: `otps_${base}` }, 'OTP_PEPPER', 'OTP_SITE_SECRET'],
    // The mark by which scanners find it makes no other secret of it.
    [{ OTP_SITE_SECRET: `otps_${base}`, OTP_PEPPER: base }, 'OTP_PEPPER', 'OTP_SITE_SECRET'],
    [{ OTP_SITE_SECRET: `otps_${base}`, OTP_PEPPER: `${hex()},${base}` }, 'OTP_PEPPER', 'OTP_SITE_SECRET'],
    [{ INFOBIP_API_KEY: base, OTP_PEPPER: base }, 'OTP_PEPPER', 'INFOBIP_API_KEY'],
    [{ INFOBIP_DELIVERY_SECRET: base, OTP_PEPPER: base }, 'OTP_PEPPER', 'INFOBIP_DELIVERY_SECRET'],
    [
      {
        ...{ OTP_SITE_SECRET: `otps_${base}`, OTP_ALERT_SECRET: `whsec_${base}` },
        OTP_ALERT_URL: 'https://alerts.example',
      },
      ...(['OTP_ALERT_SECRET', 'OTP_SITE_SECRET'] as const),
    ],
  ])('is refused: %#', async (env, name, other) => {
    expect(await mistakes({ ...PRODUCTION, ...env })).toEqual([
      `${name}: is also ${other}; make another, since each secret has one purpose.`,
    ])
  })

  it('is refused for two sites, and as the secret of a challenge; an account for challenges may be shared', async () => {
    const site = { origins: ['https://a.example'], countries: ['HR'] }
    const one = siteSecret()
    const challenge = (secret: string) => ({ provider: 'turnstile', sitekey: 'public', secret })
    const both = (a: object, b: object) =>
      file({
        sites: [
          { ...site, sitekey: 'a', ...a },
          { ...site, sitekey: 'b', ...b },
        ],
      })
    expect(await mistakes(INFOBIP, await both({ secrets: [one] }, { secrets: [one] }))).toEqual([
      expect.stringMatching(/^sites: two sites have the same secret/),
    ])
    expect(await mistakes(INFOBIP, await both({ secrets: [one] }, { challenge: challenge(one) }))).toEqual([
      expect.stringMatching(/^sites\.1\.challenge: is also sites\.0\.secrets/),
    ])
    const shared = challenge(hex())
    await readConfig(INFOBIP, await both({ challenge: shared }, { challenge: shared }))
  })
})
