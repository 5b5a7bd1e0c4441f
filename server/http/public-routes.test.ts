import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { PATHS, type NumberingPlan } from '../../contract/index.js'
import { DEFAULT_NUMBER_TYPES } from '../phone-number/phone-number.js'
import { ORIGIN, TestServer, startTwoSites, testSite } from '../test/harness.js'

let server: TestServer
beforeEach(async () => {
  server = await startTwoSites()
})
afterEach(() => server.stop())

describe('what anyone may read', () => {
  it('is the configuration of a site', async () => {
    const response = await server.app.request(`${PATHS.sites}/shop`, { headers: { Origin: ORIGIN } })
    expect(response.headers.get('Access-Control-Allow-Origin')).toBe(ORIGIN)
    expect(await response.json()).toEqual({
      sitekey: 'shop',
      codeLength: 6,
      channels: ['sms', 'voice'],
      countries: ['GB', 'HR', 'US'],
      callingCodes: { GB: '44', HR: '385', US: '1' },
      initialCountry: null,
      resend: { cooldowns: [30, 60] },
      challenge: 'none',
    })
    expect((await server.app.request(`${PATHS.sites}/nobody`)).status).toBe(404)
  })

  it('is also that calls have to prove whose they are, where they have to (SR-A17)', async () => {
    await server.stop()
    server = await TestServer.start({ sites: [testSite({ senderConstraint: true })] })
    const response = await server.app.request(`${PATHS.sites}/shop`)
    expect(await response.json()).toMatchObject({ senderConstraint: true })
  })

  it('is how the numbers behind a calling code are written, and which of them a site sends to', async () => {
    const plansOf = (sitekey: string, code: string) =>
      server.app.request(`${PATHS.sites}/${sitekey}${PATHS.numberingPlans}/${code}`, {
        headers: { Origin: ORIGIN },
      })
    const response = await plansOf('shop', '385')
    expect(response.headers.get('Access-Control-Allow-Origin')).toBe(ORIGIN)
    expect(response.headers.get('Cache-Control')).toBe('public, max-age=3600')
    const plan = (await response.json()) as NumberingPlan
    expect(plan).toMatchObject({ trunk: '0', transform: '' })
    expect('912345678').toMatch(new RegExp(`^(?:${plan.allowed})$`))
    expect('12345678').toMatch(new RegExp(`^(?:${plan.refused})$`))
    expect(plan.formats).toContainEqual(['(\\d{2})(\\d{3})(\\d{3,4})', '$1 $2 $3', '9', '0$1'])
    for (const code of ['49', '999', '0', 'constructor', '1'.repeat(40)]) {
      const refusal = await plansOf('shop', code)
      expect(await refusal.json(), code).toMatchObject({ code: 'country_not_allowed' })
    }
    expect(await (await plansOf('nobody', '385')).json()).toMatchObject({ code: 'unknown_site' })
  })

  it('is which numbers that one site sends to, whatever another has asked behind the same code', async () => {
    const siteOf = (country: string, origin: string) =>
      testSite(
        { sitekey: country, phoneRules: { countries: new Set([country]), types: DEFAULT_NUMBER_TYPES } },
        origin,
      )
    await server.stop()
    server = await TestServer.start({
      sites: [siteOf('US', ORIGIN), siteOf('CA', 'https://other.example')],
    })
    const servedBy = async (sitekey: string) => {
      const response = await server.app.request(`${PATHS.sites}/${sitekey}${PATHS.numberingPlans}/1`)
      const { served } = (await response.json()) as NumberingPlan
      return ['2025550123', '4165550123'].map((number) => new RegExp(`^(?:${served})$`).test(number))
    }
    for (let times = 0; times < 2; times++) {
      expect(await servedBy('US')).toEqual([true, false])
      expect(await servedBy('CA')).toEqual([false, true])
    }
  })

  it('is refused under the name of its call, which the log and the metrics are searched by', async () => {
    for (const path of [
      'nobody',
      `nobody${PATHS.numberingPlans}/385`,
      `shop${PATHS.numberingPlans}/49`,
      '/',
    ]) {
      await server.app.request(`${PATHS.sites}/${path}`)
    }
    const refused = server.events.filter(({ event }) => event === 'refused')
    expect(refused.map((event) => 'operation' in event && event.operation)).toEqual([
      'sites',
      'numberingPlans',
      'numberingPlans',
    ])
  })

  it('names the main country of a shared calling code first', async () => {
    const countries = new Set('AG AS CA US GG GB KZ RU AX FI YT RE VA IT'.split(' '))
    const phoneRules = { countries, types: DEFAULT_NUMBER_TYPES }
    await server.stop()
    server = await TestServer.start({ sites: [testSite({ phoneRules })] })
    const response = await server.app.request(`${PATHS.sites}/shop`)
    const { callingCodes } = (await response.json()) as { callingCodes: Record<string, string> }
    const main = ['1', '44', '7', '358', '262', '39'].map(
      (code) => Object.entries(callingCodes).find(([, calling]) => calling === code)![0],
    )
    expect(main).toEqual(['US', 'GB', 'RU', 'FI', 'RE', 'IT'])
  })

  it('is the public half of the signing keys, cacheable, from anywhere', async () => {
    const response = await server.app.request(PATHS.jwks)
    expect(response.headers.get('Cache-Control')).toBe('public, max-age=300')
    expect(response.headers.get('Access-Control-Allow-Origin')).toBe('*')
    const { keys } = (await response.json()) as { keys: Record<string, string>[] }
    expect(keys).toHaveLength(1)
    expect(Object.keys(keys[0]!).sort()).toEqual(['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y'])
  })

  it('is the widget, its immutable twin and their integrity (SR-I02, SR-J06)', async () => {
    const script = await server.app.request(PATHS.script)
    const twin = await server.app.request('/otp-verify-1.2.3-726c9ed442c8.js')
    expect(await script.text()).toBe('void 0')
    expect(twin.headers.get('Cache-Control')).toBe('public, max-age=31536000, immutable')
    for (const { headers } of [script, twin]) {
      expect(headers.get('Content-Type')).toBe('text/javascript; charset=utf-8')
      expect(headers.get('Cross-Origin-Resource-Policy')).toBe('cross-origin')
      expect(headers.get('Access-Control-Allow-Origin')).toBe('*')
    }
    const integrity = await (await server.app.request('/v1/integrity.json')).json()
    // The name has the first twelve digits of the same in hex: printf 'void 0' | openssl dgst -sha384
    // printf 'void 0' | openssl dgst -sha384 -binary | base64
    const hash = 'sha384-cmye1ELIRFvC7FGMPoV0eO1kzcFSCYMvja58tdrH38i0rwHNgx5PVLRxIL9Jj9mQ'
    expect(integrity).toEqual({
      version: '1.2.3',
      files: {
        '/otp-verify-1.2.3-726c9ed442c8.js': hash,
        '/otp-verify-1.2.3.js': hash,
        '/otp-verify.js': hash,
      },
    })
  })

  it('is the script’s sentences in other languages, for good under their names (SR-I02)', async () => {
    const known = `${PATHS.locales}/de-abc.json`
    const found = await server.app.request(known)
    expect(await found.text()).toBe('{}')
    const { headers } = found
    expect(headers.get('Content-Type')).toBe('application/json; charset=utf-8')
    expect(headers.get('Cache-Control')).toBe('public, max-age=31536000, immutable')
    expect(headers.get('Access-Control-Allow-Origin')).toBe('*')
    expect((await server.app.request(known, { method: 'POST' })).status).toBe(405)
    for (const name of ['de-abd.json', '', '..%2fotp-verify.js', '__proto__']) {
      const missing = await server.app.request(`${PATHS.locales}/${name}`)
      expect([name, missing.status]).toEqual([name, 404])
      expect(missing.headers.get('Cache-Control')).toBe('no-store')
    }
    const elsewhere = `/${'x'.repeat(PATHS.locales.length - 1)}/de-abc.json`
    expect((await server.app.request(elsewhere)).status).toBe(404)
  })
})
