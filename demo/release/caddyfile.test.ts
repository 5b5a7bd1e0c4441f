import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { serve } from '@hono/node-server'
import { Hono } from 'hono'
import { describe, expect, it, onTestFinished } from 'vitest'
import { clientAddress, parseTrustedProxies } from '../../server/http/client-address.js'
import type { AppEnv } from '../../server/http/env.js'
import { HAS_CADDY, startCaddy } from './caddy.js'
import { read } from './manifest.js'

const CADDYFILE = read('deploy/Caddyfile')

/** The same with the line that names a CDN's networks. */
function behindCdn(networks: string): string {
  const line = /# (trusted_proxies) .*/
  expect(CADDYFILE).toMatch(line)
  return CADDYFILE.replace(line, `$1 ${networks}`)
}

/** Answers with the address that a server behind `proxies` proxies takes for the visitor's. */
async function startServer(proxies: string): Promise<number> {
  const addressOf = clientAddress(parseTrustedProxies([proxies])!)
  const app = new Hono<AppEnv>().get('/', (c) => c.text(addressOf(c)!))
  app.onError((_, c) => c.text('no_address'))
  const server = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' })
  onTestFinished(() => void server.close())
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}

/** Has somebody ask through a Caddy who says that the call came from there. */
async function startAsking(caddyfile: string, upstream: number) {
  const ask = await startCaddy(caddyfile, upstream)
  return async (forwardedFor: string) => {
    const headers = { 'x-forwarded-for': forwardedFor, 'x-forwarded-proto': 'https' }
    return (await ask({ headers })).body
  }
}

describe.skipIf(!HAS_CADDY)('a real Caddy with deploy/Caddyfile (SR-D11)', () => {
  it('tells the address of whoever calls it, whatever that says of itself', async () => {
    const ask = await startAsking(CADDYFILE, await startServer('1'))
    await expect.poll(() => ask('203.0.113.7').catch(String)).toBe('127.0.0.1')
  })

  it('hands on what a CDN wrote whose networks it was told, and what others wrote does not count', async () => {
    const ask = await startAsking(behindCdn('127.0.0.0/8'), await startServer('2'))
    await expect.poll(() => ask('198.51.100.1, 203.0.113.7').catch(String)).toBe('203.0.113.7')
  })

  it('has nobody let in who comes past the CDN', async () => {
    const ask = await startAsking(behindCdn('192.0.2.0/24'), await startServer('2'))
    await expect.poll(() => ask('198.51.100.1, 203.0.113.7').catch(String)).toBe('no_address')
  })
})
