import { request } from 'node:http'
import { serve } from '@hono/node-server'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { startSandbox } from './index.js'
import { send, start } from './test/server.js'

/** The status of GET / with the Host header given. */
function statusFor(url: string, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    request(url, { headers: { host } }, (answer) => {
      answer.resume()
      resolve(answer.statusCode!)
    })
      .on('error', reject)
      .end()
  })
}

describe('startSandbox', () => {
  it('listens on loopback, on a free port when asked, and says where', async () => {
    const sandbox = await start()
    expect(sandbox.url).toMatch(/^http:\/\/127\.0\.0\.1:[1-9]\d*$/)
    expect((await send(sandbox)).status).toBe(200)
  })

  it('listens on port 8788 unless told otherwise', async () => {
    const taken = (error: { port?: number }) => ({ url: `http://127.0.0.1:${error.port}`, stop: () => {} })
    // Another sandbox of this machine may be there already.
    const sandbox = await startSandbox().catch(taken)
    await sandbox.stop()
    expect(sandbox.url).toBe('http://127.0.0.1:8788')
  })

  it('rejects with EADDRINUSE when the port is taken', async () => {
    const { url } = await start()
    await expect(startSandbox({ port: Number(new URL(url).port) })).rejects.toMatchObject({
      code: 'EADDRINUSE',
    })
  })

  it('takes clock and randomness from the caller', async () => {
    const options = { now: () => 0, random: (size: number) => new Uint8Array(size).fill(7) }
    const [one, two] = [await start(options), await start(options)]
    await send(one)
    await send(two)
    expect(one.messages()).toEqual(two.messages())
    expect(one.messages()[0]).toMatchObject({
      sentAt: '1970-01-01T00:00:00.000Z',
      pin: expect.stringMatching(/^(.)\1{5}$/),
    })
  })

  it.each(['by itself', 'beside a server, which changes Request and Response'])(
    'can answer a failure without a Content-Type, %s',
    async (where) => {
      const own = { Request, Response }
      onTestFinished(() => void Object.assign(globalThis, own))
      if (where !== 'by itself') {
        const server = serve({ fetch: () => new Response(), port: 0, hostname: '127.0.0.1' })
        onTestFinished(() => void server.close())
        expect(Response).not.toBe(own.Response)
      }
      const complaints = vi.spyOn(console, 'error')
      onTestFinished(() => complaints.mockRestore())
      const { url } = await start({ behaviour: { contentType: 'absentOnErrors' } })
      const answer = await fetch(`${url}/2fa/2/applications`)
      expect([answer.status, answer.headers.get('content-type')]).toEqual([401, null])
      expect(await answer.json()).toHaveProperty('requestError')
      expect(complaints).not.toHaveBeenCalled()
    },
  )

  it("leaves the process's own Request and Response alone", async () => {
    const own = [globalThis.Request, globalThis.Response]
    await start()
    expect([globalThis.Request, globalThis.Response]).toEqual(own)
  })

  it('stops although a request hangs, and twice does no harm', async () => {
    const sandbox = await start()
    sandbox.arm({ kind: 'hang-headers', operation: 'send' })
    const hanging = send(sandbox)
    hanging.catch(() => {})
    while (sandbox.requests().length === 0) await new Promise((resolve) => setImmediate(resolve))
    await sandbox.stop()
    await sandbox.stop()
    await expect(hanging).rejects.toThrow()
    await expect(fetch(sandbox.url)).rejects.toThrow()
  })

  it('refuses names that are not loopback, so that no web page reaches it by DNS rebinding', async () => {
    const { url } = await start()
    for (const host of [
      'localhost',
      'localhost:1',
      '127.0.0.1',
      '127.9.9.9:80',
      '[::1]:80',
      'phone.localhost',
    ]) {
      expect([host, await statusFor(url, host)]).toEqual([host, 200])
    }
    for (const host of [
      'evil.example',
      'localhost.evil.example',
      '127.0.0.1.evil.example',
      '10.0.0.1',
      '[::2]',
    ]) {
      expect([host, await statusFor(url, host)]).toEqual([host, 403])
    }
  })

  it('answers to any name once the caller chose the host', async () => {
    const { url } = await start({ host: '127.0.0.1' })
    expect(await statusFor(url, 'sandbox.internal')).toBe(200)
  })

  it('refuses a body of more than a mebibyte', async () => {
    const { url } = await start()
    const answer = await fetch(`${url}/sandbox/faults`, { method: 'POST', body: 'x'.repeat(1_048_577) })
    expect(answer.status).toBe(413)
  })

  it('is called off by a DELETE, which has no body, and asks for the length of a body that comes in parts', async () => {
    const sandbox = await start()
    sandbox.arm({ kind: 'reset', operation: 'send' })
    expect((await fetch(`${sandbox.url}/sandbox/faults`, { method: 'DELETE' })).status).toBe(204)
    expect((await send(sandbox)).status).toBe(200)
    const body = new Blob(['{}']).stream()
    expect((await send(sandbox, { body, duplex: 'half' })).status).toBe(411)
  })
})
