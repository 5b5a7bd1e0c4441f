import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { PATTERNS } from '../../contract/index.js'
import { startFake, TURNSTILE, type FakeSiteverify } from './test/fake-siteverify.js'
import { code, hostedServer, OTHER_NUMBER, SECRET, type HostedServer } from './test/hosted-server.js'

describe('the cdata of Turnstile', () => {
  let fake: FakeSiteverify
  let hosted: HostedServer
  beforeEach(async () => {
    fake = await startFake(SECRET, TURNSTILE)
    hosted = await hostedServer('turnstile', fake)
  })
  afterEach(async () => {
    await hosted.server.stop()
    await fake.stop()
  })

  it('binds a token to its site, action and number (SR-K14)', async () => {
    const { token, start, server } = hosted
    const signup = { action: 'signup' }
    for (const [asked, body] of [
      [{}, { phoneNumber: OTHER_NUMBER }],
      [{}, { sitekey: 'other' }],
      [{}, signup],
      [signup, {}],
      [signup, { action: 'reset' }],
      [{ phoneNumber: undefined }, {}],
    ] as const) {
      expect(code(await start(await token({}, asked), body))).toBe('challenge_failed')
    }
    expect(server.sandbox.messages()).toEqual([])
    expect(code(await start(await token({}, signup), signup))).toBe(201)
  })

  it('is not to be made by the page (SR-K14)', async () => {
    const { token, start, issue } = hosted
    const { cdata } = await issue()
    for (const made of [
      '',
      'x',
      cdata!.slice(0, -1),
      `${cdata}x`,
      cdata!.replace(/^./, '_-'),
      'A'.repeat(59),
    ]) {
      expect(code(await start(await token({ cdata: made })))).toBe('challenge_failed')
    }
    expect(code(await start(await token({ cdata: cdata! })))).toBe(201)
  })

  it('is another each time, so that nobody there sees two visits to be of one number (SR-G12)', async () => {
    const [one, two] = [await hosted.issue(), await hosted.issue()]
    expect(one).toEqual({
      type: 'turnstile',
      sitekey: 'public-name',
      cdata: expect.stringMatching(PATTERNS.cdata),
    })
    expect(two.cdata!.slice(16)).not.toBe(one.cdata!.slice(16))
  })
})
