import { randomBytes } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { IDEMPOTENCY_HEADER } from '../../contract/index.js'
import { TestServer } from '../test/harness.js'
import { changingKeys, generateSigningJwk, importKeys, type WorkingKey } from '../token/keys.js'

let server: TestServer
let all: readonly WorkingKey[]
let usable: readonly WorkingKey[]
beforeEach(async () => {
  all = usable = await importKeys([await generateSigningJwk(randomBytes)])
  const signingKeys = changingKeys(
    () => usable,
    () => server.time,
  )
  server = await TestServer.start({ deps: { signingKeys } })
})
afterEach(() => server.stop())

const UNAVAILABLE = { code: 'service_unavailable', status: 503, retryAfter: 5 }

describe('while no key may sign', () => {
  it('no message is paid for whose code would prove nothing, and the same call goes through afterwards', async () => {
    const once = { [IDEMPOTENCY_HEADER]: 'a-start-without-a-key' }
    usable = []
    const refused = await server.start({}, once)
    expect(refused.body).toMatchObject(UNAVAILABLE)
    expect(JSON.stringify(refused.body)).not.toMatch(/key/i)
    expect(server.sandbox.messages()).toEqual([])
    expect(server.events.at(-1)).toMatchObject({ event: 'refused', reason: 'no_key', sitekey: 'shop' })
    usable = all
    const { verificationId } = (await server.start({}, once)).body
    server.advance(30)
    const again = { [IDEMPOTENCY_HEADER]: 'a-resend-without-a-key' }
    usable = []
    expect((await server.resend(verificationId, {}, again)).body).toMatchObject(UNAVAILABLE)
    expect(server.sandbox.messages()).toHaveLength(1)
    usable = all
    const resent = await server.resend(verificationId, {}, again)
    expect([resent.status, resent.body.resend.remaining]).toEqual([200, 1])
  })

  it('a code is not spent: it is right once a key may sign again', async () => {
    const { verificationId, attemptsRemaining } = (await server.start()).body
    const once = { [IDEMPOTENCY_HEADER]: 'a-check-without-a-key' }
    usable = []
    expect((await server.check(verificationId, server.code(), once)).body).toMatchObject(UNAVAILABLE)
    expect(server.asked('/verify')).toBe(0)
    expect((await server.status(verificationId)).body).toMatchObject({ state: 'sent', attemptsRemaining })
    usable = all
    expect((await server.check(verificationId, server.code(), once)).status).toBe(200)
  })
})
