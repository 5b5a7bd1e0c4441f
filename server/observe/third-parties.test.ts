import { Socket } from 'node:net'
import { expect, it, vi } from 'vitest'
import { PATHS } from '../../contract/index.js'
import { TestServer, testSite } from '../test/harness.js'

const SECRET = `otps_${'s'.repeat(43)}`

it('the server connects to nobody but its provider (SR-G12)', async () => {
  const server = await TestServer.start({ sites: [testSite({ secrets: [SECRET] })] })
  const connect = vi.spyOn(Socket.prototype, 'connect')
  try {
    const started = await server.start()
    server.advance(31)
    await server.resend(started.body.verificationId)
    await server.check(started.body.verificationId, server.wrongCode())
    server.advance(2)
    const { body } = await server.check(started.body.verificationId, server.code())
    const form = new URLSearchParams({ secret: SECRET, response: body.token })
    const redeemed = await server.app.request(PATHS.siteverify, { method: 'POST', body: form })
    expect(await redeemed.json()).toMatchObject({ success: true })
    for (const path of [PATHS.jwks, PATHS.openapi, `${PATHS.sites}/shop`]) await server.app.request(path)
    // What `net.connect` was asked for comes wrapped in a list.
    const asked = connect.mock.calls.flat(2).filter((one) => typeof one === 'object' && 'port' in (one ?? {}))
    const provider = new URL(server.sandbox.url)
    expect(asked.length).toBeGreaterThan(0)
    for (const { host, port } of asked as unknown as { host: string; port: number | string }[]) {
      expect(`${host}:${port}`).toBe(provider.host)
    }
  } finally {
    connect.mockRestore()
    await server.stop()
  }
})
