import { describe, expect, it } from 'vitest'
import { VARIABLES } from '../server/config/variables.js'
import { addressesOf, environmentOf, shopHint, shopTrouble } from '../scripts/start-settings.mjs'

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

describe('npm start', () => {
  const hasSandbox = async (variables: Record<string, string>, file: object = NO_FILE) =>
    (await addressesOf(environmentOf(variables, PORTS, file), PORTS, file)).sandbox ===
    'http://localhost:8788'

  it('says that messages are real where the server has an Infobip account, and else that they go to the sandbox', async () => {
    expect(await hasSandbox({})).toBe(true)
    for (const [name, { path, secret }] of Object.entries(VARIABLES))
      for (const variable of secret ? [name, `${name}_FILE`] : [name]) {
        const isReal = path.startsWith('infobip.')
        expect(await hasSandbox({ [variable]: 'something' }), variable).toBe(!isReal)
        expect(await hasSandbox({ [variable]: '' }), variable).toBe(true)
      }
    expect(await hasSandbox({}, { infobip: { hostPlaceholder: 'host' } })).toBe(false)
    // The key of setup and doctor is none of the server's.
    for (const name of ['INFOBIP_MANAGEMENT_API_KEY', 'INFOBIP_MANAGEMENT_API_KEY_FILE'])
      expect(await hasSandbox({ [name]: 'something' }), name).toBe(true)
  })
})

it('npm start names an example of a number only where the shop takes it, and where no message costs money', () => {
  const hint = (variables: Record<string, string>, isReal: boolean, file: object = NO_FILE) =>
    shopHint(environmentOf(variables, PORTS, file), isReal, file)
  expect(hint({}, false)).toContain('+1 202 555 0123')
  for (const told of [
    hint({ OTP_COUNTRIES: 'HR' }, false),
    hint({}, false, { sites: [{ sitekey: 'demo', countries: ['HR'] }] }),
    hint({}, true),
  ]) {
    expect(told).toMatch(/^sign up with /)
    expect(told).not.toMatch(/\d/)
  }
})
