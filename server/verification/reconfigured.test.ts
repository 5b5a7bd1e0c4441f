import { afterEach, beforeEach, expect, it } from 'vitest'
import { TestServer } from '../test/harness.js'

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
