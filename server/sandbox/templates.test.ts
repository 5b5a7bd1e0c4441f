import { describe, expect, it } from 'vitest'
import { openSandbox } from './test/client.js'

const ID = /^[0-9A-F]{32}$/
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

describe('message templates', () => {
  it('creates, reads, updates and lists an SMS and voice template', async () => {
    const { call, applicationId, messageId: seeded } = openSandbox()
    const path = `${APPLICATIONS}/${applicationId}/messages`
    const created = await call('POST', path, template)
    expect(created.status).toBe(200)
    const messageId = created.body.messageId
    expect(messageId).toMatch(ID)
    expect(created.body).toEqual({ ...template, messageId, applicationId, pinPlaceholder: '{{pin}}' })
    expect((await call('GET', `${path}/${messageId}`)).body).toEqual({
      ...template,
      messageId,
      applicationId,
    })

    const updated = await call('PUT', `${path}/${messageId}`, { pinLength: 6, pinType: 'HEX' })
    expect(updated.body).toEqual({ ...created.body, pinLength: 6, pinType: 'HEX' })
    const { body } = await call('GET', path)
    expect(body.map((one: { messageId: string }) => one.messageId)).toEqual([seeded, messageId])
  })

  it('creates and updates an email template, with its own defaults', async () => {
    const { call, applicationId } = openSandbox()
    const path = `${APPLICATIONS}/${applicationId}/email/messages`
    const created = await call('POST', path, emailTemplate)
    const { messageId } = created.body
    expect(created.body).toEqual({ ...emailTemplate, messageId, applicationId })
    expect((await call('PUT', `${path}/${messageId}`, { pinLength: 6 })).body.pinLength).toBe(6)
    expect((await call('POST', path, { emailTemplateId: 1 })).body).toMatchObject({
      pinLength: 4,
      pinType: 'NUMERIC',
    })
  })

  it.each([
    [{ messageText: 'Your code' }, 'messageText'],
    [{ pinType: 'HEXA' }, 'pinType'],
    [{ language: 'pt-pt' }, 'language'],
    [{ speechRate: 2.1 }, 'speechRate'],
    [{ regional: { indiaDlt: {} } }, 'regional.indiaDlt.principalEntityId'],
    [
      { regional: { indiaDlt: { principalEntityId: 'x'.repeat(31) } } },
      'regional.indiaDlt.principalEntityId',
    ],
  ])('refuses a template with %j and names the field', async (members, field) => {
    const { call, applicationId } = openSandbox()
    const answer = await call('POST', `${APPLICATIONS}/${applicationId}/messages`, {
      ...template,
      ...members,
    })
    expect(answer.status).toBe(400)
    expect(Object.keys(answer.body.requestError.serviceException.validationErrors)).toEqual([field])
  })

  it('answers 404 for a template of another application, and for an email template that is updated as an SMS one', async () => {
    const { call, applicationId, messageId } = openSandbox()
    const other = (await call('POST', APPLICATIONS, { name: 'Other' })).body.applicationId
    expect((await call('GET', `${APPLICATIONS}/${other}/messages/${messageId}`)).status).toBe(404)
    expect((await call('GET', `${APPLICATIONS}/${other}/messages`)).body).toEqual([])
    const email = await call('POST', `${APPLICATIONS}/${applicationId}/email/messages`, emailTemplate)
    const path = `${APPLICATIONS}/${applicationId}/messages/${email.body.messageId}`
    expect((await call('PUT', path, { pinLength: 6 })).status).toBe(404)
  })

  it('answers 404 for unknown ids, and for a template of the other kind', async () => {
    const { call, applicationId, messageId } = openSandbox()
    const application = `${APPLICATIONS}/${applicationId}`
    for (const [method, path] of [
      ['GET', `${APPLICATIONS}/X`],
      ['PUT', `${APPLICATIONS}/X`],
      ['GET', `${APPLICATIONS}/X/messages`],
      ['POST', `${APPLICATIONS}/X/messages`],
      ['POST', `${APPLICATIONS}/X/email/messages`],
      ['GET', `${APPLICATIONS}/X/verifications?msisdn=41793026727`],
      ['GET', `${application}/messages/X`],
      ['PUT', `${application}/messages/X`],
      ['PUT', `${application}/email/messages/${messageId}`],
      ['GET', '/2fa/2/nothing'],
    ] as const) {
      const { status, body } = await call(
        method,
        path,
        method === 'GET' ? undefined : { name: 'a', ...template },
      )
      expect([path, status]).toEqual([path, 404])
      expect(body).toEqual({
        requestError: { serviceException: { messageId: 'NOT_FOUND', text: 'Not found' } },
      })
    }
  })
})
