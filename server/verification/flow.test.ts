import { createVerifier } from '../token/verify.js'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { NUMBER, ORIGIN, PUBLIC_URL, TestServer, testSite } from '../test/harness.js'

let server: TestServer
beforeEach(async () => {
  server = await TestServer.start()
})
afterEach(() => server.stop())

const verifier = () =>
  createVerifier({
    issuer: PUBLIC_URL,
    audience: 'shop',
    replayStore: false,
    fetch: async (url) => server.app.request(url),
    now: () => server.time,
  })

describe('start, check and token', () => {
  it('sends a code, takes it and issues a token that a backend believes', async () => {
    const started = await server.start({ action: 'signup', cdata: 'cart-7', nonce: 'n'.repeat(22) })
    expect(started.status).toBe(201)
    expect(started.body).toEqual({
      verificationId: expect.stringMatching(/^[A-Za-z0-9_-]{46}$/),
      channel: 'sms',
      codeLength: 6,
      expiresAt: new Date(server.time + 300_000).toISOString(),
      attemptsRemaining: 5,
      resend: {
        availableAt: new Date(server.time + 30_000).toISOString(),
        remaining: 2,
        channels: ['sms', 'voice'],
      },
    })
    const checked = await server.check(started.body.verificationId, server.code())
    expect(checked.status).toBe(200)
    expect(Object.keys(checked.body).sort()).toEqual(['expiresAt', 'phoneNumber', 'token'])
    expect(checked.body.phoneNumber).toBe(NUMBER)
    expect(checked.body.expiresAt).toBe(new Date(server.time + 300_000).toISOString())
    const claims = await verifier().verify(checked.body.token, { nonce: 'n'.repeat(22), action: 'signup' })
    const iat = server.time / 1000
    expect(claims).toEqual({
      iss: PUBLIC_URL,
      aud: 'shop',
      sub: expect.stringMatching(/^[A-Za-z0-9_-]{22}$/),
      jti: expect.stringMatching(/^[A-Za-z0-9_-]{22}$/),
      ...{ iat, nbf: iat, exp: iat + 300, auth_time: iat },
      phone_number: NUMBER,
      phone_number_verified: true,
      country: 'US',
      channel: 'sms',
      amr: ['otp', 'sms'],
      origin: ORIGIN,
      action: 'signup',
      cdata: 'cart-7',
      nonce: 'n'.repeat(22),
    })
  })

  it('reads codes in the digits of every script, spaced and dashed (SR-F07)', async () => {
    const { body } = await server.start()
    const arabic = [...server.code()].map((digit) => String.fromCodePoint(0x0660 + Number(digit)))
    const checked = await server.check(
      body.verificationId,
      ` ${arabic.slice(0, 3).join('')} - ${arabic.slice(3).join('')}`,
    )
    expect(checked.status).toBe(200)
  })

  it('tells a wrong code and the tries left, then takes the right one', async () => {
    const { body } = await server.start()
    const wrong = await server.check(body.verificationId, server.wrongCode())
    expect(wrong).toMatchObject({ status: 422, body: { code: 'code_incorrect', attemptsRemaining: 4 } })
    server.advance(1)
    expect((await server.check(body.verificationId, server.code())).status).toBe(200)
  })

  it('says openly that the tries are used up, and a right code is then too late (SR-C03)', async () => {
    const { body } = await server.start()
    for (let left = 4; left > 0; left--) {
      expect((await server.check(body.verificationId, server.wrongCode())).body.attemptsRemaining).toBe(left)
      server.advance(1)
    }
    const last = await server.check(body.verificationId, server.wrongCode())
    expect(last).toMatchObject({ status: 429, body: { code: 'attempts_exhausted', attemptsRemaining: 0 } })
    server.advance(1)
    const late = await server.check(body.verificationId, server.code())
    expect(late.body.code).toBe('attempts_exhausted')
    expect(server.asked('/verify')).toBe(5)
  })

  it('spends no attempt on what cannot be a code, and asks nobody (SR-F08)', async () => {
    const { body } = await server.start()
    for (const code of ['12345', '1234567', 'abcdef', '1e5000', '0x1F00', '①②③④⑤⑥', '²²²²²²', '']) {
      expect((await server.check(body.verificationId, code)).body.code, code).toBe('invalid_code')
    }
    for (const code of [123456, ['123456'], { $gt: '' }, null]) {
      expect((await server.check(body.verificationId, code)).status).toBe(422)
    }
    expect(server.asked('/verify')).toBe(0)
    expect((await server.status(body.verificationId)).body.attemptsRemaining).toBe(5)
  })

  it('ends by time whatever happened in between, at most ten minutes after the first message (SR-C06)', async () => {
    const { body } = await server.start()
    server.advance(290)
    expect((await server.resend(body.verificationId)).body.expiresAt).toBe(body.expiresAt)
    server.advance(10)
    const late = await server.check(body.verificationId, server.code())
    expect(late).toMatchObject({ status: 410, body: { code: 'verification_expired' } })
  })

  it('paces checks without spending an attempt (SR-B15)', async () => {
    const { body } = await server.start()
    await server.check(body.verificationId, server.wrongCode())
    server.advance(0.999)
    const hasty = await server.check(body.verificationId, server.code())
    expect(hasty).toMatchObject({ status: 429, body: { code: 'rate_limited', retryAfter: 1 } })
    expect(hasty.headers.get('Retry-After')).toBe('1')
    expect(server.asked('/verify')).toBe(1)
    expect((await server.status(body.verificationId)).body.attemptsRemaining).toBe(4)
    server.advance(0.001)
    expect((await server.check(body.verificationId, server.code())).status).toBe(200)
  })

  it('never reports the provider’s own pacing as a wrong code, and spends nothing on it', async () => {
    const { body } = await server.start()
    server.sandbox.arm({ kind: 'status', operation: 'verify', status: 429, retryAfter: 3 })
    const throttled = await server.check(body.verificationId, server.code())
    expect(throttled).toMatchObject({
      status: 429,
      body: { code: 'rate_limited', retryAfter: 3, attemptsRemaining: 5 },
    })
    server.advance(3)
    expect((await server.check(body.verificationId, server.code())).status).toBe(200)
  })
})

