import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { PATHS } from '../../contract/index.js'
import { memoryStore } from '../store/memory.js'
import { StoreError, type Store } from '../store/store.js'
import { ORIGIN, NUMBER, TestServer, startTwoSites, testSite } from '../test/harness.js'
import { listen, type Listener } from './listen.js'

const API = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'; base-uri 'none'",
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'origin-agent-cluster': '?1',
  'referrer-policy': 'no-referrer',
  'strict-transport-security': 'max-age=31536000; includeSubDomains',
  'x-content-type-options': 'nosniff',
  'x-dns-prefetch-control': 'off',
  'x-frame-options': 'DENY',
}
const JSON_TYPE = 'application/json; charset=utf-8'
const PROBLEM = { ...API, 'content-type': 'application/problem+json; charset=utf-8' }
const DATA = { ...API, 'content-type': JSON_TYPE }
const FOR_ALL = { ...DATA, 'cross-origin-resource-policy': 'cross-origin' }

/** What HTTP itself and CORS say, and what an answer calls for; tests of their own look at these. */
const BESIDE =
  /^(date|connection|keep-alive|content-length|transfer-encoding|vary|allow|retry-after|ratelimit.*|access-control-.*)$/

const VISITORS = [PATHS.start, PATHS.resend, PATHS.check, PATHS.status, PATHS.token, PATHS.challenges]

/** A server over HTTP, since the listener could add headers of its own. */
async function serve(server: TestServer) {
  const listener: Listener = await listen(server.app, '127.0.0.1', 0)
  async function ask(path: string, init: RequestInit = {}, headers: Record<string, string> = {}) {
    const answer = await fetch(`http://127.0.0.1:${listener.port}${path}`, {
      ...init,
      headers: { Origin: ORIGIN, 'Content-Type': 'application/json', ...headers },
    })
    await answer.arrayBuffer()
    const told = [...answer.headers].filter(([name]) => !BESIDE.test(name))
    return { path, status: answer.status, headers: Object.fromEntries(told) }
  }
  return {
    ask,
    post: (path: string, body: unknown, headers?: Record<string, string>) =>
      ask(path, { method: 'POST', body: typeof body === 'string' ? body : JSON.stringify(body) }, headers),
    async stop() {
      await listener.close(0)
      await server.stop()
    },
  }
}

/** A store whose every method fails like that. */
function failing(error: Error): Store {
  return new Proxy(memoryStore(), { get: () => () => Promise.reject(error) })
}

const EMPTY: Record<string, unknown> = {
  [PATHS.start]: { sitekey: 'shop', phoneNumber: NUMBER },
  [PATHS.check]: { verificationId: 'x'.repeat(43), code: '123456' },
  [PATHS.challenges]: { sitekey: 'other', phoneNumber: NUMBER },
}
const bodyOf = (path: string) => EMPTY[path] ?? { verificationId: 'x'.repeat(43) }

