import { expect, it } from 'vitest'
import { ConfigError } from './config-error.js'
import { readConfig } from './config.js'
import { INFOBIP } from './test/account.js'

const SITE = { OTP_SITEKEY: 'shop', OTP_ALLOWED_ORIGINS: 'https://shop.example', OTP_COUNTRIES: 'HR' }

it('a budget of more messages than anybody sends is a mistake: it would bound nothing (SR-D09)', async () => {
  const read = (budget: number) => readConfig({ ...INFOBIP, ...SITE, OTP_DAILY_BUDGET: String(budget) })
  expect((await read(1e9)).sites.get('shop')!.dailyBudget).toBe(1e9)
  for (const budget of [1e9 + 1, Number.MAX_SAFE_INTEGER]) {
    const refused: unknown = await read(budget).catch((error: unknown) => error)
    expect(refused, String(budget)).toBeInstanceOf(ConfigError)
    expect((refused as ConfigError).mistakes).toEqual(['OTP_DAILY_BUDGET: is at most a billion messages'])
  }
})
