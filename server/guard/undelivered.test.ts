import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { TestServer, testSite } from '../test/harness.js'

/** Numbers of as many ranges of ten thousand, and of five operators. */
const number = (n: number) =>
  `+1${['202', '213', '312', '415', '646'][n % 5]}55${String(10_000 + 3001 * n).slice(0, 5)}`
/** What Infobip says of a request in which the number alone is wrong. */
const NO_NUMBER = JSON.stringify({
  requestError: {
    serviceException: { messageId: 'BAD_REQUEST', validationErrors: { to: ['is no number'] } },
  },
})
const ADDRESS = { 'X-Forwarded-For': '10.7.7.7' }
const ELSEWHERE = { 'X-Forwarded-For': '10.1.1.1' }

describe('a message that is not delivered, for its number is to blame (SR-D01)', () => {
  let server: TestServer
  beforeEach(async () => {
    server = await TestServer.start({
      sites: [testSite({ shadow: false, dailyBudget: 1 })],
      deps: { trustedProxies: 1 },
    })
  })
  afterEach(() => server.stop())

  /** What the same address is told of so many numbers, one after the other, and how often. */
  async function tried(times: number): Promise<Record<string, number>> {
    const told: Record<string, number> = {}
    for (let n = 0; n < times; n++) {
      const { status, body } = await server.start({ phoneNumber: number(n) }, ADDRESS)
      told[body.code ?? status] = (told[body.code ?? status] ?? 0) + 1
      // Else the loop never turns, and connections that have long been closed look open.
      await new Promise(setImmediate)
    }
    return told
  }

  it.each([
    ['says so', { kind: 'not-sent', operation: 'send', times: 'always' }],
    [
      'takes it for no number',
      { kind: 'respond', status: 400, body: NO_NUMBER, operation: 'send', times: 'always' },
    ],
  ] as const)('counts for the address that asked when Infobip %s', async (_, fault) => {
    server.sandbox.arm(fault)
    expect(await tried(100)).toEqual({ delivery_failed: 30, cannot_send: 70 })
    expect(server.asked('/pin')).toBe(30)
    server.sandbox.disarm()
    // The budget of one message is there, and so is all that the number has.
    expect((await server.start({ phoneNumber: number(0) }, ELSEWHERE)).status).toBe(201)
  })

  it('counts for the address that asked when Infobip does not say what it dislikes', async () => {
    server.sandbox.arm({ kind: 'status', status: 400, operation: 'send', times: 'always' })
    expect(await tried(100)).toEqual({ provider_unavailable: 30, cannot_send: 70 })
    server.sandbox.disarm()
    expect((await server.start({ phoneNumber: number(0) }, ELSEWHERE)).status).toBe(201)
  })

  it('counts for the address that asked when a limit of Infobip’s own refuses it', async () => {
    server.sandbox.arm({ kind: 'status', status: 429, operation: 'send', times: 'always' })
    expect(await tried(100)).toEqual({ rate_limited: 30, cannot_send: 70 })
    expect(server.asked('/pin')).toBe(30)
    server.sandbox.disarm()
    expect((await server.start({ phoneNumber: number(0) }, ELSEWHERE)).status).toBe(201)
  })

  it('counts for nobody when Infobip was to blame', async () => {
    server.sandbox.arm({ kind: 'status', status: 401, operation: 'send', times: 'always' })
    expect(await tried(100)).toEqual({ provider_unavailable: 100 })
    server.sandbox.disarm()
    expect((await server.start({}, ADDRESS)).status).toBe(201)
  })

  it('uses up its resend, which the service’s own limit or trouble does not', async () => {
    const { verificationId } = (await server.start({}, ADDRESS)).body
    server.deps.sites.get('shop')!.dailyBudget = 9
    for (const [fault, code, remaining] of [
      [{ kind: 'status', status: 429 }, 'rate_limited', 2],
      [{ kind: 'status', status: 401 }, 'provider_unavailable', 2],
      [{ kind: 'not-sent' }, 'delivery_failed', 1],
      [{ kind: 'status', status: 400 }, 'provider_unavailable', 0],
    ] as const) {
      server.advance(60)
      server.sandbox.arm({ ...fault, operation: 'resend' })
      expect((await server.resend(verificationId, {}, ADDRESS)).body.code).toBe(code)
      expect((await server.status(verificationId, ADDRESS)).body.resend.remaining).toBe(remaining)
    }
  })
})

it('makes an address solve a challenge after five numbers that are not delivered (SR-D01)', async () => {
  const server = await TestServer.start({
    sites: [testSite({ shadow: false, challenge: { kind: 'altcha' } })],
    deps: { trustedProxies: 1 },
  })
  server.sandbox.arm({ kind: 'not-sent', operation: 'send', times: 'always' })
  const told: unknown[] = []
  // The third of them twice: it is one number.
  for (const n of [0, 1, 2, 2, 3, 4, 5, 6]) {
    told.push((await server.start({ phoneNumber: number(n) }, ADDRESS)).body.code)
  }
  expect(told).toEqual([
    ...Array<string>(6).fill('delivery_failed'),
    ...Array<string>(2).fill('challenge_required'),
  ])
  await server.stop()
})
