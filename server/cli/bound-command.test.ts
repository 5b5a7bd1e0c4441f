import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { boundCommand } from './bound-command.js'
import { INFOBIP } from '../config/test/account.js'

const README = readFileSync(new URL('../../README.md', import.meta.url), 'utf8')

const SITE = { OTP_SITEKEY: 'shop', OTP_ALLOWED_ORIGINS: 'https://shop.example', OTP_COUNTRIES: 'HR,DE' }

async function bound(args: string[], env: Record<string, string>, warned: string[] = []): Promise<string> {
  const printed: string[] = []
  const command = boundCommand(env, {
    print: (text) => printed.push(text),
    warn: (text) => warned.push(text),
  }).exitOverride()
  await command.parseAsync(args, { from: 'user' })
  return printed.join('\n')
}

/** A place for a configuration file that is gone after the test. */
function configurationFile(): string {
  const folder = mkdtempSync(join(tmpdir(), 'otp-verify-bound-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  return join(folder, 'otp-verify.config.json')
}

it('says the worst day in messages, for scripts too', async () => {
  const env = { ...INFOBIP, ...SITE, OTP_DAILY_BUDGET: '500', OTP_CHALLENGE: 'none' }
  const said = await bound([], env)
  expect(said).toContain('shop: the worst day costs 500 messages.')
  expect(said).toContain(
    "On the site's first day, before anybody has entered a code, numbers for which no code is entered get at most 312 messages:",
  )
  expect(said).toContain('each code that a visitor enters raises this, as far as the budget allows.')
  expect(said).toContain('Plan for 350 messages a day to')
  expect(said).toContain('To see this in money, set prices in')
  expect(JSON.parse(await bound(['--json'], env))).toMatchObject({
    sites: [
      {
        ...{ sitekey: 'shop', messages: 500, firstDay: 312, later: 350, shadow: false },
        countries: [{ messages: 156 }, { messages: 156 }],
      },
    ],
  })
})

it('adds what solving challenges lets through, where there is one to solve (SR-K03)', async () => {
  const said = await bound([], { ...INFOBIP, ...SITE, OTP_DAILY_BUDGET: '3000' })
  expect(said).toContain('numbers for which no code is entered get at most 1632 messages:')
  expect(said).toContain('HR  816 messages')
})

it('says why credit bounds nothing where the guard is in shadow mode', async () => {
  const said = await bound([], { OTP_COUNTRIES: 'HR,DE', OTP_DAILY_BUDGET: '2000' })
  expect(said).toContain(
    'The guard is in shadow mode, so only the budget limits this. To enforce it, set OTP_GUARD=enforce',
  )
  expect(said).toContain('Plan for 1400 messages a day to')
  expect(said).not.toMatch(/first day|After that/)
})

it('warns of what the server would warn of, beside what it prints', async () => {
  const warned: string[] = []
  const env = { ...INFOBIP, ...SITE, OTP_COLOUR: '5' }
  const said = await bound(['--json'], env, warned)
  expect(warned).toContain('Warning: OTP_COLOUR: has no effect.')
  expect(said).not.toContain('OTP_COLOUR')
})

it('says it in money where prices are known, and what these have to be', async () => {
  const file = configurationFile()
  const site = {
    sitekey: 'shop',
    origins: ['https://shop.example'],
    countries: ['HR', 'DE'],
    dailyBudget: 500,
    challenge: 'none',
  }
  const prices = { currency: 'EUR', default: 0.1, HR: 0.05 }
  writeFileSync(file, JSON.stringify({ prices, sites: [{ ...site, dailySpend: 40 }] }))
  const said = await bound(['--config', file], INFOBIP)
  expect(said).toContain('shop: the worst day costs 500 messages (40.00 EUR).')
  expect(said).toContain('get at most 312 messages (23.40 EUR):')
  expect(said).toContain('Plan for 350 messages (28.00 EUR) a day to')
  expect(said).toContain('in prices for a whole message\nwith all its parts')
  expect(said).not.toContain('numberLookup')
  expect(said).toMatch(/DE {2}156 messages \(15\.60 EUR\)\n {4}HR {2}156 messages \(7\.80 EUR\)/)

  const calls = { ...site, channels: ['sms', 'voice'], voiceCountries: ['HR'] }
  const infobip = { numberLookup: true }
  writeFileSync(file, JSON.stringify({ infobip, prices, voicePrices: { default: 0.2 }, sites: [calls] }))
  const dearer = await bound(['--config', file], INFOBIP)
  expect(dearer).toMatch(/HR {2}156 messages \(31\.20 EUR\)\n {4}DE {2}156 messages \(15\.60 EUR\)/)
  expect(dearer).toContain('numberLookup is on: each price of a message must include one lookup.')
  writeFileSync(file, JSON.stringify({ prices, sites: [calls] }))
  expect(await bound(['--config', file], INFOBIP)).toContain('set voicePrices in the configuration file')
})

it('gives no country more than the site, and says how much the others have at most', async () => {
  const file = configurationFile()
  const countries = ['HR', 'DE', ...'AT BE BG CY CZ DK EE ES FI FR GR HU IE IT LT LU LV MT NL'.split(' ')]
  const site = { sitekey: 'shop', origins: ['https://shop.example'], countries, dailyBudget: 2000 }
  const prices = { currency: 'EUR', default: 0.1, HR: 0.2, DE: 0.05 }
  writeFileSync(file, JSON.stringify({ prices, sites: [{ ...site, dailySpend: 50, guard: 'shadow' }] }))
  const said = await bound(['--config', file], INFOBIP)
  expect(said).toContain('shop: the worst day costs 1000 messages (50.00 EUR).')
  expect(said).toContain('    HR  175 messages (35.00 EUR)\n    DE  700 messages (35.00 EUR)\n')
  expect(said).toContain('    and 1 more, each with at most 350 messages (35.00 EUR)\n')
})

it('prints what README.md shows of the file that it shows', async () => {
  const file = configurationFile()
  const [, json, printed] =
    /```json\n(\{\n {2}"prices".*?)```.*?```\n\$ otp-verify bound --config cost\.json\n(.*?)\n```/s.exec(
      README,
    )!
  writeFileSync(file, json!)
  expect(await bound(['--config', file], {})).toBe(printed!)
})