describe('an answer has these headers, and no other that says something of the server (SR-I01, SR-I03)', () => {
  let server: TestServer
  let at: Awaited<ReturnType<typeof serve>>
  beforeAll(async () => {
    server = await startTwoSites()
    at = await serve(server)
  })
  afterAll(() => at.stop())

  it('when a visit goes well', async () => {
    const { verificationId } = (await server.start()).body
    server.advance(31)
    expect(await at.post(PATHS.resend, { verificationId })).toMatchObject({ status: 200, headers: DATA })
    expect(await at.post(PATHS.status, { verificationId })).toMatchObject({ status: 200, headers: DATA })
    const checked = await at.post(PATHS.check, { verificationId, code: server.code() })
    expect(checked).toEqual({ path: PATHS.check, status: 200, headers: DATA })
    expect(await at.post(PATHS.token, { verificationId })).toMatchObject({ status: 200, headers: DATA })
    const started = await at.post(PATHS.start, { sitekey: 'shop', phoneNumber: '+12025550177' })
    expect(started).toEqual({ path: PATHS.start, status: 201, headers: DATA })
    const redeemed = await at.post(PATHS.siteverify, { secret: 'x', response: 'y' })
    expect(redeemed).toEqual({ path: PATHS.siteverify, status: 200, headers: DATA })
  })

  it('when anyone may read it, kept for as long as it holds', async () => {
    const site = `${PATHS.sites}/shop`
    const kept = (headers: object, seconds: number) => ({
      ...headers,
      'cache-control': `public, max-age=${seconds}`,
    })
    const script = { 'content-type': 'text/javascript; charset=utf-8' }
    const forGood = 'public, max-age=31536000, immutable'
    for (const [path, headers] of [
      [site, kept(DATA, 60)],
      [`${site}${PATHS.numberingPlans}/385`, kept(DATA, 3600)],
      [PATHS.jwks, kept(FOR_ALL, 300)],
      [PATHS.openapi, DATA],
      [PATHS.integrity, FOR_ALL],
      [PATHS.script, { ...kept(FOR_ALL, 300), ...script }],
      ['/otp-verify-1.2.3.js', { ...kept(FOR_ALL, 300), ...script }],
      ['/otp-verify-1.2.3-726c9ed442c8.js', { ...FOR_ALL, ...script, 'cache-control': forGood }],
      [`${PATHS.locales}/de-abc.json`, { ...FOR_ALL, 'cache-control': forGood }],
    ] as const) {
      expect(await at.ask(path)).toEqual({ path, status: 200, headers })
      expect(await at.ask(path, { method: 'HEAD' })).toEqual({ path, status: 200, headers })
      expect(await at.ask(path, { method: 'DELETE' })).toEqual({ path, status: 405, headers: PROBLEM })
    }
  })

  it('when a call is refused before it is looked at', async () => {
    const { 'content-type': _, ...bare } = PROBLEM
    const preflight = { 'Access-Control-Request-Method': 'POST' }
    for (const path of VISITORS) {
      const refused = (status: number) => ({ path, status, headers: PROBLEM })
      expect(await at.ask(path)).toEqual(refused(405))
      expect(await at.post(path, {}, { Origin: 'https://evil.example' })).toEqual(refused(403))
      expect(await at.post(path, '{}', { 'Content-Type': 'text/plain' })).toEqual(refused(415))
      expect(await at.post(path, ' '.repeat(5000))).toEqual(refused(413))
      expect(await at.post(path, '{')).toEqual(refused(422))
      expect(await at.post(path, { strange: 1 })).toEqual(refused(422))
      expect(await at.ask(path, { method: 'OPTIONS' }, preflight)).toEqual({
        path,
        status: 204,
        headers: bare,
      })
    }
    for (const path of ['/', '/x', '/v1', `${PATHS.sites}/nobody`])
      expect(await at.ask(path)).toEqual({ path, status: 404, headers: PROBLEM })
    const path = `${PATHS.locales}/de-abd.json`
    const headers = { ...FOR_ALL, 'content-type': PROBLEM['content-type'] }
    expect(await at.ask(path)).toEqual({ path, status: 404, headers })
  })

  it('when there is nothing of that name any more, and when it is too soon', async () => {
    const path = PATHS.resend
    const { verificationId } = (await server.start({ phoneNumber: '+12025550155' })).body
    expect(await at.post(path, { verificationId })).toEqual({ path, status: 429, headers: PROBLEM })
    const stranger = { verificationId: verificationId.replace(/./g, 'x') }
    expect(await at.post(path, stranger)).toEqual({ path, status: 404, headers: PROBLEM })
  })
})

it('asks for HTTPS of hosts below its own only where it has a host of its own, without a path (SR-I01)', async () => {
  const told = async (publicUrl: string) => {
    const sites = [testSite(), testSite({ sitekey: 'other' }, 'https://other.example')]
    const server = await TestServer.start({ sites, deps: { publicUrl } })
    const base = new URL(publicUrl).pathname.replace(/\/$/, '')
    const headers = { Origin: ORIGIN }
    const paths = [`${PATHS.sites}/shop`, PATHS.jwks, PATHS.script, PATHS.siteverify, '/nowhere', PATHS.start]
    const calls = paths.flatMap((path) => ['GET', 'POST', 'OPTIONS'].map((method) => ({ path, method })))
    try {
      const answers = calls.map(async ({ path, method }) =>
        server.app.request(base + path, { method, headers }),
      )
      return (await Promise.all(answers)).map((one) => one.headers.get('Strict-Transport-Security'))
    } finally {
      await server.stop()
    }
  }
  expect(new Set(await told('https://otp.example/'))).toEqual(
    new Set(['max-age=31536000; includeSubDomains']),
  )
  expect(new Set(await told('https://shop.example/api/otp'))).toEqual(new Set(['max-age=31536000']))
})

it.each([
  ['an error nobody expected', new Error('secret'), 500],
  ['a store that is away', new StoreError('away'), 503],
])('has them too after %s (SR-I01)', async (_, error, status) => {
  const sites = [testSite(), testSite({ sitekey: 'other', challenge: { kind: 'altcha' } })]
  const at = await serve(await TestServer.start({ sites, deps: { store: failing(error) } }))
  try {
    for (const path of VISITORS)
      expect(await at.post(path, bodyOf(path))).toEqual({ path, status, headers: PROBLEM })
    const path = PATHS.siteverify
    expect(await at.post(path, { secret: 'x', response: 'y' })).toEqual({ path, status: 200, headers: DATA })
  } finally {
    await at.stop()
  }
})
