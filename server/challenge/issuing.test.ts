import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { PATHS, type SiteConfig } from '../../contract/index.js'
import { NUMBER, TestServer, testSite } from '../test/harness.js'

const OTHER_ORIGIN = 'https://other.example'
const FOR_NOBODY_ORIGIN = 'https://none.example'

describe('a call for a challenge', () => {
  let server: TestServer
  beforeEach(async () => {
    const challenge = { kind: 'altcha' } as const
    server = await TestServer.start({
      sites: [
        testSite({ challenge, actions: new Set(['signup']) }),
        testSite({ challenge, sitekey: 'other' }, OTHER_ORIGIN),
        testSite({ sitekey: 'none' }, FOR_NOBODY_ORIGIN),
        ...(['turnstile', 'hcaptcha'] as const).map((kind) =>
          testSite({ challenge: { kind, sitekey: `public-${kind}`, secret: 'secret' }, sitekey: kind }),
        ),
      ],
      deps: { trustedProxies: 1 },
    })
  })
  afterEach(() => server.stop())

  const asked = { sitekey: 'shop', phoneNumber: NUMBER, action: 'signup' }
  const ask = (body: object = {}, headers: Record<string, string> = {}) =>
    server.post(PATHS.challenges, { ...asked, ...body }, { 'X-Forwarded-For': '203.0.113.7', ...headers })

  it('may be made ten times a minute by an address, which is then told how long to wait (SR-K14)', async () => {
    for (let n = 0; n < 10; n++) {
      expect((await ask()).status).toBe(200)
      server.advance(3)
    }
    const { status, headers, body } = await ask()
    expect([status, body.code, body.retryAfter]).toEqual([429, 'rate_limited', 30])
    expect(headers.get('Retry-After')).toBe('30')
    expect(server.events.at(-1)).toMatchObject({ event: 'refused', reason: 'challenges', sitekey: 'shop' })
    expect((await ask({}, { 'X-Forwarded-For': '203.0.113.8' })).status).toBe(200)
    server.advance(30)
    expect((await ask()).status).toBe(200)
    expect((await ask()).status).toBe(429)
  })

  it('counts the addresses of an IPv6 /64 as one (SR-K14)', async () => {
    for (let n = 0; n < 10; n++) await ask({}, { 'X-Forwarded-For': `2001:db8::${n + 1}` })
    expect((await ask({}, { 'X-Forwarded-For': '2001:db8::ffff:1' })).status).toBe(429)
    expect((await ask({}, { 'X-Forwarded-For': '2001:db8:0:1::1' })).status).toBe(200)
  })

  it('is refused like the start that it is for, before the store is written to', async () => {
    const consume = vi.spyOn(server.deps.store, 'consume')
    const code = async (body: object, headers?: Record<string, string>) =>
      (await ask(body, headers)).body.code
    expect(await code({ sitekey: 'nobody' })).toBe('unknown_site')
    expect(await code({}, { Origin: 'https://evil.example' })).toBe('origin_not_allowed')
    expect(await code({}, { Origin: OTHER_ORIGIN })).toBe('origin_not_allowed')
    expect(await code({ sitekey: 'none' }, { Origin: FOR_NOBODY_ORIGIN })).toBe('invalid_request')
    expect((await ask({ action: 'reset' })).body).toMatchObject({ code: 'invalid_request', member: 'action' })
    expect(await code({ more: 1 })).toBe('invalid_request')
    expect(await code({ phoneNumber: '+1202555' })).toBe('invalid_phone_number')
    expect(await code({ phoneNumber: '+4915112345678' })).toBe('country_not_allowed')
    expect(await code({ phoneNumber: '+448001111111' })).toBe('phone_type_not_allowed')
    expect(consume).not.toHaveBeenCalled()
    expect((await ask()).status).toBe(200)
    expect(consume).toHaveBeenCalledOnce()
  })

  it('is worth making only where the configuration of the site says so', async () => {
    const kindOf = async (sitekey: string) => {
      const answer = await server.app.request(`${PATHS.sites}/${sitekey}`)
      return ((await answer.json()) as SiteConfig).challenge
    }
    for (const kind of ['none', 'turnstile', 'hcaptcha']) expect(await kindOf(kind)).toBe(kind)
    expect(await kindOf('shop')).toBe('altcha')
  })

  it('is answered with the challenge that the site has chosen', async () => {
    expect((await ask()).body).toMatchObject({ parameters: { cost: 4000 } })
    const cdata = expect.stringMatching(/^[\w-]{59}$/) as string
    expect((await ask({ sitekey: 'turnstile' })).body).toEqual({
      ...{ type: 'turnstile', sitekey: 'public-turnstile', cdata },
    })
    expect((await ask({ sitekey: 'hcaptcha' })).body).toEqual({
      ...{ type: 'hcaptcha', sitekey: 'public-hcaptcha' },
    })
  })

  it('need not be made where the site has none, and an answer is ignored there', async () => {
    const body = { sitekey: 'none', challenge: 'of an earlier configuration' }
    const from = { Origin: FOR_NOBODY_ORIGIN, 'X-Forwarded-For': '203.0.113.7' }
    expect((await server.start(body, from)).status).toBe(201)
  })
})
