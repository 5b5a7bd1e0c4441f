import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { PATHS, PROBLEM_STATUS } from '../../contract/index.js'
import { NUMBER, ORIGIN, TestServer, testSite } from '../test/harness.js'

let server: TestServer
beforeEach(async () => {
  server = await TestServer.start({
    sites: [testSite(), testSite({ sitekey: 'other' }, 'https://other.example')],
    deps: { widget: { source: 'void 0', version: '1.2.3' } },
  })
})
afterEach(() => server.stop())

const POSTS = [PATHS.start, PATHS.resend, PATHS.check, PATHS.status]

describe('origins', () => {
  it.each(POSTS)(
    '%s refuses a missing or unlisted origin before it reads the body (SR-E02, SR-E03)',
    async (path) => {
      for (const origin of [
        undefined,
        'null',
        '',
        'https://evil.example',
        `${ORIGIN}.evil.example`,
        `${ORIGIN}, ${ORIGIN}`,
      ]) {
        let read = false
        const body = new ReadableStream(
          {
            pull(controller) {
              read = true
              controller.close()
            },
          },
          { highWaterMark: 0 },
        )
        const headers = new Headers({ 'Content-Type': 'application/json' })
        if (origin !== undefined) headers.set('Origin', origin)
        const init = { method: 'POST', headers, body, duplex: 'half' } as RequestInit
        const response = await server.app.request(path, init)
        expect(response.status).toBe(403)
        expect(((await response.json()) as { code: string }).code).toBe('origin_not_allowed')
        expect(response.headers.has('Access-Control-Allow-Origin')).toBe(false)
        expect(read).toBe(false)
      }
      expect(server.sandbox.requests()).toHaveLength(0)
    },
  )

  it('belong to their sitekey: another site’s page cannot spend its budget (SR-E08)', async () => {
    const { status, body } = await server.start({}, { Origin: 'https://other.example' })
    expect({ status, code: body.code }).toEqual({ status: 403, code: 'origin_not_allowed' })
    expect(server.sandbox.requests()).toHaveLength(0)
  })

  it('get CORS headers on every answer, errors and preflights included, never credentials (SR-E04, SR-E05, SR-E07)', async () => {
    const answers = [
      await server.start(),
      await server.start({ phoneNumber: 'x' }),
      await server.start({}, { 'Content-Type': 'text/plain' }),
      await server.check('x', '1'),
      await server.post('/v1/nowhere', {}),
    ]
    for (const { headers } of answers) {
      expect(headers.get('Access-Control-Allow-Origin')).toBe(ORIGIN)
      expect(headers.get('Vary')).toContain('Origin')
      expect(headers.has('Access-Control-Allow-Credentials')).toBe(false)
    }
    for (const [origin, allowed] of [
      [ORIGIN, ORIGIN],
      ['https://other.example', 'https://other.example'],
      ['https://evil.example', null],
    ] as const) {
      const preflight = await server.app.request(PATHS.start, {
        method: 'OPTIONS',
        headers: {
          Origin: origin,
          'Access-Control-Request-Method': 'POST',
          'Access-Control-Request-Headers': 'content-type,x-evil',
        },
      })
      expect(preflight.status).toBe(204)
      expect(preflight.headers.get('Access-Control-Allow-Origin')).toBe(allowed)
      expect(preflight.headers.get('Vary')).toContain('Origin')
      expect(preflight.headers.get('Access-Control-Allow-Headers')).toBe('Content-Type,Idempotency-Key')
      expect(preflight.headers.get('Access-Control-Allow-Methods')).toBe('GET,POST')
      expect(preflight.headers.get('Access-Control-Max-Age')).toBe('600')
      expect(preflight.headers.has('Access-Control-Allow-Credentials')).toBe(false)
    }
  })

  it('are named on refused answers too, so that no cache serves one origin’s answer to another (SR-E05)', async () => {
    const refused = await server.start({}, { Origin: 'https://evil.example' })
    expect(refused.headers.get('Vary')).toContain('Origin')
  })
})

