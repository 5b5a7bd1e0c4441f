import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { PATHS } from '../../contract/index.js'
import { ORIGIN, startTwoSites, type TestServer } from '../test/harness.js'

let server: TestServer
beforeEach(async () => {
  server = await startTwoSites()
})
afterEach(() => server.stop())

const POSTS = [PATHS.start, PATHS.resend, PATHS.check, PATHS.status, PATHS.challenges]

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

  it.each(POSTS)(
    '%s refuses what a browser says is no call of a script, and not as foreign (SR-E09)',
    async (path) => {
      for (const said of [
        ...[{ 'Sec-Fetch-Mode': 'navigate' }, { 'Sec-Fetch-Mode': 'no-cors' }, { 'Sec-Fetch-Mode': '' }],
        ...[{ 'Sec-Fetch-Site': 'none' }, { 'Sec-Fetch-Dest': 'document' }, { 'Sec-Fetch-Dest': 'image' }],
        { 'Sec-Fetch-Site': 'cross-site', 'Sec-Fetch-Mode': 'navigate', 'Sec-Fetch-Dest': 'iframe' },
      ]) {
        const { status, body } = await server.post<{ code: string }>(path, {}, said)
        expect([status, body.code], JSON.stringify(said)).toEqual([403, 'origin_not_allowed'])
        expect(server.events.at(-1)).toMatchObject({ event: 'refused', reason: 'no_script' })
      }
      expect(server.events.filter(({ event }) => event === 'foreign-origin')).toEqual([])
      expect(server.sandbox.requests()).toHaveLength(0)
    },
  )

  it.each(['cross-site', 'same-site', 'same-origin'])(
    'may be %s, as a browser says, or be said by nobody (SR-E09)',
    async (site) => {
      const said = { 'Sec-Fetch-Site': site, 'Sec-Fetch-Mode': 'cors', 'Sec-Fetch-Dest': 'empty' }
      expect((await server.start({}, said)).status).toBe(201)
      expect((await server.start({ phoneNumber: '+12025550124' })).status).toBe(201)
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
      expect(preflight.headers.get('Access-Control-Allow-Headers')).toBe('Content-Type,Idempotency-Key,DPoP')
      expect(preflight.headers.get('Access-Control-Allow-Methods')).toBe('GET,POST')
      expect(preflight.headers.get('Access-Control-Max-Age')).toBe('600')
      expect(preflight.headers.has('Access-Control-Allow-Credentials')).toBe(false)
    }
  })

  it('are named on refused answers too, so that no cache serves one origin’s answer to another (SR-E05)', async () => {
    const refused = await server.start({}, { Origin: 'https://evil.example' })
    expect(refused.headers.get('Vary')).toContain('Origin')
  })

  it('a shared cache between us and two sites serves neither the other’s answer (SR-E05)', async () => {
    const kept = new Map<string, Response>()
    let asked = 0
    /** Keeps what may be kept, under the address and the headers that Vary names (RFC 9111, 4.1). */
    async function throughCache(path: string, origin: string): Promise<Response> {
      for (const [key, response] of kept) {
        const [address, vary, value] = key.split('\n')
        if (address === path && (vary !== 'origin' || value === origin)) return response.clone()
      }
      asked++
      const response = await server.app.request(path, { headers: { Origin: origin } })
      const vary = response.headers.get('Vary')?.toLowerCase().includes('origin') ? 'origin' : ''
      if (response.headers.get('Cache-Control')?.startsWith('public')) {
        kept.set([path, vary, origin].join('\n'), response.clone())
      }
      return response
    }
    for (let round = 0; round < 2; round++) {
      for (const origin of [ORIGIN, 'https://other.example']) {
        const { headers } = await throughCache(`${PATHS.sites}/shop`, origin)
        expect(headers.get('Access-Control-Allow-Origin')).toBe(origin)
      }
    }
    expect(asked).toBe(2)
  })
})
