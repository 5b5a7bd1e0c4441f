import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { ConfigError } from './config-error.js'
import { readConfig } from './config.js'
import { INFOBIP } from './test/account.js'

/** The configuration of one site that starts with calls. */
async function read(countries: string[], voiceCountries: string[]) {
  const folder = mkdtempSync(join(tmpdir(), 'otp-verify-countries-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'otp.json')
  const site = { sitekey: 'shop', origins: ['https://shop.example'], channels: ['voice'] }
  writeFileSync(file, JSON.stringify({ sites: [{ ...site, countries, voiceCountries }] }))
  return readConfig(INFOBIP, file)
}

it('a country that is named twice stands for no other that may be called (SR-K06)', async () => {
  const refused: unknown = await read(['HR', 'DE'], ['HR', 'hr']).catch((error: unknown) => error)
  expect(refused).toBeInstanceOf(ConfigError)
  expect((refused as ConfigError).mistakes).toEqual([
    expect.stringMatching(/^sites\.0\.voiceCountries: .* all countries of the site belong here/),
  ])
})

it.each([
  [
    ['HR', 'HR', 'DE'],
    ['DE', 'HR'],
  ],
  [
    ['HR', 'DE'],
    ['HR', 'DE', 'hr'],
  ],
])('nor does it make another missing: %j, %j', async (countries, voiceCountries) => {
  const { sites } = await read(countries, voiceCountries)
  const { phoneRules, ...shop } = sites.get('shop')!
  expect([...phoneRules.countries].toSorted()).toEqual(['DE', 'HR'])
  expect([...shop.voiceCountries].toSorted()).toEqual(['DE', 'HR'])
})
