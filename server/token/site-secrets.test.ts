import * as crypto from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { PATHS, type SiteverifyAnswer } from '../../contract/index.js'
import { TestServer, testSite } from '../test/harness.js'

vi.mock('node:crypto', { spy: true })

const OLD = 'otps_fedcba9876543210fedcba9876543210'
const NEW = 'otps_0123456789abcdef0123456789abcdef'
const FOREIGN = 'otps_another-site-another-site-secret'

const servers: TestServer[] = []

/** A server of two sites, of which the first has these secrets; all servers share what the first began with. */
async function start(...secrets: string[]): Promise<TestServer> {
  const { store, signingKeys, pepper } = servers[0]?.deps ?? {}
  const server = await TestServer.start({
    sites: [
      testSite({ secrets }),
      testSite({ sitekey: 'other', secrets: [FOREIGN] }, 'https://other.example'),
    ],
    deps: { ...(store && { store }), ...(signingKeys && { signingKeys }), ...(pepper && { pepper }) },
  })
  servers.push(server)
  return server
}

beforeEach(() => void vi.mocked(crypto.timingSafeEqual).mockClear())

afterEach(async () => {
  for (const server of servers.splice(0)) await server.stop()
})

async function tokenOf(server: TestServer): Promise<string> {
  const started = await server.start()
  return (await server.check(started.body.verificationId, server.code())).body.token
}

async function redeem(server: TestServer, secret: string, response: string): Promise<SiteverifyAnswer> {
  const { body } = await server.post<SiteverifyAnswer>(PATHS.siteverify, { secret, response })
  return body
}

describe('a site secret', () => {
  it('is compared as a digest with those of all secrets, wherever it differs and whether or not it fits (SR-A14)', async () => {
    const server = await start(OLD, NEW)
    const wrongFirst = `x${NEW.slice(1)}`
    const wrongLast = `${NEW.slice(0, -1)}x`
    for (const secret of [
      OLD,
      NEW,
      FOREIGN,
      wrongFirst,
      wrongLast,
      NEW.slice(0, -1),
      `${NEW}x`,
      'x'.repeat(16),
    ]) {
      const compare = vi.mocked(crypto.timingSafeEqual).mockClear()
      await redeem(server, secret, 'made-up')
      expect(compare, secret).toHaveBeenCalledTimes(3)
      for (const digest of compare.mock.calls.flat()) {
        expect(digest.byteLength).toBe(32)
        expect(Buffer.from(digest as Uint8Array).toString('latin1')).not.toContain(secret.slice(0, 16))
      }
    }
  })

  it('has another digest in every process, so that none can be prepared (SR-A14)', async () => {
    const digests = new Set<string>()
    for (const server of [await start(OLD), await start(OLD)]) {
      const compare = vi.mocked(crypto.timingSafeEqual).mockClear()
      await redeem(server, OLD, 'made-up')
      digests.add(Buffer.from(compare.mock.calls[0]![0] as Uint8Array).toString('hex'))
    }
    expect(digests.size).toBe(2)
  })

  it('is good beside the one that replaces it, and no more once it left the configuration (SR-A14)', async () => {
    const before = await start(OLD)
    const during = await start(NEW, OLD)
    const after = await start(NEW)
    expect((await redeem(during, OLD, await tokenOf(before))).success).toBe(true)
    expect((await redeem(during, NEW, await tokenOf(before))).success).toBe(true)
    const token = await tokenOf(during)
    const unknown = { success: false, 'error-codes': ['invalid-input-secret'] }
    expect(await redeem(before, NEW, token)).toEqual(unknown)
    expect(await redeem(after, OLD, token)).toEqual(unknown)
    expect((await redeem(after, NEW, token)).success).toBe(true)
    expect(await redeem(during, OLD, token)).toEqual({
      success: false,
      'error-codes': ['timeout-or-duplicate'],
    })
  })
})
