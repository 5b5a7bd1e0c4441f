import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { POLICY, type Policy, type Terms } from '../site/policy.js'
import { TestServer, testSite } from '../test/harness.js'

const MINUTE = 60

/** The usual limits, which no credit comes before. */
const credits = Object.fromEntries(
  Object.entries(POLICY.credits).map(([account, terms]): [string, Terms] => [
    account,
    { ...terms, initial: 1000 },
  ]),
) as Policy['credits']

describe('limits of an address hold for as long as they say, and no longer (SR-D01)', () => {
  let server: TestServer
  beforeEach(async () => {
    const over = { shadow: false, policy: { ...POLICY, credits } }
    server = await TestServer.start({
      sites: [
        testSite({ ...over, challenge: { kind: 'none' } }),
        testSite({ ...over, sitekey: 'asking', challenge: { kind: 'altcha' } }, 'https://asking.example'),
      ],
      deps: { trustedProxies: 1 },
    })
  })
  afterEach(() => server.stop())

  const number = (n: number) => `+1202555${1000 + n}`
  const address = { 'X-Forwarded-For': '198.51.100.7' }
  let asked = 0
  /** Starts for another number each time. */
  const start = (headers = address) => server.start({ phoneNumber: number(asked++) }, headers)

  it('sixty checks in ten minutes', async () => {
    const check = async () => {
      const phoneNumber = number(asked)
      const { body } = await start({ 'X-Forwarded-For': `2001:db8:${asked.toString(16)}::1` })
      return server.check(body.verificationId, server.wrongCode(phoneNumber), address)
    }
    for (let n = 0; n < 60; n++) expect((await check()).body.code).toBe('code_incorrect')
    server.advance(10 * MINUTE - 1)
    expect((await check()).body).toMatchObject({ code: 'rate_limited', retryAfter: 1 })
    server.advance(2)
    expect((await check()).body.code).toBe('code_incorrect')
  })

  it('five numbers in an hour', async () => {
    const ask = () =>
      server.start(
        { sitekey: 'asking', phoneNumber: number(asked++) },
        { ...address, Origin: 'https://asking.example' },
      )
    for (let n = 0; n < 5; n++) expect((await ask()).status).toBe(201)
    server.advance(59 * MINUTE)
    expect((await ask()).body.code).toBe('challenge_required')
    expect(server.events.at(-1)).toMatchObject({ event: 'refused', reason: 'numbers' })
    server.advance(2 * MINUTE)
    expect((await ask()).status).toBe(201)
  })

  it('thirty starts in an hour, sixty in a day', async () => {
    for (let n = 0; n < 30; n++) expect((await start()).status).toBe(201)
    server.advance(59 * MINUTE)
    expect((await start()).body.code).toBe('cannot_send')
    server.advance(2 * MINUTE)
    for (let n = 0; n < 30; n++) expect((await start()).status).toBe(201)
    server.advance((23 * 60 - 2) * MINUTE)
    expect((await start()).body.code).toBe('cannot_send')
    expect(server.events.at(-1)).toMatchObject({ event: 'refused', reason: 'starts' })
    server.advance(2 * MINUTE)
    expect((await start()).status).toBe(201)
  })
})
