import { describe, expect, it } from 'vitest'
import { openSandbox } from './test/client.js'

const ID = /^[0-9A-F]{32}$/
const APPLICATIONS = '/2fa/2/applications'
const configuration = {
  pinAttempts: 5,
  allowMultiplePinVerifications: true,
  pinTimeToLive: '10m',
  verifyPinLimit: '2/4s',
  sendPinPerApplicationLimit: '5000/12h',
  sendPinPerPhoneNumberLimit: '2/1d',
}

describe('applications', () => {
  it('lists the seeded application', async () => {
    const { call, applicationId } = openSandbox()
    const { status, body } = await call('GET', APPLICATIONS)
    expect(status).toBe(200)
    expect(body).toEqual([
      {
        applicationId,
        name: 'Sandbox',
        configuration: {
          pinAttempts: 5,
          allowMultiplePinVerifications: false,
          pinTimeToLive: '5m',
          verifyPinLimit: '3/1s',
          sendPinPerApplicationLimit: '10000/1d',
          sendPinPerPhoneNumberLimit: '1000/1d',
        },
        enabled: true,
      },
    ])
  })

  it('lets the caller override settings of the seeded application, and refuses senseless ones', async () => {
    const { call, applicationId } = openSandbox({ configuration: { pinAttempts: 3 } })
    const { body } = await call('GET', `${APPLICATIONS}/${applicationId}`)
    expect(body.configuration).toMatchObject({ pinAttempts: 3, pinTimeToLive: '5m' })
    expect(() => openSandbox({ configuration: { pinTimeToLive: 'soon' } })).toThrow()
  })

  it('creates an application as asked, with 201', async () => {
    const { call } = openSandbox()
    const { status, body } = await call('POST', APPLICATIONS, { name: 'Shop', enabled: true, configuration })
    expect(status).toBe(201)
    expect(body).toEqual({
      applicationId: expect.stringMatching(ID),
      name: 'Shop',
      configuration,
      enabled: true,
    })
    expect((await call('GET', `${APPLICATIONS}/${body.applicationId}`)).body).toEqual(body)
  })

  it("gives a new application Infobip's factory defaults for what the body leaves out", async () => {
    const { call } = openSandbox()
    const { body } = await call('POST', APPLICATIONS, { name: 'Shop', configuration: { pinAttempts: 3 } })
    expect(body).toMatchObject({
      enabled: true,
      configuration: {
        pinAttempts: 3,
        allowMultiplePinVerifications: true,
        pinTimeToLive: '15m',
        verifyPinLimit: '1/3s',
        sendPinPerApplicationLimit: '10000/1d',
        sendPinPerPhoneNumberLimit: '3/1d',
      },
    })
  })

  it('updates an application', async () => {
    const { call, applicationId } = openSandbox()
    const path = `${APPLICATIONS}/${applicationId}`
    const changed = { name: 'Renamed', enabled: false, configuration }
    const { status, body } = await call('PUT', path, changed)
    expect(status).toBe(200)
    expect(body).toEqual({ applicationId, ...changed })
    expect((await call('GET', path)).body).toEqual(body)
  })

  it.each([
    [{}, 'name'],
    [{ name: ' ' }, 'name'],
    [{ name: 'a', configuration: { pinTimeToLive: '366d' } }, 'configuration.pinTimeToLive'],
    [{ name: 'a', configuration: { verifyPinLimit: '1/25h' } }, 'configuration.verifyPinLimit'],
    [
      { name: 'a', configuration: { sendPinPerPhoneNumberLimit: '3' } },
      'configuration.sendPinPerPhoneNumberLimit',
    ],
    [{ name: 'a', configuration: { pinAttempts: 0 } }, 'configuration.pinAttempts'],
  ])('refuses %j and names the field', async (body, field) => {
    const { status, body: answer } = await openSandbox().call('POST', APPLICATIONS, body)
    expect(status).toBe(400)
    const { serviceException } = answer.requestError
    expect(serviceException).toMatchObject({ messageId: 'BAD_REQUEST', text: 'Bad request' })
    expect(Object.keys(serviceException.validationErrors)).toEqual([field])
  })

  it('accepts windows of exactly a day for verifies and a year for sends', async () => {
    const limits = { verifyPinLimit: '1/24h', sendPinPerPhoneNumberLimit: '3/365d', pinTimeToLive: '365d' }
    expect((await openSandbox().configure(limits)).status).toBe(200)
  })

  it.each([
    ['GET', '', 50, 200],
    ['POST', '', 20, 201],
    ['GET', '/ID', 100, 200],
    ['PUT', '/ID', 40, 200],
    ['POST', '/ID/email/messages', 20, 200],
  ])('limits %s of applications%s to %i in ten minutes', async (method, path, limit, success) => {
    const { call, pass, applicationId } = openSandbox()
    const body = method === 'GET' ? undefined : { name: 'Shop', emailTemplateId: 1 }
    const ask = async () =>
      (await call(method, APPLICATIONS + path.replace('ID', applicationId), body)).status
    for (let i = 0; i < limit; i++) expect(await ask()).toBe(success)
    expect(await ask()).toBe(429)
    pass(600_000)
    expect(await ask()).toBe(success)
  })
})
