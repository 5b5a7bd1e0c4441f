import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { boundOf } from '../guard/bound.js'
import { cooldownsTo } from '../guard/calls.js'
import { FAVOURED_OVERDRAFT, POLICY, type Policy } from '../site/policy.js'
import { ConfigError } from './config-error.js'
import { readConfig } from './config.js'
import { CREDIT_MAXIMA, effectiveLimits, LIMIT_MAXIMA, policyOf as readPolicy } from './policy-schema.js'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'otp-verify-policy-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

async function configured(settings: object) {
  const file = join(folder, 'otp.json')
  const sites = [{ sitekey: 'shop', origins: ['https://shop.example'], countries: ['HR'] }]
  const infobip = { baseUrl: 'https://abc12.api.infobip.com', apiKey: 'key', applicationId: 'APP' }
  writeFileSync(
    file,
    JSON.stringify({ infobip: { ...infobip, messageIds: { default: 'M' } }, sites, ...settings }),
  )
  const config = await readConfig({}, file)
  return { ...config, site: config.sites.get('shop')! }
}
const policyOf = async (settings: object): Promise<Policy> => (await configured(settings)).site.policy

async function mistakes(settings: object): Promise<readonly string[]> {
  const failure = await configured(settings).catch((error: unknown) => error)
  if (!(failure instanceof ConfigError)) throw new Error('It was taken.')
  return failure.mistakes
}

/** What one policy lets through at most, in the words of the settings. */
function effective({ limits, neighbourhoodStarts, credits }: Policy): Record<string, number> {
  const last = (name: keyof Policy['limits']) => limits[name].at(-1)!.limit
  const credit = Object.entries(credits).flatMap(([account, { initial, refill, overdraft }]) => [
    [`credits.${account}.initial`, initial],
    [`credits.${account}.perDay`, refill * 24],
    [`credits.${account}.overdraft`, overdraft],
  ])
  return {
    'limits.numberPerTenMinutes': limits.numberSends.at(-2)!.limit,
    'limits.numberPerDay': last('numberSends'),
    'limits.wrongCodesPerDay': last('wrongCodes'),
    'limits.addressPerHour': limits.addressStarts[0]!.limit,
    'limits.addressPerDay': last('addressStarts'),
    'limits.addressNumbersPerHour': last('addressNumbers'),
    'limits.neighbourhoodPerDay': neighbourhoodStarts,
    'limits.redeemsPerSecond': last('siteRedeems'),
    ...(Object.fromEntries(credit) as Record<string, number>),
  }
}

const MAXIMA: Record<string, number> = Object.fromEntries([
  ...Object.entries(LIMIT_MAXIMA).map(([name, most]) => [`limits.${name}`, most] as const),
  ...Object.entries(CREDIT_MAXIMA).flatMap(([account, maxima]) =>
    Object.entries(maxima).map(([name, most]): [string, number] => [`credits.${account}.${name}`, most]),
  ),
])

/** A configuration that says only this. */
function saying(name: string, value: number): Record<string, unknown> {
  return name.split('.').reduceRight<unknown>((inner, part) => ({ [part]: inner }), value) as Record<
    string,
    unknown
  >
}