describe('races', () => {
  it('lets at most five of two hundred parallel wrong codes reach the provider (SR-C03)', async () => {
    const { body } = await server.start()
    const wrong = server.wrongCode()
    const answers = await Promise.all(
      Array.from({ length: 200 }, () => server.check(body.verificationId, wrong)),
    )
    expect(server.asked('/verify')).toBe(1)
    expect(answers.filter(({ body }) => body.code === 'code_incorrect')).toHaveLength(1)
    expect(answers.filter(({ status }) => status === 409 || status === 429)).toHaveLength(199)
  })

  it('issues one token for a hundred parallel right codes, though the provider approves each (SR-C05)', async () => {
    await server.stop()
    server = await TestServer.start({ sandbox: { configuration: { allowMultiplePinVerifications: true } } })
    const { body } = await server.start()
    const answers = await Promise.all(
      Array.from({ length: 100 }, () => server.check(body.verificationId, server.code())),
    )
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
    server.advance(1)
    const again = await server.check(body.verificationId, server.code())
    expect(again).toMatchObject({ status: 409, body: { code: 'already_verified' } })
  })

  it('buys one message for fifty parallel starts for a number, and tells the others to wait (SR-C08)', async () => {
    const answers = await Promise.all(Array.from({ length: 50 }, () => server.start()))
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1)
    const refused = answers.filter(({ status }) => status !== 201)
    for (const { body } of refused) expect(body).toMatchObject({ code: 'rate_limited', retryAfter: 1 })
    expect(server.sandbox.messages(NUMBER)).toHaveLength(1)
  })

  it('lets the newest of several starts for a number live (SR-C08)', async () => {
    const first = await server.start()
    const second = await server.start()
    expect((await server.status(first.body.verificationId)).status).toBe(404)
    expect((await server.status(second.body.verificationId)).body.state).toBe('sent')
  })
})

