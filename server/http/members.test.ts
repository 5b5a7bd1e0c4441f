import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { PATHS } from '../../contract/index.js'
import { NUMBER, TestServer, testSite } from '../test/harness.js'

const HANDLE = 'h'.repeat(46)

/** The least that each call says. */
const LEAST: Record<string, Record<string, unknown>> = {
  [PATHS.start]: { sitekey: 'shop', phoneNumber: NUMBER },
  [PATHS.resend]: { verificationId: HANDLE },
  [PATHS.check]: { verificationId: HANDLE, code: '123456' },
  [PATHS.status]: { verificationId: HANDLE },
  [PATHS.token]: { verificationId: HANDLE },
  [PATHS.challenges]: { sitekey: 'shop' },
}

let server: TestServer
beforeEach(async () => {
  server = await TestServer.start({ sites: [testSite({ challenge: { kind: 'altcha' } })] })
})
afterEach(() => server.stop())

const answerTo = async (path: string, more: Record<string, unknown>) => {
  const { code, member } = (await server.post(path, { ...LEAST[path], ...more })).body
  return { code, member }
}

describe('the members of a call', () => {
  it.each(Object.keys(LEAST))('to %s are those that it knows (SR-F02)', async (path) => {
    expect((await answerTo(path, {})).code).not.toBe('invalid_request')
    expect(await answerTo(path, { extra: 1 })).toEqual({ code: 'invalid_request', member: 'extra' })
    for (const member of Object.keys(LEAST[path]!))
      expect(await answerTo(path, { [member]: undefined })).toEqual({ code: 'invalid_request', member })
  })

  it.each([
    [PATHS.start, 'phoneNumber', 256],
    [PATHS.start, 'ticket', 2048],
    [PATHS.start, 'supersedes', 128],
    [PATHS.resend, 'verificationId', 128],
    [PATHS.check, 'verificationId', 128],
    [PATHS.check, 'code', 64],
    [PATHS.status, 'verificationId', 128],
    [PATHS.token, 'verificationId', 128],
    [PATHS.challenges, 'sitekey', 64],
    [PATHS.challenges, 'action', 32],
    [PATHS.challenges, 'phoneNumber', 256],
  ])('to %s: %s may have %d characters, and not one more (SR-F10)', async (path, member, most) => {
    expect((await answerTo(path, { [member]: 'a'.repeat(most) })).code).not.toBe('invalid_request')
    const refusal = { code: 'invalid_request', member }
    expect(await answerTo(path, { [member]: 'a'.repeat(most + 1) })).toEqual(refusal)
    for (const wrong of [1, null, ['a'], { a: 1 }])
      expect(await answerTo(path, { [member]: wrong }), JSON.stringify(wrong)).toEqual(refusal)
  })

  it.each([
    [PATHS.resend, 'verificationId', ''],
    [PATHS.start, 'supersedes', ''],
    [PATHS.challenges, 'action', 'a b'],
    [PATHS.challenges, 'sitekey', 'sh op'],
  ])('to %s: %s cannot be %j (SR-F10)', async (path, member, text) => {
    expect(await answerTo(path, { [member]: text })).toEqual({ code: 'invalid_request', member })
  })

  it('have room for a solution that is as long as the body', async () => {
    for (const path of [PATHS.start, PATHS.resend])
      expect((await answerTo(path, { challenge: 'c'.repeat(3900) })).code).not.toBe('invalid_request')
  })
})
