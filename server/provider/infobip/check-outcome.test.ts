import { describe, expect, it } from 'vitest'
import { fakeInfobip, json, listeningProvider, PIN_ID, VERIFIED } from './test/fake-infobip.js'

async function check(status: number, body: unknown, headers: Record<string, string> = {}) {
  const fake = await fakeInfobip(json(status, body, headers))
  const { provider, calls } = listeningProvider(fake.url)
  return { outcome: await provider.check(PIN_ID, '123456'), call: calls[0]! }
}

/** `VERIFIED` with some members replaced; those set to `undefined` are left out of the JSON. */
function verifiedBut(members: Record<string, unknown>) {
  return { ...VERIFIED, ...members }
}

describe('the right code', () => {
  it.each([
    VERIFIED,
    verifiedBut({ pinError: null }),
    verifiedBut({ pinId: undefined }),
    verifiedBut({ attemptsRemaining: undefined }),
    verifiedBut({ verificationTimeout: 17, somethingNew: {} }),
  ])('is approved, with the number it was sent to: %j', async (body) => {
    const { outcome, call } = await check(200, body)
    expect(outcome).toEqual({ outcome: 'approved', phoneNumber: '+12025550123' })
    expect(call).toMatchObject({ status: 200, reason: undefined, alarm: false })
  })

  it.each([
    verifiedBut({ verified: 'true' }),
    verifiedBut({ verified: 1 }),
    verifiedBut({ verified: null }),
    verifiedBut({ verified: [true] }),
    verifiedBut({ verified: undefined }),
    verifiedBut({ verified: {} }),
    verifiedBut({ pinError: 'WRONG_PIN' }),
    verifiedBut({ pinError: 'NO_ERROR' }),
    verifiedBut({ pinError: '' }),
    verifiedBut({ pinError: {} }),
    verifiedBut({ pinId: '0933F3BC087D2A617AC6DCB2EF5B8A61' }),
    verifiedBut({ pinId: PIN_ID.toLowerCase() }),
    verifiedBut({ pinId: null }),
    verifiedBut({ pinId: [PIN_ID] }),
    verifiedBut({ msisdn: undefined }),
    verifiedBut({ msisdn: 12_025_550_123 }),
    verifiedBut({ msisdn: '+12025550123' }),
    verifiedBut({ msisdn: '12345' }),
    verifiedBut({ msisdn: '1234567890123456' }),
    verifiedBut({ msisdn: '0012025550123' }),
    verifiedBut({ msisdn: '12025550123\n' }),
    [VERIFIED],
    { response: VERIFIED },
    null,
    'true',
    true,
  ])('SR-B09: is not read into %j', async (body) => {
    const { outcome } = await check(200, body)
    expect(outcome).toEqual({ outcome: 'unknown' })
  })
})

