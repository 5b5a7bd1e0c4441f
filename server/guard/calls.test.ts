import { afterEach, describe, expect, it } from 'vitest'
import type { Site } from '../site/site.js'
import { NUMBER, TestServer, testSite } from '../test/harness.js'

/** A number of a country that the site serves, and does not call. */
const CROATIAN = '+385911234567'

const NOT_OFFERED = { code: 'invalid_request', member: 'channel' }

let server: TestServer
afterEach(() => server.stop())

async function startWith(over: Partial<Site> = {}): Promise<void> {
  const settings = {
    shadow: false,
    voiceAfter: 3,
    voiceCountries: new Set(['US']),
    resendCooldowns: [30, 60, 120],
  }
  server = await TestServer.start({ sites: [testSite({ ...settings, ...over })] })
}

const channels = () => server.sandbox.messages().map(({ channel }) => channel)

/** Proves a number, so that credit is nothing to it, and lets ten minutes pass. */
async function makeKnown(phoneNumber = NUMBER): Promise<void> {
  const { body } = await server.start({ phoneNumber })
  expect((await server.check(body.verificationId, server.code(phoneNumber))).status).toBe(200)
  server.advance(601)
}

/** Sends a verification's first three texts. @returns what the third was answered, once its cooldown is over */
async function afterThreeTexts(phoneNumber = NUMBER) {
  const { body } = await server.start({ phoneNumber })
  server.advance(30)
  await server.resend(body.verificationId)
  server.advance(60)
  const third = await server.resend(body.verificationId)
  server.advance(120)
  return third.body
}