describe('bodies', () => {
  it.each(POSTS)('%s takes application/json only (SR-E06)', async (path) => {
    for (const type of [
      'text/plain',
      'application/x-www-form-urlencoded',
      'multipart/form-data',
      'application/jsonp',
      'text/json',
      '',
    ]) {
      const { status, body } = await server.post(
        path,
        { sitekey: 'shop', phoneNumber: NUMBER },
        { 'Content-Type': type },
      )
      expect({ status, code: body.code }, type).toEqual({ status: 415, code: 'unsupported_media_type' })
    }
    expect(server.sandbox.requests()).toHaveLength(0)
  })

  it('may name a charset', async () => {
    expect((await server.start({}, { 'Content-Type': 'application/json; charset=utf-8' })).status).toBe(201)
  })

  it.each(POSTS)('%s takes 4096 bytes at most, declared or not (SR-D23)', async (path) => {
    const big = JSON.stringify({ sitekey: 'x'.repeat(5000) })
    expect((await server.post(path, big)).status).toBe(413)
    const chunks = new ReadableStream({
      start(controller) {
        controller.enqueue(new TextEncoder().encode(big))
        controller.close()
      },
    })
    const headers = { 'Content-Type': 'application/json', Origin: ORIGIN }
    const init = { method: 'POST', headers, body: chunks, duplex: 'half' } as RequestInit
    expect((await server.app.request(path, init)).status).toBe(413)
  })

  it('that are not one plain JSON object of known members are invalid (SR-F02, SR-F09)', async () => {
    const bodies = [
      '',
      '{',
      '[]',
      'null',
      '"x"',
      '1',
      '{}',
      '{"sitekey":"shop"}',
      `{"sitekey":"shop","phoneNumber":"${NUMBER}","phoneNumber":"${NUMBER}"}`,
      `{"sitekey":"shop","phoneNumber":"${NUMBER}",}`,
      `{"sitekey":"shop","phoneNumber":"${NUMBER}","__proto__":{"polluted":1}}`,
      `{"sitekey":"shop","phoneNumber":"${NUMBER}","constructor":{}}`,
      `{"sitekey":"shop","phoneNumber":"${NUMBER}","extra":1}`,
      `{"sitekey":"shop","phoneNumber":["${NUMBER}"]}`,
      `{"sitekey":"shop","phoneNumber":{"$gt":""}}`,
      `{"sitekey":"shop","phoneNumber":12025550123}`,
      `{"sitekey":["shop"],"phoneNumber":"${NUMBER}"}`,
      `{"sitekey":"shop","phoneNumber":"${NUMBER}","channel":"email"}`,
      `{"sitekey":"shop","phoneNumber":"${NUMBER}","channel":null}`,
    ]
    for (const body of bodies) {
      const answer = await server.post(PATHS.start, body)
      expect({ status: answer.status, code: answer.body.code }, body).toEqual({
        status: 422,
        code: 'invalid_request',
      })
    }
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
    expect(server.sandbox.requests()).toHaveLength(0)
  })

  it('have members of fixed shape and length (SR-F10)', async () => {
    const fits: [string, string][] = [
      ['nonce', 'n'.repeat(16)],
      ['nonce', 'n'.repeat(128)],
      ['action', 'a'],
      ['action', 'a'.repeat(32)],
      ['cdata', 'c'.repeat(255)],
      ['language', 'en'],
      ['language', 'zh-Hant-TW'],
    ]
    for (const [name, value] of fits)
      expect((await server.start({ [name]: value })).status, `${name} ${value}`).toBe(201)
    const misfits: [string, string][] = [
      ['nonce', 'n'.repeat(15)],
      ['nonce', 'n'.repeat(129)],
      ['nonce', 'not base64url!!!'],
      ['action', ''],
      ['action', 'a'.repeat(33)],
      ['action', 'a b'],
      ['cdata', 'c'.repeat(256)],
      ['cdata', '<b>'],
      ['language', 'e'],
      ['language', 'en_US'],
      ['language', '../../etc'],
      ['sitekey', 'sh op'],
      ['sitekey', ''],
      ['ticket', 't'.repeat(2049)],
    ]
    for (const [name, value] of misfits) {
      expect((await server.start({ [name]: value })).body.code, `${name} ${value}`).toBe('invalid_request')
    }
  })

  it('with a number that cannot receive a code are told why, before anything is sent', async () => {
    for (const [phoneNumber, code] of [
      ['+1202555', 'invalid_phone_number'],
      ['12025550123', 'invalid_phone_number'],
      [`+1${'0'.repeat(60)}`, 'invalid_phone_number'],
      ['+33612345678', 'country_not_allowed'],
      ['+870773111632', 'country_not_allowed'],
      ['+18005550123', 'phone_type_not_allowed'],
    ] as const) {
      const answer = await server.start({ phoneNumber })
      expect({ status: answer.status, code: answer.body.code }, phoneNumber).toEqual({ status: 422, code })
    }
    expect(server.sandbox.requests()).toHaveLength(0)
  })
})

