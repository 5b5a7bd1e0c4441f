import { afterEach, describe, expect, it } from 'vitest'
import { PATHS } from '../../contract/index.js'
import { NUMBER, ORIGIN, TestServer } from '../test/harness.js'
import { parseTrustedProxies } from './client-address.js'

let server: TestServer
afterEach(() => server.stop())

/** What happens to a call that comes from `socket`, by a proxy that tells `scheme` if any does. */
async function statusOf(
  socket: string | undefined,
  scheme?: string,
  path: string = PATHS.start,
): Promise<number> {
  const headers = new Headers({ Origin: ORIGIN, 'Content-Type': 'application/json' })
  headers.set('X-Forwarded-For', '203.0.113.7')
  if (scheme !== undefined) headers.set('X-Forwarded-Proto', scheme)
  const body = JSON.stringify({ sitekey: 'shop', phoneNumber: NUMBER })
  const call = path === PATHS.jwks ? { headers } : { method: 'POST', headers, body }
  const bindings = socket === undefined ? {} : { incoming: { socket: { remoteAddress: socket } } }
  return (await server.app.request(path, call, bindings)).status
}

const start = async (trusted: string, publicUrl?: string) => {
  const trustedProxies = parseTrustedProxies(trusted.split(','))!
  server = await TestServer.start({ deps: { trustedProxies, ...(publicUrl && { publicUrl }) } })
}

describe('a server whose address is https', () => {
  it('refuses whoever connects from elsewhere, whatever it says, and redirects nobody (SR-I04)', async () => {
    await start('0')
    for (const socket of ['203.0.113.7', '10.0.0.1', '::ffff:10.0.0.1', '2001:db8::1', '::127.0.0.1']) {
      for (const scheme of [undefined, 'https']) expect(await statusOf(socket, scheme), socket).toBe(403)
      expect(await statusOf(socket, undefined, PATHS.jwks)).toBe(403)
    }
    expect(server.sandbox.messages()).toEqual([])
    expect(server.events.at(-1)).toMatchObject({
      event: 'refused',
      code: 'invalid_request',
      reason: 'plain_http',
    })
  })

  it('lets a proxy of its own machine in, and a server that it is mounted in', async () => {
    await start('0')
    for (const socket of ['127.0.0.1', '::1', '::ffff:127.0.0.1', undefined])
      expect(await statusOf(socket), socket).not.toBe(403)
  })

  it.each(['1', '10.0.0.0/8'])(
    'believes proxies that are trusted (%s), if they tell (SR-I04)',
    async (trusted) => {
      await start(trusted)
      for (const scheme of ['http', 'HTTP', 'https, http', 'http, https', 'wss', ''])
        expect([scheme, await statusOf('10.0.0.1', scheme)]).toEqual([scheme, 403])
      expect(await statusOf('10.0.0.1')).toBe(403)
      expect(await statusOf(undefined, 'http')).toBe(403)
      expect(server.sandbox.messages()).toEqual([])
      for (const scheme of ['https', 'HTTPS', 'https, https'])
        expect([scheme, await statusOf('10.0.0.1', scheme)]).toEqual([scheme, 201])
    },
  )

  it('lets backends redeem and read keys past a proxy that would have told', async () => {
    await start('1')
    for (const path of [PATHS.siteverify, PATHS.jwks]) {
      expect(await statusOf('10.0.0.1', undefined, path)).toBe(200)
      expect(await statusOf('10.0.0.1', 'http', path)).toBe(403)
    }
  })
})

it('a server whose own address is http, as on a developer’s machine, is reached over it', async () => {
  await start('1', 'http://localhost:8787')
  expect(await statusOf('10.0.0.1', 'http')).toBe(201)
})
