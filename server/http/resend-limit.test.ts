import { parseList, type BareItem } from 'structured-headers'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { IDEMPOTENCY_HEADER } from '../../contract/index.js'
import { memoryStore } from '../store/memory.js'
import { StoreError } from '../store/store.js'
import { TestServer, testSite, type Answer } from '../test/harness.js'

const FIELDS = { policy: 'RateLimit-Policy', limit: 'RateLimit' } as const

/** The one quota that a field is about, as a parser of structured fields reads it (RFC 9651). */
function quotaIn(headers: Headers, field: keyof typeof FIELDS): Record<string, BareItem> {
  const items = parseList(headers.get(FIELDS[field])!)
  expect(items).toHaveLength(1)
  const [name, parameters] = items[0]!
  expect(name).toBe('resend')
  return Object.fromEntries(parameters)
}

const told = ({ headers }: Answer<unknown>) => [quotaIn(headers, 'policy'), quotaIn(headers, 'limit')]
const silent = ({ headers }: Answer<unknown>) => !Object.values(FIELDS).some((name) => headers.has(name))
const site = testSite({ resendCooldowns: [30, 60, 120], codeLifetime: 600 })
const POLICY = { q: 3, w: 600 }

let server: TestServer
afterEach(() => server.stop())

describe('the headers about resends (SR-D08)', () => {
  beforeEach(async () => {
    server = await TestServer.start({ sites: [site] })
  })

  it('say on each answer how many there are, within what time, how many are left and when the next is', async () => {
    const started = await server.start()
    const { verificationId } = started.body
    expect(started.headers.get(FIELDS.policy)).toBe('"resend";q=3;w=600')
    expect(started.headers.get(FIELDS.limit)).toBe('"resend";r=3;t=30')
    expect(told(started)).toEqual([POLICY, { r: 3, t: 30 }])
    server.advance(30)
    expect(told(await server.resend(verificationId))).toEqual([POLICY, { r: 2, t: 60 }])
    server.advance(10.5)
    expect(told(await server.status(verificationId))).toEqual([POLICY, { r: 2, t: 50 }])
    server.advance(100)
    expect(told(await server.status(verificationId))).toEqual([POLICY, { r: 2, t: 0 }])
    expect(told(await server.resend(verificationId))).toEqual([POLICY, { r: 1, t: 120 }])
    server.advance(120)
    expect(told(await server.resend(verificationId))).toEqual([POLICY, { r: 0 }])
  })

  it('say as the body does that none is left once the verification is over', async () => {
    const none = { resend: { availableAt: null, remaining: 0, channels: [] } }
    const verified = (await server.start()).body.verificationId
    const expired = (await server.start({ phoneNumber: '+12025550199' })).body.verificationId
    await server.check(verified, server.code())
    const over = await server.status(verified)
    expect(over.body).toMatchObject({ state: 'verified', ...none })
    expect(told(over)).toEqual([POLICY, { r: 0 }])
    server.advance(600)
    const late = await server.status(expired)
    expect(late.body).toMatchObject({ state: 'expired', ...none })
    expect(told(late)).toEqual([POLICY, { r: 0 }])
  })

  it('say on refusals of a resend no later time than Retry-After', async () => {
    const { verificationId } = (await server.start()).body
    for (const [passed, left] of [
      [0, 30],
      [10.2, 20],
      [19.7, 1],
    ] as const) {
      server.advance(passed)
      const hasty = await server.resend(verificationId)
      expect(hasty.body.code).toBe('resend_too_soon')
      expect(told(hasty)).toEqual([POLICY, { r: 3, t: left }])
      expect(Number(hasty.headers.get('Retry-After'))).toBeGreaterThanOrEqual(left)
    }
    for (const cooldown of [30, 60, 120]) {
      server.advance(cooldown)
      expect((await server.resend(verificationId)).status).toBe(200)
    }
    server.advance(120)
    const exhausted = await server.resend(verificationId)
    expect(exhausted.body.code).toBe('resends_exhausted')
    expect(told(exhausted)).toEqual([POLICY, { r: 0 }])
    expect(exhausted.headers.get('Retry-After')).toBe(null)
  })

  it('say what is so now, also on the answer that a retry is given again', async () => {
    const headers = { [IDEMPOTENCY_HEADER]: 'k'.repeat(16) }
    const first = await server.start({}, headers)
    server.advance(20)
    const again = await server.start({}, headers)
    expect(again.body).toEqual(first.body)
    expect(told(again)).toEqual([POLICY, { r: 3, t: 10 }])
  })

  it('are not on answers about anything else, nor is what they say in a body', async () => {
    const { body } = await server.start()
    expect(Object.keys(body).sort()).toEqual(
      ['attemptsRemaining', 'channel', 'codeLength', 'expiresAt', 'resend', 'verificationId'].sort(),
    )
    const wrong = await server.check(body.verificationId, server.wrongCode())
    const hasty = await server.check(body.verificationId, server.code())
    expect([wrong.status, hasty.status]).toEqual([422, 429])
    server.advance(1)
    const right = await server.check(body.verificationId, server.code())
    const unknown = await server.status('x'.repeat(46))
    for (const one of [wrong, hasty, right, unknown]) expect(silent(one)).toBe(true)
  })
})

it('no refusal that is about fraud says where its limit stands, be it of a resend (SR-D07, SR-D08)', async () => {
  server = await TestServer.start({
    sites: [
      testSite({ shadow: false, challenge: { kind: 'altcha' }, dailyBudget: 3, resendCooldowns: [0, 0] }),
    ],
  })
  const { verificationId } = (await server.start()).body
  const paused = await server.resend(verificationId)
  expect(paused).toMatchObject({ status: 429, body: { code: 'rate_limited', retryAfter: 30 } })
  server.advance(30)
  expect((await server.resend(verificationId)).status).toBe(200)
  server.advance(60)
  expect((await server.start({ phoneNumber: '+12025550199' })).status).toBe(201)
  const denied = await server.resend(verificationId)
  expect(denied).toMatchObject({ status: 403, body: { code: 'cannot_send' } })
  const refused = await server.start({ phoneNumber: '+12025550188' })
  expect(refused).toMatchObject({ status: 403, body: { code: 'cannot_send' } })
  for (const one of [paused, denied, refused]) expect(silent(one)).toBe(true)
})

it('a start whose message was sent is answered without them where nobody tells the time any more', async () => {
  const store = memoryStore({ now: () => server.time })
  let isAway = false
  server = await TestServer.start({
    deps: {
      store: {
        ...store,
        recent: () => (isAway ? Promise.reject(new StoreError('away')) : store.recent()),
        async recordSend(...args) {
          isAway = true
          return store.recordSend(...args)
        },
      },
    },
  })
  const started = await server.start()
  expect(started.status).toBe(201)
  expect(silent(started)).toBe(true)
})
