import { afterEach, beforeEach, expect, it } from 'vitest'
import { TestServer, testSite } from '../test/harness.js'

let server: TestServer
beforeEach(async () => {
  server = await TestServer.start()
})
afterEach(() => server.stop())

it('a code is taken as long as it was sent, though its site’s codes have another length by now', async () => {
  const { body } = await server.start()
  server.reconfigure({ codeLength: 8 })
  expect((await server.status(body.verificationId)).body.codeLength).toBe(6)
  server.advance(30)
  expect((await server.resend(body.verificationId)).body.codeLength).toBe(6)
  expect((await server.check(body.verificationId, server.code())).status).toBe(200)
  expect((await server.start({ phoneNumber: '+12025550124' })).body.codeLength).toBe(8)
})

it('nothing more is sent to a country that its site serves no longer, and no resend is spent on it', async () => {
  const { phoneRules } = testSite()
  const { body } = await server.start()
  server.advance(30)
  server.reconfigure({ phoneRules: { ...phoneRules, countries: new Set(['HR']) } })
  for (const channel of [undefined, 'sms', 'voice'])
    expect(await server.resend(body.verificationId, { channel })).toMatchObject({
      ...{ status: 422, body: { code: 'country_not_allowed' } },
    })
  expect(server.asked('/resend')).toBe(0)
  expect(server.sandbox.messages()).toHaveLength(1)
  const resend = async () => (await server.status(body.verificationId)).body.resend
  expect(await resend()).toEqual({ availableAt: null, remaining: 0, channels: [] })
  server.reconfigure({ phoneRules })
  expect(await resend()).toMatchObject({ remaining: 2, channels: testSite().channels })
  expect((await server.check(body.verificationId, server.code())).status).toBe(200)
})