describe('a call', () => {
  it('comes after three text messages, each in its time, as the fourth in ten minutes (SR-K06)', async () => {
    await startWith()
    await makeKnown()
    const first = await server.start()
    expect(first.body.resend).toMatchObject({ remaining: 3, channels: ['sms'] })
    const { verificationId } = first.body
    for (const [wait, offered] of [
      [30, ['sms']],
      [60, ['voice']],
    ] as const) {
      server.advance(wait)
      expect(await server.resend(verificationId, { channel: 'voice' })).toMatchObject({
        ...{ status: 422, body: { code: 'invalid_request' } },
      })
      // What was refused was charged nothing: the text that comes in its place is in time.
      expect((await server.resend(verificationId)).body.resend.channels).toEqual(offered)
    }
    expect((await server.status(verificationId)).body.resend).toMatchObject({
      remaining: 1,
      channels: ['voice'],
    })
    server.advance(119)
    const hasty = await server.resend(verificationId, { channel: 'voice' })
    expect(hasty.body).toMatchObject({ code: 'resend_too_soon', retryAfter: 1 })
    server.advance(1)
    const called = await server.resend(verificationId, { channel: 'voice' })
    expect(called.body).toMatchObject({
      channel: 'voice',
      resend: { availableAt: null, remaining: 0, channels: [] },
    })
    expect(channels()).toEqual(['sms', 'sms', 'sms', 'sms', 'voice'])
    expect((await server.check(verificationId, server.code())).status).toBe(200)
    // Five messages of the day: no call adds to those.
    server.advance(601)
    expect((await server.start()).body.code).toBe('cannot_send')
  })

  it('starts nothing, and what was refused keeps nobody waiting (SR-K06)', async () => {
    await startWith()
    for (let n = 0; n < 50; n++) {
      expect((await server.start({ channel: 'voice' })).body).toMatchObject(NOT_OFFERED)
    }
    expect(server.sandbox.requests()).toEqual([])
    expect((await server.start()).status).toBe(201)
  })

  it('is all that there is where the site sends no texts', async () => {
    await startWith({ channels: ['voice'], voiceAfter: 0 })
    expect((await server.start({ channel: 'sms' })).body).toMatchObject(NOT_OFFERED)
    const { verificationId } = (await server.start()).body
    server.advance(30)
    expect((await server.resend(verificationId, { channel: 'sms' })).body).toMatchObject(NOT_OFFERED)
    expect(channels()).toEqual(['voice'])
  })

  it('is not bought by beginning anew: each verification has its own three texts (SR-K06)', async () => {
    await startWith({ shadow: true })
    const { verificationId } = await afterThreeTexts()
    const again = await server.start({ supersedes: verificationId })
    server.advance(30)
    const call = { channel: 'voice' }
    expect((await server.resend(again.body.verificationId, call)).body.code).toBe('invalid_request')
    expect((await server.resend(verificationId, call)).body.code).toBe('verification_not_found')
    expect(channels()).not.toContain('voice')
  })

  it('counts no text that did not leave (SR-K06)', async () => {
    await startWith({ shadow: true, voiceAfter: 2 })
    const { verificationId } = (await server.start()).body
    server.sandbox.arm({ kind: 'status', operation: 'resend', status: 429, retryAfter: 3 })
    server.advance(30)
    expect((await server.resend(verificationId)).status).toBe(429)
    server.advance(60)
    expect((await server.status(verificationId)).body.resend).toMatchObject({
      remaining: 2,
      channels: ['sms'],
    })
    expect((await server.resend(verificationId, { channel: 'voice' })).body).toMatchObject(NOT_OFFERED)
    expect((await server.resend(verificationId)).body.resend.channels).toEqual(['sms', 'voice'])
  })

  it('comes after as many texts though the plan has changed since they began (SR-K06)', async () => {
    await startWith({ shadow: true, voiceAfter: 0, voiceCountries: new Set(), resendCooldowns: [30, 30] })
    const { verificationId } = (await server.start()).body
    server.advance(30)
    const voiceCountries = new Set(['US'])
    server.reconfigure({ voiceAfter: 3, voiceCountries, resendCooldowns: [30, 30, 30, 30] })
    const { body } = await server.status(verificationId)
    expect(body.resend).toMatchObject({ remaining: 2, channels: ['sms'] })
    const call = { channel: 'voice' }
    expect((await server.resend(verificationId, call)).body).toMatchObject(NOT_OFFERED)
    const second = await server.resend(verificationId)
    expect(second.body.resend).toMatchObject({ remaining: 1, channels: ['sms'] })
    expect(second.headers.get('RateLimit-Policy')).toContain('q=2')
    server.advance(30)
    expect((await server.resend(verificationId, call)).body).toMatchObject(NOT_OFFERED)
    // A shorter plan makes no texts undone.
    server.reconfigure({ voiceAfter: 2, voiceCountries, resendCooldowns: [30] })
    expect((await server.resend(verificationId, call)).status).toBe(200)
  })

  it('is the only fourth message: another text has to wait, and spends no resend (SR-K06)', async () => {
    await startWith()
    await makeKnown()
    const { verificationId } = await afterThreeTexts()
    expect((await server.resend(verificationId)).body).toMatchObject({
      code: 'rate_limited',
      retryAfter: 390,
    })
    expect((await server.resend(verificationId, { channel: 'voice' })).status).toBe(200)
  })

  it('goes to no country that is not on the list of calls: there the plan ends with the texts (SR-K06)', async () => {
    await startWith()
    const { verificationId, resend } = await afterThreeTexts(CROATIAN)
    expect(resend).toEqual({ availableAt: null, remaining: 0, channels: [] })
    expect((await server.start({ phoneNumber: CROATIAN, channel: 'voice' })).body.code).toBe(
      'country_not_allowed',
    )
    expect((await server.resend(verificationId, { channel: 'voice' })).body.code).toBe('resends_exhausted')
    expect(channels()).toEqual(['sms', 'sms', 'sms'])
  })

  it('goes to no range of numbers in which nobody was proven: its credit ends with the texts (SR-K06)', async () => {
    await startWith()
    const { verificationId } = await afterThreeTexts()
    expect((await server.resend(verificationId, { channel: 'voice' })).body.code).toBe('cannot_send')
    expect(channels()).toEqual(['sms', 'sms', 'sms'])
  })

  it('may come first where the operator says so, within the list and the limits of texts (SR-K06)', async () => {
    await startWith({ voiceAfter: 0, resendCooldowns: [30, 60, 120] })
    await makeKnown()
    const croatian = await server.start({ phoneNumber: CROATIAN })
    expect(croatian.body.resend).toMatchObject({ remaining: 3, channels: ['sms'] })
    server.advance(30)
    const call = { channel: 'voice' }
    expect((await server.resend(croatian.body.verificationId, call)).body.code).toBe('country_not_allowed')
    const { body } = await server.start(call)
    expect(body).toMatchObject({ channel: 'voice', resend: { channels: ['sms', 'voice'] } })
    for (const [wait, code] of [
      [30, undefined],
      [60, undefined],
      [120, 'rate_limited'],
    ] as const) {
      server.advance(wait)
      expect((await server.resend(body.verificationId, call)).body.code).toBe(code)
    }
  })
})
