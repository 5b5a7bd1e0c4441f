import { setImmediate as pass } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { createApp } from '../app.js'
import { infobipProvider } from '../provider/infobip/infobip.js'
import { accountOf, NUMBER, TestServer, testSite } from '../test/harness.js'
import { ATTEMPT_PATIENCE } from './patience.js'

let server: TestServer
beforeEach(async () => {
  server = await TestServer.start({ patience: 500 })
})
afterEach(() => server.stop())

describe('Infobip in trouble', () => {
  it('down: says when to try again, sends nothing, charges nothing', async () => {
    await server.stop()
    server = await TestServer.start({ sites: [testSite({ dailyBudget: 1 })], patience: 500 })
    await server.sandbox.stop()
    for (let tries = 0; tries < 3; tries++) {
      const { status, body } = await server.start()
      expect({ status, code: body.code, retryAfter: body.retryAfter }).toEqual({
        status: 503,
        code: 'provider_unavailable',
        retryAfter: 5,
      })
    }
  })

  it.each([
    [true, 'cannot_send'],
    [false, 'delivery_failed'],
  ])(
    'finding a number unreachable by a lookup (%s): what that cost stays charged',
    async (lookup, second) => {
      await server.stop()
      server = await TestServer.start({ sites: [testSite({ dailyBudget: 1 })] })
      const { url: baseUrl, apiKey, applicationId, messageId } = server.sandbox
      const account = { baseUrl, apiKey, applicationId, messageIds: { default: messageId } }
      server.app = createApp({
        ...server.deps,
        provider: infobipProvider({ ...account, numberLookup: lookup }),
      })
      for (const code of ['delivery_failed', second]) {
        server.sandbox.arm({ kind: 'not-sent', operation: 'send' })
        expect((await server.start()).body.code).toBe(code)
      }
    },
  )

  it('hanging: a call of the provider as it ships is over after ten seconds, while the attempt is still its own (SR-B07, SR-B11)', async () => {
    const account = accountOf(server.sandbox)
    server.app = createApp({ ...server.deps, provider: infobipProvider(account) })
    const { body } = await server.start()
    server.sandbox.arm({ kind: 'hang-headers', operation: 'verify' })
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    onTestFinished(() => void vi.useRealTimers())
    let answered = false
    const check = server.check(body.verificationId, server.code()).finally(() => (answered = true))
    while (server.asked('/verify') === 0) await pass()
    // Were it longer, somebody else could have the attempt before Infobip has said what became of it.
    const longest = 10_000
    expect(longest).toBeLessThan(ATTEMPT_PATIENCE)
    vi.advanceTimersByTime(longest - 1)
    for (let n = 0; n < 20; n++) await pass()
    expect(answered).toBe(false)
    vi.advanceTimersByTime(1)
    expect(await check).toMatchObject({ status: 503, body: { code: 'provider_unavailable' } })
  })

  it('failing a new start: the code that is on its way stays good', async () => {
    const { body } = await server.start()
    server.sandbox.arm({ kind: 'status', operation: 'send', status: 401 })
    expect((await server.start({ supersedes: body.verificationId })).status).toBe(503)
    expect((await server.check(body.verificationId, server.code())).status).toBe(200)
  })

  it('down during a check: gives the attempt back', async () => {
    const { body } = await server.start()
    const code = server.code()
    await server.sandbox.stop()
    // The connection that was kept alive breaks under this call; from the next on, there is nobody to connect to.
    await server.start({ phoneNumber: '+12025550199' })
    const answer = await server.check(body.verificationId, code)
    expect(answer).toMatchObject({
      status: 503,
      body: { code: 'provider_unavailable', attemptsRemaining: 5 },
    })
  })

  it('unable to look at codes: that uses up none of the guesses of a number', async () => {
    const { verificationId } = (await server.start()).body
    const code = server.code()
    for (let n = 0; n < 12; n++) {
      server.sandbox.arm({ kind: 'status', operation: 'verify', status: 429 })
      expect((await server.check(verificationId, code)).body.code).toBe('rate_limited')
      server.advance(3)
    }
    expect((await server.check(verificationId, code)).status).toBe(200)
  })

  it('silent after taking a send: one message, never repeated by us (SR-B10)', async () => {
    server.sandbox.arm({ kind: 'hang-headers', operation: 'send', after: true })
    const { status, body } = await server.start()
    expect({ status, code: body.code }).toEqual({ status: 503, code: 'provider_unavailable' })
    expect(server.sandbox.messages(NUMBER)).toHaveLength(1)
  })

  it('silent after taking a resend: that resend is spent, so that none is sent too many', async () => {
    const { body } = await server.start()
    server.advance(30)
    server.sandbox.arm({ kind: 'hang-headers', operation: 'resend', after: true })
    expect((await server.resend(body.verificationId)).body.code).toBe('provider_unavailable')
    expect((await server.status(body.verificationId)).body.resend.remaining).toBe(1)
  })

  it('silent during a check: the attempt stays spent, and it is no success (SR-B11)', async () => {
    const { body } = await server.start()
    server.sandbox.arm({ kind: 'hang-headers', operation: 'verify', after: true })
    const answer = await server.check(body.verificationId, server.code())
    expect(answer).toMatchObject({
      status: 503,
      body: { code: 'provider_unavailable', attemptsRemaining: 4 },
    })
  })

  it('not delivering: says that the number cannot be reached, and charges nothing', async () => {
    await server.stop()
    server = await TestServer.start({ sites: [testSite({ dailyBudget: 1 })] })
    server.sandbox.arm({ kind: 'not-sent', operation: 'send' })
    const { status, body } = await server.start()
    expect({ status, code: body.code }).toEqual({ status: 422, code: 'delivery_failed' })
    expect((await server.start()).status).toBe(201)
  })

  it('confirming another number than the one asked for: no token, and an event for the operator (SR-A10)', async () => {
    const { body } = await server.start()
    server.sandbox.arm({ kind: 'foreign-msisdn', operation: 'verify', msisdn: '12025550199' })
    const answer = await server.check(body.verificationId, server.code())
    expect(answer).toMatchObject({ status: 503, body: { code: 'provider_unavailable' } })
    expect(answer.body).not.toHaveProperty('token')
    expect(server.events.filter(({ event }) => event === 'mismatch')).toHaveLength(1)
  })

  it.each(['html', 'empty', 'truncated', 'xml', 'reset', 'oversized'] as const)(
    'answering a check with something odd (%s): no token, the attempt stays spent (SR-B09)',
    async (kind) => {
      const { body } = await server.start()
      server.sandbox.arm({ kind, operation: 'verify' })
      const answer = await server.check(body.verificationId, server.code())
      expect(answer).toMatchObject({
        status: 503,
        body: { code: 'provider_unavailable', attemptsRemaining: 4 },
      })
    },
  )

  it('forgetting the code: tells an expired verification, and a resend does not revive it', async () => {
    const { body } = await server.start()
    server.advance(30)
    server.sandbox.arm({ kind: 'status', operation: 'resend', status: 404 })
    expect((await server.resend(body.verificationId)).body.code).toBe('verification_expired')
    server.advance(60)
    expect((await server.resend(body.verificationId)).body.code).toBe('verification_not_found')
  })

  it('refusing a resend for its own limit: the resend is not lost', async () => {
    const { body } = await server.start()
    server.advance(30)
    server.sandbox.arm({ kind: 'status', operation: 'resend', status: 429 })
    expect((await server.resend(body.verificationId)).body.code).toBe('rate_limited')
    expect((await server.status(body.verificationId)).body.resend.remaining).toBe(2)
  })

  it('never sees anything of the browser but number, channel and code (SR-B12)', async () => {
    for (const extra of ['from', 'placeholders', 'messageId', 'applicationId', 'ncNeeded', 'to']) {
      const { status, body } = await server.start({ [extra]: 'x' })
      expect({ status, code: body.code }, extra).toEqual({ status: 422, code: 'invalid_request' })
    }
    expect(server.sandbox.requests()).toHaveLength(0)
  })
})
