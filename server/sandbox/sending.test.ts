import { describe, expect, it } from 'vitest'
import { openSandbox } from './test/client.js'

const ID = /^[0-9A-F]{32}$/
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/
const APPLICATIONS = '/2fa/2/applications'
const template = {
  pinType: 'NUMERIC',
  messageText: 'Your pin is {{pin}}',
  pinLength: 4,
  language: 'en',
  voiceName: 'Joanna',
  senderId: 'Infobip 2FA',
  repeatDTMF: '1#',
  speechRate: 1,
  regional: {
    indiaDlt: { contentTemplateId: 'template', principalEntityId: 'entity', teleMarketerId: 'marketer' },
  },
}
const emailTemplate = {
  pinType: 'NUMERIC',
  pinLength: 4,
  from: 'company@example.com',
  emailTemplateId: 1234,
  landingPageId: '1_23456',
}

describe('sends', () => {
  it('sends a PIN by SMS', async () => {
    const { send, messages } = openSandbox()
    const { status, body } = await send('41793026727')
    expect(status).toBe(200)
    expect(body).toEqual({
      pinId: expect.stringMatching(ID),
      to: '41793026727',
      ncStatus: 'NC_DESTINATION_REACHABLE',
      smsStatus: 'MESSAGE_SENT',
    })
    const pin = messages()[0]!.pin
    expect(pin).toMatch(/^\d{6}$/)
    expect(messages()).toEqual([
      {
        id: expect.stringMatching(UUID),
        to: '+41793026727',
        channel: 'sms',
        text: `Your verification code is ${pin}.`,
        pin,
        pinId: body.pinId,
        sentAt: '2026-01-02T03:04:05.678Z',
      },
    ])
  })

  it('sends a PIN by voice, and tells a call status', async () => {
    const { voice, messages } = openSandbox()
    const { body } = await voice('41793026727', { trackDelivery: true })
    expect(body).toEqual({
      pinId: expect.stringMatching(ID),
      to: '41793026727',
      callStatus: 'PENDING_ACCEPTED',
      externalMessageId: expect.stringMatching(UUID),
    })
    expect(messages()[0]!.channel).toBe('voice')
  })

  it('sends a PIN by email', async () => {
    const { call, applicationId, messages } = openSandbox()
    const created = await call('POST', `${APPLICATIONS}/${applicationId}/email/messages`, emailTemplate)
    const { messageId } = created.body
    const to = 'john.smith@example.com'
    const { body } = await call('POST', '/2fa/2/pin/email', { applicationId, messageId, to })
    expect(body).toEqual({
      pinId: expect.stringMatching(ID),
      to,
      emailStatus: { name: 'PENDING_ACCEPTED', description: 'Message accepted, pending for delivery.' },
    })
    expect(messages(to)).toMatchObject([{ to, channel: 'email', pin: expect.stringMatching(/^\d{4}$/) }])
    const again = await call('POST', `/2fa/2/pin/${body.pinId}/resend/email`, {})
    expect(again.body).toEqual(body)
    expect(messages(to).map(({ pin }) => pin)).toEqual([messages()[0]!.pin, messages()[0]!.pin])
  })

  it('gives a tracked SMS an external message id', async () => {
    const { send } = openSandbox()
    const { body } = await send('41793026727', { trackDelivery: true })
    expect(body.externalMessageId).toMatch(UUID)
  })

  it('fills the placeholders of a template', async () => {
    const { call, send, messages, pin, applicationId } = openSandbox()
    const messageText = 'Hello {{firstName}}, {{pin}} is it'
    const created = await call('POST', `${APPLICATIONS}/${applicationId}/messages`, {
      ...template,
      messageText,
    })
    await send('41793026727', { messageId: created.body.messageId, placeholders: { firstName: 'John' } })
    expect(messages()[0]!.text).toBe(`Hello John, ${pin()} is it`)
  })

  it.each([
    ['NUMERIC', /^[0-9]{8}$/],
    ['ALPHA', /^[A-Z]{8}$/],
    ['HEX', /^[0-9A-F]{8}$/],
    ['ALPHANUMERIC', /^[0-9A-Z]{8}$/],
  ])('makes %s PINs of the length asked for', async (pinType, pattern) => {
    const { call, send, pin, applicationId } = openSandbox()
    const body = { ...template, pinType, pinLength: 8 }
    const { messageId } = (await call('POST', `${APPLICATIONS}/${applicationId}/messages`, body)).body
    for (let i = 0; i < 20; i++) {
      await send('41793026727', { messageId })
      expect(pin()).toMatch(pattern)
    }
  })

  it.each([
    [{ to: '' }, 'to'],
    [{ to: '12ab' }, 'to'],
    [{ to: '1234567890123456' }, 'to'],
    [{ applicationId: undefined }, 'applicationId'],
    [{ placeholders: { pin: '1' } }, 'placeholders'],
    [{ trackDelivery: 'yes' }, 'trackDelivery'],
  ])('refuses a send with %j and delivers nothing', async (members, field) => {
    const { send, messages } = openSandbox()
    const { status, body } = await send('41793026727', members)
    expect(status).toBe(400)
    expect(Object.keys(body.requestError.serviceException.validationErrors)).toEqual([field])
    expect(messages()).toEqual([])
  })

  it('refuses a value of ncNeeded that is no boolean', async () => {
    expect((await openSandbox().send('41793026727', {}, '?ncNeeded=maybe')).status).toBe(400)
  })

  it('refuses a body that is not JSON, and one that does not say it is', async () => {
    const { app, apiKey } = openSandbox()
    const post = async (type: string) => {
      const headers = { authorization: `App ${apiKey}`, 'content-type': type }
      return (await app.request('/2fa/2/pin', { method: 'POST', headers, body: '{"to":' })).status
    }
    expect(await post('application/json')).toBe(400)
    expect(await post('text/plain')).toBe(415)
  })

  it('stops sending to a number over its limit, and to all over the limit of the application', async () => {
    const { send, configure, pass } = openSandbox()
    await configure({ sendPinPerPhoneNumberLimit: '2/1h', sendPinPerApplicationLimit: '3/1d' })
    expect([(await send('41793026727')).status, (await send('41793026727')).status]).toEqual([200, 200])
    expect((await send('41793026727')).status).toBe(429)
    expect((await send('41793026728')).status).toBe(200)
    pass(3_600_000)
    expect((await send('41793026727')).status).toBe(429)
    pass(82_800_000)
    expect((await send('41793026727')).status).toBe(200)
  })
})

describe('resends', () => {
  it('sends the same PIN again, by SMS and by voice', async () => {
    const { send, resend, messages } = openSandbox()
    const sent = (await send()).body
    expect((await resend(sent.pinId, '', {})).body).toEqual(sent)
    const { body } = await resend(sent.pinId, '/voice')
    expect(body).toEqual({ pinId: sent.pinId, to: sent.to, callStatus: 'PENDING_ACCEPTED' })
    expect(messages().map(({ channel }) => channel)).toEqual(['sms', 'sms', 'voice'])
    expect(new Set(messages().map(({ pin }) => pin)).size).toBe(1)
  })
})
