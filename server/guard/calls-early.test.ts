import { afterEach, describe, expect, it } from 'vitest'
import { POLICY } from '../site/policy.js'
import type { Site } from '../site/site.js'
import { NUMBER, TestServer, testSite } from '../test/harness.js'

const CALL = { channel: 'voice' }

let server: TestServer
afterEach(() => server.stop())

/** Serves a site that calls after texts, and begins a verification with one. */
async function begun(over: Partial<Site> = {}): Promise<string> {
  const voiceCountries = new Set(['US'])
  const site = testSite({
    ...{ shadow: false, voiceAfter: 3, voiceCountries, resendCooldowns: [30, 60, 120] },
    ...over,
  })
  server = await TestServer.start({ sites: [site] })
  return (await server.start()).body.verificationId
}

/** Proves the number, so that credit is nothing to it, and begins anew ten minutes later. */
async function known(verificationId: string) {
  expect((await server.check(verificationId, server.code())).status).toBe(200)
  server.advance(601)
  return (await server.start()).body
}

const channels = () => server.sandbox.messages(NUMBER).map(({ channel }) => channel)

describe('a call after texts that Infobip refused', () => {
  /** What Infobip says of a request in which the number alone is wrong. */
  const NO_NUMBER = JSON.stringify({
    requestError: { serviceException: { messageId: 'BAD_REQUEST', validationErrors: { to: ['is none'] } } },
  })
  const REFUSALS = [
    ['delivery_failed', { kind: 'respond', status: 400, body: NO_NUMBER }],
    ['provider_unavailable', { kind: 'status', status: 400 }],
  ] as const
  type Refusal = (typeof REFUSALS)[number][1]

  /** Has two more texts refused, which count as resends, and waits until the call is due. */
  async function refuseTexts(verificationId: string, [code, refusal]: readonly [string, Refusal]) {
    for (const wait of [30, 60]) {
      server.advance(wait)
      server.sandbox.arm({ ...refusal, operation: 'resend' })
      expect((await server.resend(verificationId)).body.code).toBe(code)
    }
    server.advance(120)
  }

  it.each(REFUSALS)('goes to no range in which nobody was proven: %s (SR-K06)', async (...refusal) => {
    const verificationId = await begun()
    await refuseTexts(verificationId, refusal)
    expect((await server.resend(verificationId, CALL)).body.code).toBe('cannot_send')
    expect(channels()).toEqual(['sms'])
  })

  it.each(REFUSALS)('goes to a number that is known: %s', async (...refusal) => {
    const { verificationId } = await known(await begun())
    await refuseTexts(verificationId, refusal)
    expect((await server.resend(verificationId, CALL)).status).toBe(200)
    expect(channels()).toEqual(['sms', 'sms', 'voice'])
  })

  it.each(REFUSALS)('is none where nobody is called: all is paid back there: %s', async (...refusal) => {
    await refuseTexts(await begun({ voiceCountries: new Set() }), refusal)
    const codes: unknown[] = []
    for (const n of [1, 2, 3]) {
      codes.push((await server.start({ phoneNumber: `+120255501${n}0` })).body.code)
    }
    expect(codes).toEqual([undefined, undefined, 'cannot_send'])
  })
})

it('a text that Infobip’s limits kept back is paid back to its range, though a call may come (SR-K04)', async () => {
  const verificationId = await begun()
  server.advance(30)
  server.sandbox.arm({ kind: 'status', operation: 'resend', status: 429, retryAfter: 3 })
  expect((await server.resend(verificationId)).status).toBe(429)
  server.advance(3)
  const codes: unknown[] = []
  for (const n of [1, 2, 3]) {
    codes.push((await server.start({ phoneNumber: `+120255501${n}0` })).body.code)
  }
  expect(codes).toEqual([undefined, undefined, 'cannot_send'])
})

describe('a call after fewer texts than a number may get', () => {
  it.each([1, 2])('is one of its three messages in ten minutes: after %i (SR-K06)', async (voiceAfter) => {
    const { verificationId, resend } = await known(await begun({ voiceAfter }))
    expect(resend.remaining).toBe(2)
    server.advance(30)
    expect((await server.resend(verificationId, voiceAfter === 1 ? CALL : {})).status).toBe(200)
    server.advance(60)
    const { body } = await server.resend(verificationId, CALL)
    expect(body).toMatchObject({ channel: 'voice', resend: { remaining: 0, channels: [] } })
  })

  it('is so whichever verification of the number it is of (SR-K06)', async () => {
    await known(await begun({ voiceAfter: 1 }))
    server.advance(30)
    const { verificationId } = (await server.start({ action: 'other' })).body
    server.advance(60)
    expect((await server.resend(verificationId, CALL)).status).toBe(200)
    server.advance(60)
    expect((await server.resend(verificationId, CALL)).body.code).toBe('rate_limited')
  })
})

it('a call goes to a range in which nobody was proven where the operator gave it more than three (SR-K06)', async () => {
  const range = { ...POLICY.credits.range, initial: 4 }
  const verificationId = await begun({ policy: { ...POLICY, credits: { ...POLICY.credits, range } } })
  for (const wait of [30, 60]) {
    server.advance(wait)
    await server.resend(verificationId)
  }
  server.advance(120)
  expect((await server.resend(verificationId, CALL)).status).toBe(200)
})
