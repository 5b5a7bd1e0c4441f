import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { NUMBER, TestServer, testSite } from '../test/harness.js'

const OTHER = '+12025550199'

let server: TestServer
beforeEach(async () => {
  server = await TestServer.start({ sites: [testSite({ resendCooldowns: [30, 30, 30] })] })
})
afterEach(() => server.stop())

/** Guesses wrong so many times. */
async function miss(handle: string, times: number): Promise<void> {
  for (let n = 0; n < times; n++) {
    server.advance(2)
    await server.check(handle, server.wrongCode())
  }
}

/** How many codes Infobip was asked to make, to send again, and to look at. */
const asked = () => ({
  made: server.asked('/pin'),
  resent: server.asked('/resend') + server.asked('/voice'),
  checked: server.asked('/verify'),
})

/** What Infobip calls the code in each message, in their order. */
const codesOf = (number: string) => server.sandbox.messages(number).map(({ pinId }) => pinId)

describe('while a code lives', () => {
  it('a resend repeats it, and what is left of the attempts stays what it is (SR-C16)', async () => {
    const { verificationId } = (await server.start()).body
    const code = server.code()
    for (const { missed, left } of [
      { missed: 1, left: 4 },
      { missed: 2, left: 2 },
      { missed: 1, left: 1 },
    ]) {
      await miss(verificationId, missed)
      server.advance(30)
      const resent = await server.resend(verificationId)
      expect(resent).toMatchObject({ status: 200, body: { verificationId, attemptsRemaining: left } })
      expect(server.code()).toBe(code)
    }
    expect(asked()).toEqual({ made: 1, resent: 3, checked: 4 })
    expect(new Set(codesOf(NUMBER)).size).toBe(1)
    server.advance(2)
    expect((await server.check(verificationId, code)).status).toBe(200)
  })

  it('also by voice, and the last attempt is the last of the code (SR-C16)', async () => {
    const { verificationId } = (await server.start()).body
    await miss(verificationId, 4)
    server.advance(30)
    const called = await server.resend(verificationId, { channel: 'voice' })
    expect(called.body).toMatchObject({ channel: 'voice', attemptsRemaining: 1 })
    const code = server.code()
    await miss(verificationId, 1)
    server.advance(2)
    expect((await server.check(verificationId, code)).body.code).toBe('attempts_exhausted')
    expect(asked().checked).toBe(5)
  })
})

const ENDINGS: [what: string, end: (handle: string) => Promise<void>, next: Record<string, unknown>][] = [
  ['its time is over', async () => server.advance(300), {}],
  ['its attempts are used up', (handle) => miss(handle, 5), {}],
  ['the number is changed', async () => {}, { phoneNumber: OTHER }],
]

describe.each(ENDINGS)('once %s', (_, end, next) => {
  it('a start makes another code; the old handle is dead and asks nobody (SR-C16)', async () => {
    const old = (await server.start()).body.verificationId
    const oldCode = server.code()
    await end(old)
    server.advance(31)
    if (!next['phoneNumber']) {
      expect((await server.resend(old)).body.code).toMatch(/^(verification_expired|attempts_exhausted)$/)
    }
    const fresh = await server.start({ ...next, supersedes: old })
    expect(fresh).toMatchObject({ status: 201, body: { attemptsRemaining: 5 } })
    expect(fresh.body.verificationId).not.toBe(old)
    const before = asked()
    expect(before).toMatchObject({ made: 2, resent: 0 })
    const codes = [NUMBER, OTHER].flatMap(codesOf)
    expect(new Set(codes).size).toBe(2)

    for (const call of [server.check(old, oldCode), server.resend(old), server.status(old)]) {
      expect(await call).toMatchObject({ status: 404, body: { code: 'verification_not_found' } })
    }
    expect(asked()).toEqual(before)
    const number = next['phoneNumber'] ? OTHER : NUMBER
    expect((await server.check(fresh.body.verificationId, server.code(number))).status).toBe(200)
  })
})