describe('a wrong code', () => {
  const refused = { pinId: PIN_ID, msisdn: '12025550123', verified: false }

  it.each([
    [
      { pinError: 'WRONG_PIN', attemptsRemaining: 2 },
      { outcome: 'incorrect', attemptsRemaining: 2 },
    ],
    [{ pinError: 'WRONG_PIN' }, { outcome: 'incorrect' }],
    [{ pinError: 'WRONG_PIN', attemptsRemaining: null }, { outcome: 'incorrect' }],
    [{ pinError: 'WRONG_PIN', attemptsRemaining: '2' }, { outcome: 'incorrect' }],
    [{ pinError: 'WRONG_PIN', attemptsRemaining: 1.5 }, { outcome: 'incorrect' }],
    [{ pinError: 'WRONG_PIN', attemptsRemaining: 0 }, { outcome: 'exhausted' }],
    [{ pinError: 'WRONG_PIN', attemptsRemaining: -1 }, { outcome: 'exhausted' }],
    [{ pinError: 'NO_MORE_PIN_ATTEMPTS', attemptsRemaining: 0 }, { outcome: 'exhausted' }],
    [{ pinError: 'NO_MORE_PIN_ATTEMPTS', attemptsRemaining: 3 }, { outcome: 'exhausted' }],
    [{ pinError: 'TTL_EXPIRED', attemptsRemaining: 0 }, { outcome: 'expired' }],
    [{ pinError: 'TTL_EXPIRED' }, { outcome: 'expired' }],
    [{ attemptsRemaining: 2 }, { outcome: 'incorrect', attemptsRemaining: 2 }],
    [
      { pinError: null, attemptsRemaining: 2 },
      { outcome: 'incorrect', attemptsRemaining: 2 },
    ],
    [{ attemptsRemaining: 0 }, { outcome: 'exhausted' }],
  ])('of %j is %j', async (members, expected) => {
    const { outcome } = await check(200, { ...refused, ...members })
    expect(outcome).toEqual(expected)
  })

  it.each([
    {},
    { attemptsRemaining: '2' },
    { pinError: 'PIN_EXPIRED', attemptsRemaining: 2 },
    { pinError: 'NO_ERROR', attemptsRemaining: 2 },
    { pinError: 'wrong_pin', attemptsRemaining: 2 },
    { pinError: ['WRONG_PIN'], attemptsRemaining: 2 },
    { pinError: 'WRONG_PIN', attemptsRemaining: 2, pinId: '0933F3BC087D2A617AC6DCB2EF5B8A61' },
  ])('SR-B09: is not read into %j', async (members) => {
    const { outcome } = await check(200, { ...refused, ...members })
    expect(outcome).toEqual({ outcome: 'unknown' })
  })

  it.each([
    ['TTL_EXPIRED', 'expired'],
    ['NO_MORE_PIN_ATTEMPTS', 'exhausted'],
  ])('of %s is understood under every 4xx that may carry it', async (pinError, expected) => {
    for (const status of [400, 401, 403, 404, 409, 410, 422, 423, 429]) {
      const { outcome, call } = await check(status, { ...refused, pinError })
      expect(outcome, String(status)).toEqual({ outcome: expected })
      expect(call.alarm).toBe(false)
    }
  })

  it('is reported by Infobip’s own word', async () => {
    expect((await check(200, { ...refused, pinError: 'WRONG_PIN' })).call.reason).toBe('WRONG_PIN')
    expect((await check(200, { ...refused, pinError: 'your code 123456' })).call.reason).toBeUndefined()
  })
})

describe('a check that Infobip refused', () => {
  it.each([
    [400, { outcome: 'unknown' }, false],
    [401, { outcome: 'unavailable' }, true],
    [403, { outcome: 'unavailable' }, true],
    [404, { outcome: 'expired' }, false],
    [409, { outcome: 'unknown' }, true],
    [415, { outcome: 'unknown' }, true],
    [500, { outcome: 'unknown' }, false],
    [503, { outcome: 'unknown' }, false],
  ])('under %i is %j', async (status, expected, alarm) => {
    const body = { requestError: { serviceException: { messageId: 'SOME_WORD', text: 'Text' } } }
    const { outcome, call } = await check(status, body)
    expect(outcome).toEqual(expected)
    expect(call).toMatchObject({ status, reason: 'SOME_WORD', alarm })
  })

  it.each([undefined, {}, '<html>Not found</html>', { status: 404, error: 'Not Found' }])(
    'by somebody in between, under 404, ends nothing, and is an alarm: %j',
    async (body) => {
      const { outcome, call } = await check(404, body)
      expect(outcome).toEqual({ outcome: 'unknown' })
      expect(call).toMatchObject({ reason: 'status_404', alarm: true })
    },
  )

  it.each([301, 302, 303])('under %i may have been looked at', async (status) => {
    const { outcome, call } = await check(status, {})
    expect(outcome).toEqual({ outcome: 'unknown' })
    expect(call.alarm).toBe(true)
  })

  it('for a limit was not looked at, under whichever status', async () => {
    for (const status of [400, 403, 503]) {
      const { outcome, call } = await check(status, { errorCode: 'E429' })
      expect(outcome).toEqual({ outcome: 'throttled', retryAfter: 3 })
      expect(call.alarm).toBe(false)
    }
    expect((await check(429, { verified: false })).outcome).toEqual({ outcome: 'throttled', retryAfter: 3 })
    expect((await check(403, { verified: false })).outcome).toEqual({ outcome: 'unavailable' })
  })

  it.each([400, 401, 404, 500])('under %i is not approved by a body that says so', async (status) => {
    expect((await check(status, VERIFIED)).outcome.outcome).not.toBe('approved')
  })

  it('SR-B15: under 429 was not looked at, and may be repeated when Infobip says, or in 3 s', async () => {
    expect((await check(429, { errorCode: 'E429' })).outcome).toEqual({ outcome: 'throttled', retryAfter: 3 })
    const { outcome } = await check(429, VERIFIED, { 'Retry-After': '9' })
    expect(outcome).toEqual({ outcome: 'throttled', retryAfter: 9 })
  })
})