describe('limits and credits of the configuration (SR-D10)', () => {
  it('are the usual ones where nothing is said', async () => {
    expect(effective(await policyOf({}))).toEqual(effective(POLICY))
  })

  it('hold as they are said, each by itself, up to what is known to be safe', async () => {
    const usual = effective(POLICY)
    for (const [name, most] of Object.entries(MAXIMA)) {
      expect(effective(await policyOf(saying(name, most)))[name], name).toBeCloseTo(most)
      expect({ ...effective(await policyOf(saying(name, 1))), [name]: 0 }, name).toEqual({
        ...usual,
        [name]: 0,
      })
      expect(await mistakes(saying(name, most + 1)), name).toEqual([
        `${name}: ${most} is the most that is known to be safe; more needs "unsafe": true.`,
      ])
      const unsafe = await configured({ ...saying(name, most + 1), unsafe: true })
      expect(effective(unsafe.site.policy)[name], name).toBeCloseTo(most + 1)
      expect(unsafe.warnings.some((warning) => warning.startsWith('unsafe: '))).toBe(true)
    }
  })

  it('have room for the text messages before a call, or say that they do not (SR-K06)', async () => {
    const site = { sitekey: 'shop', origins: ['https://shop.example'], countries: ['HR'] }
    const calling = { ...site, channels: ['sms', 'voice'], voiceCountries: ['HR'] }
    expect(await mistakes({ sites: [calling], limits: { numberPerTenMinutes: 2 } })).toEqual([
      'sites.0.voiceAfter: a number gets 2 text messages in ten minutes; lower it, or raise limits.numberPerTenMinutes.',
    ])
    const settings = { sites: [{ ...calling, voiceAfter: 2 }], limits: { numberPerTenMinutes: 2 } }
    expect(cooldownsTo((await configured(settings)).site, 'HR')).toEqual([30, 60, 120])
    expect(cooldownsTo((await configured(settings)).site, 'DE')).toEqual([30])
  })

  it('a call after texts may be one message more in ten minutes', async () => {
    const { limits } = await policyOf({ limits: { numberPerTenMinutes: 5 } })
    expect(limits.callsAfterTexts.map(({ limit }) => limit)).toEqual([1, 2, 6, 5])
  })

  it('are never beyond that, whatever a configuration says, unless it says unsafe', async () => {
    const value = fc.oneof(
      fc.integer({ min: -5, max: 2_000_000 }),
      fc.double(),
      fc.constant('many'),
      fc.constant(null),
    )
    const some = (names: readonly string[]) =>
      fc.dictionary(fc.constantFrom(...names, 'other'), value, { maxKeys: 3 })
    const accounts = Object.keys(CREDIT_MAXIMA)
    const settings = fc.record(
      {
        limits: some(Object.keys(LIMIT_MAXIMA)),
        credits: fc.dictionary(
          fc.constantFrom(...accounts),
          fc.oneof(
            { weight: 1, arbitrary: some(['initial', 'perDay', 'overdraft']) },
            { weight: 3, arbitrary: fc.record({ initial: fc.nat(12) }) },
          ),
          { maxKeys: 2 },
        ),
      },
      { requiredKeys: [] },
    )
    let taken = 0
    await fc.assert(
      fc.asyncProperty(settings, async (said) => {
        const policy = await policyOf(said).catch((error: unknown) => {
          if (error instanceof ConfigError) return undefined
          throw error
        })
        if (!policy) return
        taken++
        for (const [name, held] of Object.entries(effective(policy))) {
          expect(held, name).toBeLessThanOrEqual((MAXIMA[name] ?? 0) + 1e-9)
        }
      }),
      { numRuns: 500 },
    )
    expect(taken).toBeGreaterThan(20)
  })

  it('are in the worst day that is printed before they are deployed', async () => {
    const { site } = await configured({ credits: { country: { initial: 10, perDay: 24, overdraft: 100 } } })
    expect(boundOf(site, undefined).firstDay).toBe(10 + 24 + 110)
  })

  it('are told as they hold, configured or not, with how far each may be raised', () => {
    const usual = effectiveLimits(POLICY)
    expect(usual.length).toBe(8 + 12)
    for (const { value, most } of usual) {
      expect(value).toBeGreaterThan(0)
      expect(value).toBeLessThanOrEqual(most)
    }
    const limits = Object.fromEntries(Object.keys(LIMIT_MAXIMA).map((name, index) => [name, index + 1]))
    const credits = { country: { initial: 7, perDay: 48, overdraft: 9 } }
    const told = new Map(
      effectiveLimits(readPolicy({ limits, credits, unsafe: false })).map(({ name, value }) => [name, value]),
    )
    for (const [name, value] of Object.entries(limits)) expect(told.get(`limits.${name}`), name).toBe(value)
    for (const [name, value] of Object.entries(credits.country)) {
      expect(told.get(`credits.country.${name}`), name).toBe(value)
    }
  })

  it('stand in docs/guard.md as they are', () => {
    const text = readFileSync(new URL('../../docs/guard.md', import.meta.url), 'utf8')
    const rows = [...text.matchAll(/^\| (`.*?) \| (.*?) \| (.*?) \|(?: (.*?) \|)?$/gm)]
    const usual = effective(POLICY)
    const told: Record<string, number> = {}
    for (const [, names, ...cells] of rows) {
      const each = [...names!.matchAll(/`(\w+)`/g)].map(([, name]) => name!)
      const [first, second] = cells.map((cell) => cell?.split(', ').map(Number) ?? [])
      if (each.every((name) => `limits.${name}` in MAXIMA)) {
        each.forEach((name, n) => {
          told[`limits.${name}`] = second![n]!
          expect(first![n], name).toBe(usual[`limits.${name}`])
        })
      } else if (`credits.${each[0]}.initial` in MAXIMA) {
        for (const [n, name] of ['initial', 'perDay', 'overdraft'].entries()) {
          if (cells[n] !== '–') told[`credits.${each[0]}.${name}`] = Number(cells[n])
        }
      }
    }
    expect(told).toEqual(MAXIMA)
  })
})

/** What docs/guard.md calls the accounts of credit. */
const ACCOUNTS: Record<string, keyof Policy['credits']> = {
  'a range': 'range',
  'an IP address': 'address',
  'its neighbourhood': 'neighbourhood',
  'a million numbers': 'operator',
  'a country': 'country',
}

const AN_HOUR: Record<string, number> = { 'a day': 1 / 24, 'an hour': 1, 'every two hours': 1 / 2 }

it('the usual credits stand in docs/guard.md as they are (SR-K01)', () => {
  const text = readFileSync(new URL('../../docs/guard.md', import.meta.url), 'utf8')
  const rows = text.matchAll(
    /^\| ([a-zIP ]+?)(?:(?:,| \()[^|]*)? \| (\d+) \| (\d+) ([a-z ]+) \| (?:none|(\d+); (\d+)) \|$/gm,
  )
  const told = [...rows].map(([, account, initial, credits, often, overdraft = 0, favoured = 0]) => {
    const refill = Number(credits) * AN_HOUR[often!]!
    return [ACCOUNTS[account!], [initial, refill, overdraft, favoured].map(Number)]
  })
  const held = Object.entries(POLICY.credits).map(([account, { initial, refill, overdraft }]) => [
    account,
    [initial, refill, overdraft, overdraft * FAVOURED_OVERDRAFT],
  ])
  expect(Object.fromEntries(told)).toEqual(Object.fromEntries(held))
})
