import { describe, expect, it } from 'vitest'
import { infobipProvider } from './infobip.js'
import {
  fakeInfobip,
  json,
  listeningProvider,
  MESSAGE_SENT,
  PIN_ID,
  raw,
  settingsFor,
  TO_ALICE,
} from './test/fake-infobip.js'

const OTHER_PIN_ID = '0933F3BC087D2A617AC6DCB2EF5B8A61'

/** What the three paid calls make of one answer. */
async function outcomesOf(status: number, body: unknown, headers: Record<string, string> = {}) {
  const fake = await fakeInfobip(json(status, body, headers))
  const { provider, calls } = listeningProvider(fake.url)
  const send = await provider.send(TO_ALICE)
  const call = await provider.send({ ...TO_ALICE, channel: 'voice' })
  const resend = await provider.resend(OTHER_PIN_ID, 'sms')
  return { send, call, resend, calls }
}

function oldEnvelope(messageId: string, validationErrors?: object) {
  return {
    requestError: { serviceException: { messageId, text: 'Text of no importance', validationErrors } },
  }
}

function newEnvelope(errorCode: string, properties: string[] | undefined) {
  const violations = properties?.map((property) => ({ property, violation: 'Text of no importance' }))
  return { errorCode, description: 'Text', action: 'Text', violations, resources: [] }
}

describe('a send that Infobip took', () => {
  it('is sent, and the answer’s pinId is the reference from now on', async () => {
    const { send, call, resend } = await outcomesOf(200, MESSAGE_SENT)
    expect([send, call, resend]).toEqual(Array(3).fill({ outcome: 'sent', reference: PIN_ID }))
  })

  it.each([undefined, null, ''])(
    'keeps the pinId of a resend whose answer has %j, but cannot invent one',
    async (pinId) => {
      const { send, resend } = await outcomesOf(200, { ...MESSAGE_SENT, pinId })
      expect(resend).toEqual({ outcome: 'sent', reference: OTHER_PIN_ID })
      expect(send).toEqual({ outcome: 'unknown' })
    },
  )

  it.each([
    undefined,
    null,
    '',
    'NC_NOT_CONFIGURED',
    'NC_DESTINATION_UNKNOWN',
    'NC_DESTINATION_NOT_REACHABLE',
    'NC_NEW',
    {},
    ['NC_NEW'],
  ])('SR-B13: is sent when the message was, whatever the lookup says (%s)', async (ncStatus) => {
    const { send } = await outcomesOf(200, { ...MESSAGE_SENT, ncStatus })
    expect(send).toEqual({ outcome: 'sent', reference: PIN_ID })
  })

  it('is sent when the message was, whatever is told of a call', async () => {
    const { send } = await outcomesOf(200, { ...MESSAGE_SENT, callStatus: 7 })
    expect(send).toEqual({ outcome: 'sent', reference: PIN_ID })
  })

  it.each(['PENDING_ACCEPTED', 'PENDING_ENROUTE', 'PROCESSING', 'PROCESSED', 'ANSWERED_MACHINE'])(
    'is sent as a call that is %s',
    async (callStatus) => {
      const { call } = await outcomesOf(200, { pinId: PIN_ID, callStatus })
      expect(call).toEqual({ outcome: 'sent', reference: PIN_ID })
    },
  )

  it('takes a pinId as short as seven characters, as Infobip’s own samples have', async () => {
    const { send } = await outcomesOf(200, { ...MESSAGE_SENT, pinId: '1234567' })
    expect(send).toEqual({ outcome: 'sent', reference: '1234567' })
  })
})

