import { AuthType, Infobip } from '@infobip-api/sdk'
import { describe, expect, it } from 'vitest'
import { start } from './test/server.js'

/** The real SDK against a fresh sandbox, and what it returned, with a returned error thrown. */
async function connect() {
  const sandbox = await start()
  const sdk = new Infobip({ baseUrl: sandbox.url, apiKey: sandbox.apiKey, authType: AuthType.ApiKey })
  // The SDK's own type is `any`.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  const twoFA: any = sdk.service.twoFA
  const call = async (method: string, ...args: unknown[]) => {
    const answer = await twoFA[method](...args)
    if (answer instanceof Error) throw answer
    return answer
  }
  return { ...sandbox, call }
}

describe('the official SDK', () => {
  it('manages applications', async () => {
    const { call, applicationId } = await connect()
    const created = await call('createApplication', { name: 'Shop', configuration: { pinAttempts: 3 } })
    expect(created.status).toBe(201)
    const id = created.data.applicationId
    expect((await call('getApplication', id)).data).toEqual(created.data)
    expect((await call('updateApplication', id, { name: 'Renamed' })).data.name).toBe('Renamed')
    const { data } = await call('getApplications')
    expect(data.map((one: { applicationId: string }) => one.applicationId)).toEqual([applicationId, id])
  })

  it('manages message templates', async () => {
    const { call, applicationId, messageId } = await connect()
    const text = { messageText: 'Code {{pin}}', pinType: 'NUMERIC', pinLength: 4 }
    const created = await call('createMessageTemplate', applicationId, text)
    const id = created.data.messageId
    expect((await call('getMessageTemplate', applicationId, id)).data).toMatchObject(text)
    expect((await call('updateMessageTemplate', applicationId, id, { pinLength: 5 })).data.pinLength).toBe(5)
    const { data } = await call('getMessageTemplates', applicationId)
    expect(data.map((one: { messageId: string }) => one.messageId)).toEqual([messageId, id])
  })

  it.each([
    ['sendPINCodeSMS', 'resendPINCodeSMS', ['sms', 'sms']],
    ['sendPINCodeVoice', 'resendPINCodeVoice', ['voice', 'voice']],
    ['sendPINCodeSMS', 'resendPINCodeVoice', ['sms', 'voice']],
  ])('sends with %s, resends with %s, verifies and reads the status', async (send, resend, channels) => {
    const { call, applicationId, messageId, messages } = await connect()
    const to = '41793026727'
    const { pinId } = (await call(send, { applicationId, messageId, to }, true)).data
    await call(resend, pinId)
    expect(messages(to).map(({ channel }) => channel)).toEqual(channels)
    const { pin } = messages(to)[0]!
    expect(
      (await call('verifyPhoneNumber', pinId, { pin: pin === '000000' ? '1' : '000000' })).data,
    ).toMatchObject({
      verified: false,
      pinError: 'WRONG_PIN',
    })
    expect((await call('verifyPhoneNumber', pinId, { pin })).data).toMatchObject({
      verified: true,
      msisdn: to,
    })
    const status = await call('getVerificationStatus', applicationId, { msisdn: to, verified: true })
    expect(status.data.verifications).toMatchObject([{ msisdn: to, verified: true }])
  })

  it('sends although it writes ncNeeded=undefined and a trailing slash', async () => {
    const { call, applicationId, messageId, requests } = await connect()
    await call('sendPINCodeSMS', { applicationId, messageId, to: '41793026727' })
    await call('getVerificationStatus', applicationId, { msisdn: '41793026727', verified: undefined })
    expect(requests()).toMatchObject([
      { path: '/2fa/2/pin/', query: 'ncNeeded=undefined', status: 200 },
      { path: `/2fa/2/applications/${applicationId}/verifications/`, status: 200 },
    ])
  })

  it('returns a failure with its status and envelope', async () => {
    const { call } = await connect()
    await expect(call('verifyPhoneNumber', 'UNKNOWN', { pin: '1' })).rejects.toMatchObject({
      response: { status: 404, data: { requestError: { serviceException: { messageId: 'NOT_FOUND' } } } },
    })
  })
})
