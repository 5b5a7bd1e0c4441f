import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { PATHS } from '../contract/index.js'
import { nextHandlers } from './next.js'
import { NUMBER, ORIGIN, TestServer } from './test/harness.js'

const MOUNTED = 'https://shop.example/api/otp'

const forget = () => Reflect.deleteProperty(globalThis, Symbol.for('otp-verify.next'))

beforeEach(() => void forget())
afterEach(() => void forget())

/** An app that says which one it is, and how often one was made. */
function counted() {
  let made = 0
  const create = () => {
    const number = ++made
    return { fetch: () => new Response(`app ${number}`) }
  }
  return { create, made: () => made }
}

const ask = async (handlers: ReturnType<typeof nextHandlers>) =>
  (await handlers.GET(new Request(`${MOUNTED}/openapi.json`))).text()

describe('the handlers for a Next.js route', () => {
  it('make the app at the first request, not while Next.js evaluates the module to build', async () => {
    const { create, made } = counted()
    const handlers = nextHandlers(create)
    await new Promise(setImmediate)
    expect(made()).toBe(0)
    expect(await ask(handlers)).toBe('app 1')
  })

  it('make one app for requests that come at once', async () => {
    const { create, made } = counted()
    const handlers = nextHandlers(async () => create())
    expect(await Promise.all([ask(handlers), ask(handlers), ask(handlers)])).toEqual(Array(3).fill('app 1'))
    expect(made()).toBe(1)
  })

  it('keep the app when Next.js loads everything anew after an edit', async () => {
    const { create, made } = counted()
    await ask(nextHandlers(create))
    vi.resetModules()
    const reloaded = await import('./next.js')
    expect(reloaded.nextHandlers).not.toBe(nextHandlers)
    expect(await ask(reloaded.nextHandlers(create))).toBe('app 1')
    expect(made()).toBe(1)
  })

  it('try again after the app could not be made', async () => {
    const { create } = counted()
    let broken = true
    const handlers = nextHandlers(() => {
      if (broken) throw new Error('not configured')
      return create()
    })
    await expect(ask(handlers)).rejects.toThrow('not configured')
    broken = false
    expect(await ask(handlers)).toBe('app 1')
  })

  it('are not made without a function that makes the app', () => {
    const app = { fetch: () => new Response() }
    for (const create of [app, Promise.resolve(app), undefined] as never[])
      expect(() => nextHandlers(create)).toThrow(
        new TypeError('nextHandlers needs a function that makes the app: nextHandlers(() => app).'),
      )
  })

  it('say that what was made answers no requests, and try again', async () => {
    const { create } = counted()
    for (const made of [undefined, null, {}, create] as never[])
      await expect(ask(nextHandlers(() => made))).rejects.toThrow(
        new TypeError('The function for nextHandlers returned no app: it has no method fetch().'),
      )
    expect(await ask(nextHandlers(create))).toBe('app 1')
  })

  it('put back what Next.js takes away of the path where the app has a basePath, and nothing else', async () => {
    const asked: string[] = []
    const fetch = (request: Request) => new Response(`${asked.push(new URL(request.url).pathname)}`)
    const seenBy = async (publicUrl: string, path: string) => {
      forget()
      await nextHandlers(() => ({ config: { publicUrl }, fetch })).GET(new Request(`http://localhost${path}`))
      return asked.at(-1)
    }
    const below = 'https://shop.example/shop/api/otp/'
    expect(await seenBy(below, '/api/otp/v1/sites/shop')).toBe('/shop/api/otp/v1/sites/shop')
    expect(await seenBy(below, '/shop/api/otp/v1/sites/shop')).toBe('/shop/api/otp/v1/sites/shop')
    for (const other of [
      '/v1/sites/shop',
      '/api/otpx/v1',
      '/xapi/otp/v1',
      '/x/api/otp/v1',
      '/shop/otp/v1',
      '/',
    ])
      expect(await seenBy(below, other)).toBe(other)
    expect(await seenBy('https://otp.example', '/v1/sites/shop')).toBe('/v1/sites/shop')
    expect(await seenBy(MOUNTED, '/v1/sites/shop')).toBe('/v1/sites/shop')
  })

  it('say once where calls come, if OTP_PUBLIC_URL has another path', async () => {
    const said = vi.spyOn(console, 'warn').mockImplementation(() => {})
    onTestFinished(() => said.mockRestore())
    const askedBelow = async (publicUrl: string, ...paths: string[]) => {
      forget()
      said.mockClear()
      const { GET } = nextHandlers(() => ({ config: { publicUrl }, fetch: () => new Response() }))
      for (const path of paths) await GET(new Request(`http://localhost${path}`))
      return said.mock.calls.flat()
    }
    const call = '/v1/sites/shop'
    expect(await askedBelow(MOUNTED, `/api/otp${call}`, `/api/otp${call}/`, '/api/otp/openapi.json')).toEqual(
      [],
    )
    expect(await askedBelow('https://shop.example/shop/api/otp', `/api/otp${call}`)).toEqual([])
    expect(await askedBelow('http://localhost:3000', `/api/otp${call}`, `/api/otp${call}`)).toEqual([
      'otp-verify: requests come in below "/api/otp/", but OTP_PUBLIC_URL says "/". Its path must be that of the route.',
    ])
    expect(await askedBelow(MOUNTED, call)).toHaveLength(1)
  })

  it('answer a call whose path Next.js has ended with a slash, below a basePath too, with its body', async () => {
    const publicUrl = 'https://shop.example/shop/api/otp'
    const server = await TestServer.start({ deps: { publicUrl } })
    const { GET, POST } = nextHandlers(() => ({
      config: { publicUrl },
      fetch: (request) => server.app.fetch(request),
    }))
    const headers = { 'Content-Type': 'application/json', Origin: ORIGIN }
    const body = JSON.stringify({ sitekey: 'shop', phoneNumber: NUMBER })
    expect((await GET(new Request(`${MOUNTED}/v1/sites/shop/?x`))).status).toBe(200)
    const started = await POST(new Request(`${MOUNTED}${PATHS.start}/`, { method: 'POST', headers, body }))
    expect(started.status).toBe(201)
    await server.stop()
  })

  it('hand a server that is mounted below a path every method it answers', async () => {
    const server = await TestServer.start({ deps: { publicUrl: MOUNTED } })
    const { GET, HEAD, POST, OPTIONS } = nextHandlers(() => server.app)
    const request = (path: string, init?: RequestInit) => new Request(MOUNTED + path, init)
    const headers = { 'Content-Type': 'application/json', Origin: ORIGIN }
    const body = JSON.stringify({ sitekey: 'shop', phoneNumber: NUMBER })
    expect((await GET(request(PATHS.jwks))).status).toBe(200)
    expect(await (await HEAD(request(PATHS.jwks, { method: 'HEAD' }))).text()).toBe('')
    expect((await POST(request(PATHS.start, { method: 'POST', headers, body }))).status).toBe(201)
    const preflight = { Origin: ORIGIN, 'Access-Control-Request-Method': 'POST' }
    const allowed = await OPTIONS(request(PATHS.start, { method: 'OPTIONS', headers: preflight }))
    expect(allowed.headers.get('Access-Control-Allow-Origin')).toBe(ORIGIN)
    expect((await GET(new Request('https://shop.example/v1/sites/shop'))).status).toBe(404)
    await server.stop()
  })
})
