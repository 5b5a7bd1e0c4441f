import { setTimeout as wait } from 'node:timers/promises'
import { describe, expect, it, onTestFinished } from 'vitest'
import { PATHS } from '../../contract/index.js'
import { listen } from '../../server/http/listen.js'
import { NUMBER, ORIGIN, TestServer } from '../../server/test/harness.js'
import { HAS_CADDY, startCaddy } from './caddy.js'
import { read } from './manifest.js'

async function startServer(): Promise<number> {
  const server = await TestServer.start({ deps: { trustedProxies: 1 } })
  const listener = await listen(server.app, '127.0.0.1', 0)
  onTestFinished(async () => {
    await listener.close(0)
    await server.stop()
  })
  return listener.port
}

const LARGE = ' '.repeat(900_000)

describe.skipIf(!HAS_CADDY)('a real Caddy with deploy/Caddyfile', () => {
  it.each([
    ['by its length', { 'content-length': String(LARGE.length) }],
    ['in chunks', { 'transfer-encoding': 'chunked' }],
  ])('answers whoever calls after a stranger whose body was large, %s (SR-D23)', async (_, framing) => {
    const ask = await startCaddy(read('deploy/Caddyfile'), await startServer())
    const json = { 'content-type': 'application/json' }
    const visitor = { method: 'POST', path: PATHS.start, headers: { origin: ORIGIN, ...json } }
    const call = JSON.stringify({ sitekey: 'shop', phoneNumber: NUMBER })
    const visit = async () => (await ask(visitor, call)).status
    await expect.poll(() => visit().catch(String)).toBe(201)
    for (let times = 0; times < 3; times++) {
      const headers = { ...json, ...framing }
      expect(await ask({ method: 'POST', path: PATHS.siteverify, headers }, LARGE)).toMatchObject({
        status: 200,
        body: expect.stringContaining('bad-request'),
      })
      await wait(200)
      // Caddy asks once more for what may be asked twice. A start may not.
      expect(await visit()).toBe(201)
    }
  })
})
