import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
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
