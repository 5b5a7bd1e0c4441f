import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { solution } from '../challenge/test/visitors.js'
import type { Site } from '../site/site.js'
import { NUMBER, TestServer, testSite } from '../test/harness.js'

const STRANGER = '+19175550188'
const PROVEN_FROM = { 'X-Forwarded-For': '192.0.2.1' }
const ASKING_FROM = { 'X-Forwarded-For': '198.51.100.1' }

describe('whoever asks on a quiet day whether a number was proven here', () => {
  let server: TestServer
  afterEach(() => server.stop())

  /** A server that knows `NUMBER`, of which an address has asked for five others within the hour. */
  async function asked(over: Partial<Site>): Promise<void> {
    server = await TestServer.start({
      sites: [testSite({ shadow: false, ...over })],
      deps: { trustedProxies: 1 },
    })
    const { body } = await server.start({}, PROVEN_FROM)
    expect((await server.check(body.verificationId, server.code(), PROVEN_FROM)).status).toBe(200)
    server.advance(24 * 3600)
    for (const area of [213, 312, 415, 646, 713]) {
      const phoneNumber = `+1${area}5550123`
      expect((await server.start({ phoneNumber }, ASKING_FROM)).status).toBe(201)
    }
  }

  const start = async (phoneNumber: string, more: object = {}) => {
    const { status, body } = await server.start({ phoneNumber, ...more }, ASKING_FROM)
    return body.code ?? status
  }

  describe('at a site that has challenges', () => {
    beforeEach(() => asked({ challenge: { kind: 'altcha' } }))

    it('is asked to solve one for either, and learns nothing (SR-D07)', async () => {
      expect(await start(STRANGER)).toBe('challenge_required')
      expect(await start(NUMBER)).toBe('challenge_required')
    })

    it('is sent a code once it is solved, to the number that is known', async () => {
      const challenge = await solution(server, { phoneNumber: NUMBER }, ASKING_FROM)
      expect(await start(NUMBER, { challenge })).toBe(201)
    })
  })

  it('is sent a code for either at a site that has none, as before', async () => {
    await asked({ challenge: { kind: 'none' } })
    expect(await start(STRANGER)).toBe(201)
    expect(await start(NUMBER)).toBe(201)
  })
})