describe('answers', () => {
  it('that fail are problems of one form, with the status of their code', async () => {
    const { status, headers, body } = await server.start({ phoneNumber: '+1202555' })
    expect(headers.get('Content-Type')).toBe('application/problem+json; charset=utf-8')
    expect(body).toEqual({
      type: 'urn:otp-verify:problem:invalid_phone_number',
      title: expect.any(String),
      status,
      code: 'invalid_phone_number',
      requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
    })
    expect(status).toBe(PROBLEM_STATUS.invalid_phone_number)
  })

  it('say nothing of an error nobody expected, and the server goes on', async () => {
    await server.stop()
    const provider = {
      send: () => Promise.reject(new Error(`secret ${NUMBER}`)),
      resend: never,
      check: never,
    }
    server = await TestServer.start({ deps: { provider } })
    const { status, body } = await server.start()
    expect({ status, code: body.code }).toEqual({ status: 500, code: 'internal_error' })
    expect(JSON.stringify(body)).not.toContain('secret')
    expect(server.events.at(-1)).toMatchObject({ event: 'failure', operation: 'start', error: 'Error' })
    expect((await server.start()).status).toBe(500)
  })

  it('carry the headers of data that nobody may frame, sniff or keep (SR-I01, SR-I03)', async () => {
    for (const answer of [
      await server.start(),
      await server.start({ phoneNumber: '' }),
      await server.post('/x', {}),
    ]) {
      const { headers } = answer
      expect(headers.get('Content-Type')).toMatch(/^application\/(problem\+)?json; charset=utf-8$/)
      expect(headers.get('Cache-Control')).toBe('no-store')
      expect(headers.get('X-Content-Type-Options')).toBe('nosniff')
      expect(headers.get('Content-Security-Policy')).toBe(
        "default-src 'none'; frame-ancestors 'none'; base-uri 'none'",
      )
      expect(headers.get('Referrer-Policy')).toBe('no-referrer')
      expect(headers.get('Strict-Transport-Security')).toBe('max-age=31536000; includeSubDomains')
      expect(headers.get('Cross-Origin-Resource-Policy')).toBe('same-origin')
      for (const name of ['Server', 'X-Powered-By', 'X-Request-Id']) expect(headers.has(name)).toBe(false)
    }
  })

  it('to unknown addresses are 404, to unknown methods 405 with what is allowed (SR-E07)', async () => {
    const nowhere = await server.app.request('/nowhere')
    expect(nowhere.status).toBe(404)
    for (const method of ['GET', 'PUT', 'DELETE', 'PATCH', 'TRACE']) {
      const response = await server.app.request(requestWith(method))
      expect(response.status, method).toBe(405)
      expect(response.headers.get('Allow')).toBe('POST, OPTIONS')
    }
  })
})

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
    const twin = await server.app.request('/otp-verify-1.2.3.js')
    expect(await script.text()).toBe('void 0')
    expect(twin.headers.get('Cache-Control')).toBe('public, max-age=31536000, immutable')
    for (const { headers } of [script, twin]) {
      expect(headers.get('Content-Type')).toBe('text/javascript; charset=utf-8')
      expect(headers.get('Cross-Origin-Resource-Policy')).toBe('cross-origin')
      expect(headers.get('Access-Control-Allow-Origin')).toBe('*')
    }
    const integrity = await (await server.app.request(PATHS.integrity)).json()
    // printf 'void 0' | openssl dgst -sha384 -binary | base64
    const hash = 'sha384-cmye1ELIRFvC7FGMPoV0eO1kzcFSCYMvja58tdrH38i0rwHNgx5PVLRxIL9Jj9mQ'
    expect(integrity).toEqual({
      version: '1.2.3',
      files: { '/otp-verify.js': hash, '/otp-verify-1.2.3.js': hash },
    })
  })
})

describe('a server under a path', () => {
  it('answers below it and nowhere else', async () => {
    await server.stop()
    server = await TestServer.start({ deps: { publicUrl: 'https://shop.example/api/otp/' } })
    expect((await server.app.request(`/api/otp${PATHS.jwks}`)).status).toBe(200)
    expect((await server.app.request(PATHS.jwks)).status).toBe(404)
    const wrongMethod = await server.app.request(`/api/otp${PATHS.start}`)
    expect(wrongMethod.status).toBe(405)
  })
})

function never(): never {
  throw new Error('not called')
}

/** Fetch forbids TRACE; a client that is no browser does not. */
function requestWith(method: string): Request {
  const request = new Request(`http://x${PATHS.check}`, { headers: { Origin: ORIGIN } })
  return Object.defineProperty(request, 'method', { value: method })
}