describe('resend', () => {
  it('sends the same code again once its time has come, and buys one message for two clicks', async () => {
    const { body } = await server.start()
    const soon = await server.resend(body.verificationId)
    expect(soon).toMatchObject({ status: 429, body: { code: 'resend_too_soon', retryAfter: 30 } })
    server.advance(30)
    const both = await Promise.all([server.resend(body.verificationId), server.resend(body.verificationId)])
    expect(both.map(({ status }) => status).sort()).toEqual([200, 429])
    expect(server.sandbox.messages(NUMBER)).toHaveLength(2)
    const [first, second] = server.sandbox.messages(NUMBER)
    expect(first!.pin).toBe(second!.pin)
    expect((await server.check(body.verificationId, server.code())).status).toBe(200)
  })

  it('calls instead, and the token then says so', async () => {
    const { body } = await server.start()
    server.advance(30)
    const resent = await server.resend(body.verificationId, { channel: 'voice' })
    expect(resent.body).toMatchObject({ channel: 'voice', resend: { remaining: 1 } })
    expect(server.sandbox.messages(NUMBER).at(-1)!.channel).toBe('voice')
    const { body: approved } = await server.check(body.verificationId, server.code())
    expect(await verifier().verify(approved.token, { nonce: false })).toMatchObject({
      channel: 'voice',
      amr: ['otp', 'tel'],
    })
  })

  it('never gives attempts back (SR-C06)', async () => {
    const { body } = await server.start()
    for (let tries = 0; tries < 4; tries++) {
      await server.check(body.verificationId, server.wrongCode())
      server.advance(10)
    }
    const resent = await server.resend(body.verificationId)
    expect(resent.body.attemptsRemaining).toBe(1)
    await server.check(body.verificationId, server.wrongCode())
    server.advance(1)
    expect((await server.check(body.verificationId, server.code())).body.code).toBe('attempts_exhausted')
    expect(server.asked('/verify')).toBe(5)
  })

  it('ends after the plan, and says so', async () => {
    const { body } = await server.start()
    server.advance(30)
    await server.resend(body.verificationId)
    server.advance(60)
    const last = await server.resend(body.verificationId)
    expect(last.body.resend).toEqual({ availableAt: null, remaining: 0, channels: [] })
    server.advance(60)
    expect((await server.resend(body.verificationId)).body.code).toBe('resends_exhausted')
  })

  it('adopts the provider’s new handle for the code', async () => {
    server.sandbox.behave({ resendPinId: 'new' })
    const { body } = await server.start()
    server.advance(30)
    await server.resend(body.verificationId)
    expect((await server.check(body.verificationId, server.code())).status).toBe(200)
  })
})

describe('handles', () => {
  it('work only for the site’s page that started them; elsewhere they are unknown (SR-C02)', async () => {
    await server.stop()
    const other = testSite({ sitekey: 'other' }, 'https://other.example')
    server = await TestServer.start({ sites: [testSite(), other] })
    const { body } = await server.start()
    const foreign = await server.check(body.verificationId, server.code(), {
      Origin: 'https://other.example',
    })
    const unknown = await server.check('x'.repeat(46), server.code(), { Origin: 'https://other.example' })
    const malformed = await server.check('?', server.code())
    for (const { status, body } of [foreign, unknown, malformed]) {
      expect({ status, ...body, requestId: '' }).toEqual({
        status: 404,
        type: 'urn:otp-verify:problem:verification_not_found',
        title: 'No such verification; start a new one.',
        code: 'verification_not_found',
        requestId: '',
      })
    }
  })

  it('die when the number is changed (SR-C07)', async () => {
    const first = await server.start()
    const codeA = server.code()
    const second = await server.start({
      phoneNumber: '+12025550199',
      supersedes: first.body.verificationId,
    })
    expect((await server.check(first.body.verificationId, codeA)).body.code).toBe('verification_not_found')
    const mixed = await server.check(second.body.verificationId, codeA)
    if (codeA !== server.code('+12025550199')) expect(mixed.body.code).toBe('code_incorrect')
    expect(mixed.status).not.toBe(404)
  })

  it('are begun only for an action of the site’s list, where it has one (SR-A11)', async () => {
    await server.stop()
    server = await TestServer.start({ sites: [testSite({ actions: new Set(['signup']) })] })
    for (const action of ['reset', 'Signup', 'signup ', '', undefined]) {
      const refused = await server.start({ action })
      expect(refused, String(action)).toMatchObject({
        status: 422,
        body: { code: 'invalid_request', member: 'action' },
      })
    }
    expect(server.sandbox.messages()).toHaveLength(0)
    expect((await server.start({ action: 'signup' })).status).toBe(201)
  })

  it('let a reloaded page continue', async () => {
    const { body } = await server.start()
    await server.check(body.verificationId, server.wrongCode())
    const { body: status } = await server.status(body.verificationId)
    expect(status).toEqual({ ...body, state: 'sent', attemptsRemaining: 4 })
    server.advance(1)
    await server.check(body.verificationId, server.code())
    expect((await server.status(body.verificationId)).body.state).toBe('verified')
  })
})