describe('a send that Infobip did not pass on', () => {
  it.each([
    { smsStatus: 'MESSAGE_NOT_SENT' },
    { smsStatus: 'MESSAGE_NOT_SENT', ncStatus: 'NC_NOT_CONFIGURED' },
    { smsStatus: 'MESSAGE_NOT_SENT', ncStatus: 'NC_DESTINATION_UNKNOWN' },
    { callStatus: 'REJECTED_NETWORK' },
    { callStatus: 'UNDELIVERABLE_NOT_DELIVERED' },
    { callStatus: 'BAD_REQUEST' },
  ])('SR-B13: is undelivered for %j, in spite of a pinId', async (members) => {
    const { send, call, resend, calls } = await outcomesOf(200, { pinId: PIN_ID, ...members })
    expect([send, call, resend]).toEqual(Array(3).fill({ outcome: 'undelivered' }))
    expect(calls[0]!.reason).toBe(Object.values(members)[0])
  })

  it.each([
    { smsStatus: 'MESSAGE_NOT_SENT', ncStatus: 'NC_DESTINATION_NOT_REACHABLE' },
    { ncStatus: 'NC_DESTINATION_NOT_REACHABLE' },
    { ncStatus: 'NC_NOT_REACHABLE' },
  ])('is undelivered and paid for %j: somebody has looked the number up, asked or not', async (members) => {
    const { send, resend, calls } = await outcomesOf(200, { pinId: PIN_ID, ...members })
    expect([send, resend]).toEqual(Array(2).fill({ outcome: 'undelivered', paid: true }))
    expect(calls[0]!.reason).toBe(Object.values(members)[0])
  })

  it('has paid for a lookup as a text message, first or again, and never as a call (SR-B13)', async () => {
    const fake = await fakeInfobip(json(200, { pinId: PIN_ID, smsStatus: 'MESSAGE_NOT_SENT' }))
    const provider = infobipProvider({ ...settingsFor(fake.url), numberLookup: true })
    for (const channel of ['sms', 'voice'] as const) {
      const outcome = { outcome: 'undelivered', ...(channel === 'sms' && { paid: true }) }
      expect(await provider.send({ ...TO_ALICE, channel })).toEqual(outcome)
      expect(await provider.resend(OTHER_PIN_ID, channel)).toEqual(outcome)
    }
  })

  it.each([
    {},
    { smsStatus: null },
    { smsStatus: '' },
    { smsStatus: 'message_sent' },
    { smsStatus: 'MESSAGE_QUEUED', ncStatus: 'NC_DESTINATION_NOT_REACHABLE' },
    { smsStatus: true },
    { smsStatus: ['MESSAGE_SENT'] },
    { smsStatus: true, callStatus: 'PENDING_ACCEPTED' },
    { callStatus: ['PENDING_ACCEPTED'] },
    { ncStatus: ['NC_NOT_REACHABLE'] },
    { ncStatus: 'NC_DESTINATION_REACHABLE' },
    { callStatus: 'SOMETHING_NEW' },
    { callStatus: 'PENDING_' },
    { callStatus: 'EXPIRED_EXPIRED' },
  ])('is unknown for %j, never sent: only a known word is believed', async (members) => {
    const { send, call, resend } = await outcomesOf(200, { pinId: PIN_ID, ...members })
    expect([send, call, resend]).toEqual(Array(3).fill({ outcome: 'unknown' }))
  })

  it.each([null, [], [MESSAGE_SENT], 'MESSAGE_SENT', 1, true])(
    'is unknown when the answer is %j',
    async (body) => {
      const { send, resend } = await outcomesOf(200, body)
      expect([send, resend]).toEqual(Array(2).fill({ outcome: 'unknown' }))
    },
  )
})

