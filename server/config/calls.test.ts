import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { servedCountries } from '../phone-number/phone-number.js'
import { ConfigError } from './config-error.js'
import { readConfig } from './config.js'
import { INFOBIP } from './test/account.js'

const SITE = { OTP_SITEKEY: 'shop', OTP_ALLOWED_ORIGINS: 'https://shop.example', OTP_COUNTRIES: 'HR,DE' }
const CALLS = { channels: ['sms', 'voice'], voiceCountries: ['HR'] }

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'otp-verify-calls-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

/** The configuration of one site, with these settings. */
function read(settings: object, env: Record<string, string> = INFOBIP) {
  const file = join(folder, 'calls.json')
  const site = { sitekey: 'shop', origins: ['https://shop.example'], countries: ['HR', 'DE'], ...settings }
  writeFileSync(file, JSON.stringify({ sites: [site] }))
  return readConfig(env, file)
}

async function siteOf(config: ReturnType<typeof readConfig>) {
  const { channels, voiceCountries, voiceAfter, resendCooldowns } = (await config).sites
    .values()
    .next().value!
  return { channels, voiceCountries: [...voiceCountries], voiceAfter, resendCooldowns }
}

async function mistakes(config: Promise<unknown>): Promise<readonly string[]> {
  const failure = await config.catch((error: unknown) => error)
  if (!(failure instanceof ConfigError)) throw new Error('It was taken.')
  return failure.mistakes
}

describe('calls', () => {
  it('are off unless somebody asks for them (SR-K06)', async () => {
    expect(await siteOf(read({}))).toEqual({
      ...{ channels: ['sms'], voiceCountries: [], voiceAfter: 0, resendCooldowns: [30, 60] },
    })
  })

  it('come after three texts that are spread, unless somebody says otherwise (SR-K06)', async () => {
    expect(await siteOf(read(CALLS))).toEqual({
      ...{ ...CALLS, voiceAfter: 3, resendCooldowns: [30, 60, 120] },
    })
    expect(await siteOf(read({ ...CALLS, voiceAfter: 1, resendCooldowns: [45] }))).toMatchObject({
      ...{ voiceAfter: 1, resendCooldowns: [45] },
    })
    expect(await siteOf(read({ ...CALLS, voiceAfter: 0 }))).toMatchObject({
      ...{ voiceAfter: 0, resendCooldowns: [30, 60] },
    })
    const alone = { channels: ['voice'], voiceCountries: ['HR', 'DE'] }
    expect(await siteOf(read(alone))).toMatchObject({ voiceAfter: 0, resendCooldowns: [30, 60] })
  })

  it('need countries of their own, which the site serves (SR-K06)', async () => {
    const env = { ...INFOBIP, ...SITE, OTP_CHANNELS: 'sms,voice' }
    expect(await mistakes(readConfig(env))).toEqual([
      expect.stringMatching(/^OTP_VOICE_COUNTRIES: calls need their own list/),
    ])
    expect(await mistakes(readConfig({ ...env, OTP_VOICE_COUNTRIES: 'HR,FR' }))).toEqual([
      'OTP_VOICE_COUNTRIES: not among the countries of the site: FR.',
    ])
    expect((await siteOf(readConfig({ ...env, OTP_VOICE_COUNTRIES: 'de' }))).voiceCountries).toEqual(['DE'])
  })

  it.each([
    [{ channels: ['sms'], voiceAfter: 4 }, 'voiceAfter'],
    [{ ...CALLS, voiceCountries: [] }, 'voiceCountries'],
    [{ channels: ['voice'], voiceCountries: ['HR', 'DE'], voiceAfter: 2 }, 'voiceAfter'],
    // Visitors of Germany could not even start.
    [{ channels: ['voice'], voiceCountries: ['HR'] }, 'voiceCountries'],
    [{ channels: ['voice', 'sms'], voiceCountries: ['HR'], voiceAfter: 0 }, 'voiceCountries'],
    [{ channels: ['voice', 'sms'], voiceCountries: ['HR', 'DE'] }, 'channels'],
    [{ channels: ['voice', 'sms'], voiceCountries: ['HR'] }, 'channels'],
    [{ ...CALLS, resendCooldowns: [30, 60] }, 'resendCooldowns'],
    [{ ...CALLS, voiceAfter: 1, resendCooldowns: [] }, 'resendCooldowns'],
    [{ ...CALLS, codeLifetime: 210 }, 'resendCooldowns'],
  ])(
    'that could never come, or that nobody could start with, are a mistake: %j (SR-K06)',
    async (settings, name) => {
      expect(await mistakes(read(settings))).toEqual([
        expect.stringMatching(new RegExp(`^sites\\.0\\.${name}: `)),
      ])
    },
  )

  it('that come just in time are none (SR-K06)', async () => {
    expect((await siteOf(read({ ...CALLS, codeLifetime: 211 }))).voiceAfter).toBe(3)
    // Only what comes before the first call counts.
    const more = { ...CALLS, voiceAfter: 1, resendCooldowns: [30, 60, 240] }
    expect(await siteOf(read(more))).toMatchObject({ voiceAfter: 1, resendCooldowns: [30, 60, 240] })
  })

  it('with which visitors may start are warned of (SR-K06)', async () => {
    const warned = async (settings: object, env?: Record<string, string>) =>
      (await read(settings, env)).warnings.filter((warning) => warning.includes('IRSF'))
    expect(await warned({ ...CALLS, voiceAfter: 0 })).toEqual([expect.stringMatching(/^voiceAfter: .*shop/)])
    expect(await warned({ channels: ['voice'], voiceCountries: ['HR', 'DE'] })).toHaveLength(1)
    expect(await warned(CALLS)).toEqual([])
    expect(await warned({})).toEqual([])
    expect(await warned({ ...CALLS, voiceAfter: 0 }, {})).toEqual([])
  })

  it('of the server’s own sandbox go everywhere, at once (SR-K06)', async () => {
    const demo = await siteOf(readConfig({}))
    expect(demo).toMatchObject({ channels: ['sms', 'voice'], voiceAfter: 0 })
    expect(demo.voiceCountries).toEqual(servedCountries())
    expect((await siteOf(readConfig({ OTP_COUNTRIES: 'HR,DE' }))).voiceCountries).toEqual(['HR', 'DE'])
    expect(await siteOf(read({ voiceCountries: ['DE'], voiceAfter: 3 }, {}))).toMatchObject({
      ...{ voiceCountries: ['DE'], voiceAfter: 3, resendCooldowns: [30, 60, 120] },
    })
  })
})
