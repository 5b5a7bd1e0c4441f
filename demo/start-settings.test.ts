import { describe, expect, it } from 'vitest'
import { environmentOf, shopTrouble } from '../scripts/start-settings.mjs'

const PORTS = { server: 8787, sandbox: 8788, admin: 8789, demo: 5199 }
const NO_FILE = {}

const trouble = (variables: Record<string, string>, file: object) =>
  shopTrouble(environmentOf(variables, PORTS, file), PORTS, file)

describe('the shop of npm start', () => {
  it('may ask for codes by itself, also beside a file that has no sites', () => {
    for (const file of [NO_FILE, { prices: { currency: 'EUR', default: 0.1 } }]) {
      expect(trouble({}, file)).toBeUndefined()
      expect(environmentOf({}, PORTS, file)).toMatchObject({ OTP_SITEKEY: 'demo' })
    }
  })

  it('is said not to work where the file has sites and none is the shop', () => {
    const shop = { sitekey: 'shop', origins: ['https://shop.example'] }
    const demo = { sitekey: 'demo', origins: ['http://localhost:5199'] }
    const told =
      'otp-verify.config.json has no site demo with the origin http://localhost:5199: add it, or put the file elsewhere'
    for (const sites of [[shop], [null], [{ ...demo, origins: ['http://localhost:5173'] }]])
      expect(trouble({}, { sites }), JSON.stringify(sites)).toBe(told)
    expect(trouble({}, { sites: [shop, demo] })).toBeUndefined()
    expect(environmentOf({}, PORTS, { sites: [demo] })).not.toHaveProperty('OTP_SITEKEY')
  })

  it('is said not to work where the variable lists other pages alone', () => {
    const origins = 'http://localhost:3000'
    expect(trouble({ OTP_ALLOWED_ORIGINS: origins }, NO_FILE)).toBe(
      'OTP_ALLOWED_ORIGINS does not have http://localhost:5199: add it',
    )
    expect(trouble({ OTP_ALLOWED_ORIGINS: `http://localhost:5199, ${origins}` }, NO_FILE)).toBeUndefined()
  })
})
