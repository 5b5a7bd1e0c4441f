import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { request } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { serve } from '@hono/node-server'
import { Hono } from 'hono'
import { describe, expect, it, onTestFinished } from 'vitest'
import { clientAddress, parseTrustedProxies } from '../../server/http/client-address.js'
import type { AppEnv } from '../../server/http/env.js'
import { end, freePorts } from '../processes/built.js'
import { read } from './manifest.js'

const HAS_CADDY = spawnSync('caddy', ['version']).status === 0
if (!HAS_CADDY) console.warn('NOT RUN: there is no caddy, so no real one reads deploy/Caddyfile.')

const CADDYFILE = read('deploy/Caddyfile')

/** The same with the line that names a CDN's networks. */
function behindCdn(networks: string): string {
  const line = /# (trusted_proxies) .*/
  expect(CADDYFILE).toMatch(line)
  return CADDYFILE.replace(line, `$1 ${networks}`)
}

/** Answers with the address that a server behind so many proxies takes for the visitor's. */
async function startServer(proxies: string): Promise<number> {
  const addressOf = clientAddress(parseTrustedProxies([proxies])!)
  const app = new Hono<AppEnv>().get('/', (c) => c.text(addressOf(c)!))
  app.onError((_, c) => c.text('no_address'))
  const server = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' })
  onTestFinished(() => void server.close())
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}

/** Runs Caddy with a file as that of deploy/ before a server; everybody who asks comes from this machine. */
async function startCaddy(caddyfile: string, upstream: number) {
  const folder = await mkdtemp(join(tmpdir(), 'otp-verify-caddy-'))
  const [http, https] = await freePorts(2)
  const options = `{\nadmin off\nskip_install_trust\nauto_https disable_redirects\nhttp_port ${http}\nhttps_port ${https}\n}\n`
  const file = join(folder, 'Caddyfile')
  await writeFile(file, options + caddyfile.replace(/otp-a:8787 otp-b:8787/, `127.0.0.1:${upstream}`))
  const env = { ...process.env, OTP_HOSTNAME: 'localhost', HOME: folder, XDG_DATA_HOME: folder }
  const args = ['run', '--config', file, '--adapter', 'caddyfile']
  const child = spawn('caddy', args, { env, stdio: 'ignore' })
  onTestFinished(async () => {
    await end(child)
    await rm(folder, { recursive: true, force: true })
  })
  const root = join(folder, 'caddy/pki/authorities/local/root.crt')
  await expect.poll(() => existsSync(root)).toBe(true)
  return async function ask(forwardedFor: string): Promise<string> {
    const headers = { 'x-forwarded-for': forwardedFor, 'x-forwarded-proto': 'https' }
    const asked = request({ host: '127.0.0.1', port: https, servername: 'localhost', ca: readFileSync(root) })
    for (const [name, value] of Object.entries({ host: `localhost:${https}`, ...headers }))
      asked.setHeader(name, value)
    const [answer] = (await once(asked.end(), 'response')) as Parameters<typeof text>
    return text(answer)
  }
}

describe.skipIf(!HAS_CADDY)('a real Caddy with deploy/Caddyfile (SR-D11)', () => {
  it('tells the address of whoever calls it, whatever that says of itself', async () => {
    const ask = await startCaddy(CADDYFILE, await startServer('1'))
    await expect.poll(() => ask('203.0.113.7').catch(String)).toBe('127.0.0.1')
  })

  it('hands on what a CDN wrote whose networks it was told, and what others wrote does not count', async () => {
    const ask = await startCaddy(behindCdn('127.0.0.0/8'), await startServer('2'))
    await expect.poll(() => ask('198.51.100.1, 203.0.113.7').catch(String)).toBe('203.0.113.7')
  })

  it('has nobody let in who comes past the CDN', async () => {
    const ask = await startCaddy(behindCdn('192.0.2.0/24'), await startServer('2'))
    await expect.poll(() => ask('198.51.100.1, 203.0.113.7').catch(String)).toBe('no_address')
  })
})