describe('a send that Infobip refused', () => {
  it.each([401, 403, 405, 415, 422])('is unavailable and an alarm under %i', async (status) => {
    const { send, resend, calls } = await outcomesOf(status, oldEnvelope('UNAUTHORIZED'))
    expect([send, resend]).toEqual(Array(2).fill({ outcome: 'unavailable' }))
    expect(calls[0]).toMatchObject({ status, reason: 'UNAUTHORIZED', alarm: true })
  })

  it.each([
    oldEnvelope('BAD_REQUEST', { to: ['must be a valid phone number'] }),
    oldEnvelope('BAD_REQUEST', { 'request.to': ['must be a valid phone number'] }),
    newEnvelope('E400', ['to', 'to']),
  ])('is undelivered under 400 where only the number is found wrong: %j', async (body) => {
    const { send, call, calls } = await outcomesOf(400, body)
    expect([send, call]).toEqual(Array(2).fill({ outcome: 'undelivered' }))
    expect(calls[0]).toMatchObject({ status: 400, alarm: false })
  })

  it.each([
    oldEnvelope('BAD_REQUEST'),
    oldEnvelope('BAD_REQUEST', {}),
    oldEnvelope('BAD_REQUEST', ['to']),
    oldEnvelope('BAD_REQUEST', { 'placeholders.host': ['must not be null'] }),
    oldEnvelope('BAD_REQUEST', { to: ['must not be blank'], messageId: ['must not be blank'] }),
    oldEnvelope('BAD_REQUEST', { into: ['must not be null'] }),
    newEnvelope('E400', []),
    newEnvelope('E400', ['placeholders.host']),
    newEnvelope('E400', undefined),
    {},
    '<html>Bad request</html>',
  ])('is unavailable and an alarm under 400 where anything else may be wrong: %j', async (body) => {
    const { send, call, resend, calls } = await outcomesOf(400, body)
    // It may have been the number: whoever asked has asked.
    const asked = { outcome: 'unavailable', asked: true }
    expect([send, call]).toEqual([asked, asked])
    expect(resend.outcome).toBe('unavailable')
    // A resend may be of a code that Infobip has done with.
    expect(calls.map((each) => each.alarm)).toEqual([true, true, false])
  })

  it('is a wrong configuration under 404, but a resend is of a code that is gone', async () => {
    for (const body of [oldEnvelope('NOT_FOUND'), newEnvelope('E404', [])]) {
      const { send, call, resend, calls } = await outcomesOf(404, body)
      expect([send, call]).toEqual(Array(2).fill({ outcome: 'unavailable' }))
      expect(resend).toEqual({ outcome: 'gone' })
      expect(calls.map((each) => each.alarm)).toEqual([true, true, false])
    }
  })

  it.each([undefined, '', {}, '<html>Not found</html>', { status: 404, error: 'Not Found' }])(
    'is unavailable and an alarm under a 404 of somebody in between, a resend too: %j',
    async (body) => {
      const { send, resend, calls } = await outcomesOf(404, body)
      expect([send, resend]).toEqual(Array(2).fill({ outcome: 'unavailable' }))
      expect(calls.every(({ alarm }) => alarm)).toBe(true)
    },
  )

  it('is told by its status where its body is too long to be read', async () => {
    const { send, resend, calls } = await outcomesOf(403, 'x'.repeat(70_000))
    expect([send, resend]).toEqual(Array(2).fill({ outcome: 'unavailable' }))
    expect(calls[0]).toMatchObject({ status: 403, reason: 'status_403', alarm: true })
    expect((await outcomesOf(200, { ...MESSAGE_SENT, more: 'x'.repeat(70_000) })).send).toEqual({
      outcome: 'unknown',
    })
  })

  it.each([500, 502, 503, 504])('is unknown under %i: a message may have left', async (status) => {
    const { send, resend, calls } = await outcomesOf(status, oldEnvelope('GENERAL_ERROR'))
    expect([send, resend]).toEqual(Array(2).fill({ outcome: 'unknown' }))
    expect(calls[0]).toMatchObject({ status, reason: 'GENERAL_ERROR', alarm: false })
  })

  it.each([
    ['THROTTLE_EXCEPTION', oldEnvelope('THROTTLE_EXCEPTION')],
    ['TOO_MANY_REQUESTS', oldEnvelope('TOO_MANY_REQUESTS')],
    ['E429', { errorCode: 'E429', description: 'Text', action: 'Text', violations: [], resources: [] }],
    ['status_429', 'unheard of'],
  ])('is throttled for ten minutes under 429 with %s', async (reason, body) => {
    const { send, resend, calls } = await outcomesOf(429, body)
    expect([send, resend]).toEqual(Array(2).fill({ outcome: 'throttled', retryAfter: 600 }))
    expect(calls[0]).toMatchObject({ status: 429, reason, alarm: false })
  })

  it('is throttled for as long as Infobip says', async () => {
    const { send } = await outcomesOf(429, {}, { 'Retry-After': '42' })
    expect(send).toEqual({ outcome: 'throttled', retryAfter: 42 })
    for (const status of [400, 403, 503]) {
      const other = await outcomesOf(status, oldEnvelope('THROTTLE_EXCEPTION'), { 'Retry-After': '42' })
      expect(other.send).toEqual({ outcome: 'throttled', retryAfter: 42 })
      expect(other.resend).toEqual({ outcome: 'throttled', retryAfter: 42 })
      expect(other.calls[0]!.alarm).toBe(false)
    }
    const dated = { Date: 'Sun, 06 Nov 1994 08:49:37 GMT', 'Retry-After': 'Sun, 06 Nov 1994 08:50:07 GMT' }
    expect((await outcomesOf(429, {}, dated)).send).toEqual({ outcome: 'throttled', retryAfter: 30 })
  })
})

describe('the reason in a log', () => {
  it.each([
    ...['lower case', 'WITH SPACE', 'LINE\nBREAK', '+12025550123', 'A'.repeat(41), '\u001b[31mRED', ''],
    ...['WRONG_493817', 'PIN493817', 'E4_93817'],
  ])('is never a text of a stranger’s choice: %j (SR-G06)', async (text) => {
    const { calls } = await outcomesOf(403, oldEnvelope(text))
    expect(calls[0]!.reason).toBe('status_403')
    expect((await outcomesOf(403, { errorCode: text })).calls[0]!.reason).toBe('status_403')
    expect((await outcomesOf(200, { pinId: PIN_ID, smsStatus: text || 'x y' })).calls[0]!.reason).toBe(
      'unexpected_body',
    )
  })

  it('is read from a 400 that declares no content type, as has been recorded', async () => {
    const fake = await fakeInfobip(raw(400, JSON.stringify(oldEnvelope('INVALID_ARGUMENT'))))
    const { provider, calls } = listeningProvider(fake.url)
    expect(await provider.send(TO_ALICE)).toEqual({ outcome: 'unavailable', asked: true })
    expect(calls[0]).toMatchObject({ reason: 'INVALID_ARGUMENT' })
  })

  it.each(['<html>Bad gateway</html>', '', '<?xml version="1.0"?><ApiException/>', '{"requestError"'])(
    'is the status when the error’s body is %j',
    async (body) => {
      const fake = await fakeInfobip(raw(403, body, { 'Content-Type': 'application/json' }))
      const { provider, calls } = listeningProvider(fake.url)
      expect(await provider.send(TO_ALICE)).toEqual({ outcome: 'unavailable' })
      expect(calls[0]).toMatchObject({ status: 403, reason: 'status_403', alarm: true })
    },
  )
})
