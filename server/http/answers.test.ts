import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { PATHS, PROBLEM_STATUS } from '../../contract/index.js'
import { NUMBER, ORIGIN, TestServer, startTwoSites } from '../test/harness.js'

let server: TestServer
beforeEach(async () => {
  server = await startTwoSites()
})
afterEach(() => server.stop())

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
    expect((await server.start({ phoneNumber: '+12025550199' })).status).toBe(500)
  })

  it('may not be framed, sniffed or fetched in the clear at any address, whatever the method (SR-I01)', async () => {
    await server.stop()
    const reports = { isService: (_: string, password: string) => password === 'right', read: () => [] }
    server = await TestServer.start({ deps: { deliveryReports: reports } })
    const paths = [...Object.values(PATHS), `${PATHS.sites}/shop`, `${PATHS.locales}/de-abc.json`, '/', '/x']
    const asked = paths.flatMap((path) =>
      ['GET', 'HEAD', 'POST', 'OPTIONS', 'DELETE'].map((method) => ({ path, method, more: {} })),
    )
    const service = { Authorization: `Basic ${btoa('infobip:right')}` }
    for (const { path, method, more } of [
      ...asked,
      { path: PATHS.deliveryReports, method: 'POST', more: service },
    ]) {
      const init = { method, headers: { Origin: ORIGIN, ...more } }
      const { status, headers } = await server.app.request(path, init)
      if (path === PATHS.deliveryReports && method === 'POST')
        expect(status).toBe('Authorization' in more ? 204 : 401)
      const told = [method, path, headers.get('X-Content-Type-Options'), headers.get('X-Frame-Options')]
      expect(told).toEqual([method, path, 'nosniff', 'DENY'])
      expect(headers.get('Content-Security-Policy'), path).toContain("default-src 'none'")
      expect(headers.get('Strict-Transport-Security'), path).toMatch(/^max-age=\d{8}/)
    }
  })

  it('to unknown addresses are 404, to unknown methods 405 with what is allowed (SR-E07)', async () => {
    const nowhere = await server.app.request('/nowhere')
    expect(nowhere.status).toBe(404)
    for (const path of [`${PATHS.sites}/`, `${PATHS.sites}/shop/foo`, `${PATHS.locales}Xde-abc.json`]) {
      expect((await server.app.request(path)).status, path).toBe(404)
    }
    for (const method of ['GET', 'PUT', 'DELETE', 'PATCH', 'TRACE']) {
      const response = await server.app.request(requestWith(method))
      expect(response.status, method).toBe(405)
      expect(response.headers.get('Allow')).toBe('POST, OPTIONS')
    }
    // As docs/problems.md says: strangers would fill the log.
    expect(server.events.filter(({ event }) => event === 'refused')).toEqual([])
  })

  it('name OPTIONS only where it is answered (SR-E07)', async () => {
    await server.stop()
    const locales = new Map([['de-abc.json', '{}']])
    server = await TestServer.start({ deps: { widget: { source: '', version: '1.2.3', locales } } })
    const ask = (path: string, method: string) =>
      server.app.request(path, { method, headers: { Origin: ORIGIN } })
    const file = `${PATHS.locales}/de-abc.json`
    const twins = ['/otp-verify-1.2.3.js', '/otp-verify-1.2.3-38b060a751ac.js']
    for (const path of [PATHS.script, ...twins, file, PATHS.jwks, PATHS.openapi]) {
      const refused = await ask(path, 'OPTIONS')
      expect([path, refused.status, refused.headers.get('Allow')]).toEqual([path, 405, 'GET, HEAD'])
    }
    for (const path of [PATHS.integrity, `${PATHS.sites}/shop`, `${PATHS.sites}/shop/numbering-plans/385`]) {
      expect((await ask(path, 'OPTIONS')).status, path).toBe(204)
      expect((await ask(path, 'POST')).headers.get('Allow')).toBe('GET, HEAD, OPTIONS')
    }
  })
})

it('what only the operator may see is not at the public address (SR-I05)', async () => {
  for (const path of ['/metrics', '/healthz', '/readyz', '/v1/metrics', '/admin']) {
    expect((await server.app.request(path, { headers: { Host: '127.0.0.1:8789' } })).status, path).toBe(404)
  }
})

describe('a server under a path', () => {
  it('answers below it and nowhere else', async () => {
    await server.stop()
    server = await TestServer.start({ deps: { publicUrl: 'https://shop.example/api/otp/' } })
    expect((await server.app.request(`/api/otp${PATHS.jwks}`)).status).toBe(200)
    for (const path of ['/', PATHS.jwks, '/api/otpx']) {
      const elsewhere = await server.app.request(path)
      expect(elsewhere.status).toBe(404)
      expect(elsewhere.headers.get('Strict-Transport-Security')).toBe('max-age=31536000')
      expect(await elsewhere.json()).toMatchObject({ requestId: expect.stringMatching(/^[0-9a-f-]{36}$/) })
    }
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
