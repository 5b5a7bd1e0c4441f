import { describe, expect, it } from 'vitest'
import { openSandbox } from './test/client.js'

const APPLICATIONS = '/2fa/2/applications'

describe('keys', () => {
  it.each([
    undefined,
    'sandbox-api-key',
    'App',
    'App other',
    'Basic sandbox-api-key',
    'App App sandbox-api-key',
  ])('refuses the Authorization header %j with 401', async (authorization) => {
    const headers = authorization === undefined ? {} : { authorization }
    const answer = await openSandbox().app.request(APPLICATIONS, { headers })
    expect(answer.status).toBe(401)
    const serviceException = { messageId: 'UNAUTHORIZED', text: 'Unauthorized' }
    expect(await answer.json()).toEqual({ requestError: { serviceException } })
  })

  it('lets the send-only key send, resend, verify and read the status, and nothing else', async () => {
    const { call, applicationId, messageId, sendOnlyApiKey: key, pin } = openSandbox()
    const sent = await call('POST', '/2fa/2/pin', { applicationId, messageId, to: '41793026727' }, key)
    expect((await call('POST', `/2fa/2/pin/${sent.body.pinId}/resend`, undefined, key)).status).toBe(200)
    expect((await call('POST', `/2fa/2/pin/${sent.body.pinId}/verify`, { pin: pin() }, key)).status).toBe(200)
    const application = `${APPLICATIONS}/${applicationId}`
    expect(
      (await call('GET', `${application}/verifications?msisdn=41793026727`, undefined, key)).status,
    ).toBe(200)
    for (const path of [APPLICATIONS, application, `${application}/messages`]) {
      const { status, body } = await call('GET', path, undefined, key)
      expect(status).toBe(403)
      expect(body.requestError.serviceException).toEqual({ messageId: 'FORBIDDEN', text: 'Forbidden' })
    }
  })

  it('takes other keys when told to', async () => {
    const { call } = openSandbox({ apiKey: 'mine' })
    expect((await call('GET', APPLICATIONS)).status).toBe(200)
    expect((await call('GET', APPLICATIONS, undefined, 'sandbox-api-key')).status).toBe(401)
  })
})
