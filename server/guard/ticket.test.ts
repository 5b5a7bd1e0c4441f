import { generateKeyPairSync } from 'node:crypto'
import { SignJWT } from 'jose'
import type { CountryCode } from 'libphonenumber-js'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { NUMBER, TestServer, testSite } from '../test/harness.js'

const SECRET = 'otps_0123456789abcdef0123456789abcdef'
const OLD_SECRET = 'otps_fedcba9876543210fedcba9876543210'

/** How many bad tickets are tried; `npm run soak` asks for more. */
const TRIES = process.env['SOAK'] === '1' ? 10_000 : 1500

let server: TestServer
beforeEach(async () => {
  server = await TestServer.start({
    sites: [testSite({ requireTicket: true, secrets: [SECRET, OLD_SECRET] })],
  })
})
afterEach(() => server.stop())

async function ticket(
  claims: Record<string, unknown> = {},
  { secret = SECRET, typ = 'otp-start+jwt', lifetime = 120 } = {},
): Promise<string> {
  const now = Math.floor(server.time / 1000)
  return new SignJWT({ sid: 'session-1', iat: now, exp: now + lifetime, ...claims })
    .setProtectedHeader({ alg: 'HS256', typ })
    .sign(new TextEncoder().encode(secret))
}

describe('start tickets (SR-E10)', () => {
  it('let a start through that the host’s backend has signed for', async () => {
    expect((await server.start({ ticket: await ticket() })).status).toBe(201)
  })

  it('may be signed with either secret while one replaces the other', async () => {
    expect((await server.start({ ticket: await ticket({}, { secret: OLD_SECRET }) })).status).toBe(201)
  })

  it('buy one message for a hundred parallel uses', async () => {
    const one = await ticket()
    const answers = await Promise.all(Array.from({ length: 100 }, () => server.start({ ticket: one })))
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1)
    expect(server.sandbox.messages()).toHaveLength(1)
  })

  it.each([
    [120, 201],
    [121, 403],
  ])('that live %d seconds are answered %d', async (lifetime, status) => {
    expect((await server.start({ ticket: await ticket({}, { lifetime }) })).status).toBe(status)
  })

  it('are used up for as long as they live', async () => {
    const one = await ticket()
    expect((await server.start({ ticket: one })).status).toBe(201)
    server.advance(119)
    expect((await server.start({ ticket: one, phoneNumber: '+12025550199' })).body.code).toBe(
      'ticket_invalid',
    )
  })

  it('are over at their very time, also where that is not a whole second', async () => {
    server.time += 50
    const one = await ticket({ exp: server.time / 1000 + 120 })
    expect((await server.start({ ticket: one })).status).toBe(201)
    server.time += 120_010
    expect((await server.start({ ticket: one, phoneNumber: '+12025550199' })).body.code).toBe(
      'ticket_invalid',
    )
    expect(server.sandbox.messages()).toHaveLength(1)
  })

  it.each([
    [0, 1, 201],
    [0, 30, 201],
    [0, 31, 403],
    [120, 0, 403],
    [149, 0, 403],
  ])('%d seconds later, with an nbf that was %d ahead, are answered %d', async (later, ahead, status) => {
    const one = await ticket({ nbf: server.time / 1000 + ahead })
    server.advance(later)
    expect((await server.start({ ticket: one })).status).toBe(status)
  })

  it('are good once though the time that a server counts on is behind', async () => {
    const one = await ticket()
    expect((await server.start({ ticket: one })).status).toBe(201)
    server.advance(121)
    server.deps.store.recent = async () => server.time - 3000
    expect((await server.start({ ticket: one })).body.code).toBe('ticket_invalid')
    expect(server.sandbox.messages()).toHaveLength(1)
  })

  it('may name a number as it was written before its country’s plan changed', async () => {
    const site = testSite()
    const phoneRules = { ...site.phoneRules, countries: new Set<CountryCode>(['MX']) }
    await server.stop()
    server = await TestServer.start({
      sites: [testSite({ phoneRules, requireTicket: true, secrets: [SECRET] })],
    })
    const phoneNumber = '+5215512345678'
    const fits = await ticket({ phone: phoneNumber })
    expect((await server.start({ ticket: fits, phoneNumber })).status).toBe(201)
  })

  it('are one ticket however their signature is spelled', async () => {
    const one = await ticket()
    expect((await server.start({ ticket: one })).status).toBe(201)
    // The last character of a 32-byte signature has two bits that decoders ignore.
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
    const last = alphabet.indexOf(one.at(-1)!)
    const respelled = one.slice(0, -1) + alphabet[last ^ 1]!
    expect((await server.start({ ticket: respelled })).body.code).toBe('ticket_invalid')
    expect(server.sandbox.messages()).toHaveLength(1)
  })

  it('fix number, action and nonce where the host says so', async () => {
    const nonce = 'n'.repeat(16)
    const bound = { phone: NUMBER, action: 'signup', nonce }
    expect((await server.start({ ticket: await ticket(bound), action: 'signup', nonce })).status).toBe(201)
    for (const body of [
      { action: 'signup', nonce, phoneNumber: '+12025550199' },
      { action: 'reset', nonce },
      { nonce },
      { action: 'signup', nonce: 'm'.repeat(16) },
      { action: 'signup' },
    ]) {
      const { body: problem } = await server.start({
        ticket: await ticket({ ...bound, sid: 'other' }),
        ...body,
      })
      expect(problem.code).toBe('ticket_invalid')
    }
  })

  it('fix the address where the host says so, or the network of an IPv6 one', async () => {
    await server.stop()
    server = await TestServer.start({
      deps: { trustedProxies: 1 },
      sites: [testSite({ requireTicket: true, secrets: [SECRET] })],
    })
    let numbers = 0
    const codeOf = async (ip: unknown, from: string) => {
      const phoneNumber = `+120255501${10 + numbers++}`
      const start = { phoneNumber, ticket: await ticket({ ip, sid: String(numbers) }) }
      return (await server.start(start, { 'X-Forwarded-For': from })).body.code
    }
    for (const [ip, from] of [
      ['192.0.2.1', '192.0.2.1'],
      ['::ffff:192.0.2.1', '192.0.2.1'],
      ['2001:db8::1', '2001:DB8:0:0:ffff::2'],
    ] as const)
      expect(await codeOf(ip, from), ip).toBe(undefined)
    for (const ip of ['192.0.2.2', '2001:db8::1', '', '192.0.2.1, 192.0.2.2', 7, null])
      expect(await codeOf(ip, '192.0.2.1'), String(ip)).toBe('ticket_invalid')
    expect(await codeOf('2001:db8::1', '2001:db8:0:1::1')).toBe('ticket_invalid')
  })

  it('fixed to an address are good for nobody whose address is not known', async () => {
    expect((await server.start({ ticket: await ticket({ ip: '192.0.2.1' }) })).body.code).toBe(
      'ticket_invalid',
    )
  })

  it('are not burnt by a mistyped number', async () => {
    const one = await ticket()
    expect((await server.start({ ticket: one, phoneNumber: '+1202555' })).body.code).toBe(
      'invalid_phone_number',
    )
    expect((await server.start({ ticket: one })).status).toBe(201)
  })

  it('are given back when the provider was down', async () => {
    const one = await ticket()
    server.sandbox.arm({ kind: 'status', operation: 'send', status: 429, retryAfter: 1 })
    expect((await server.start({ ticket: one })).body.code).toBe('rate_limited')
    expect((await server.start({ ticket: one })).status).toBe(201)
    expect((await server.start({ ticket: one })).body.code).toBe('ticket_invalid')
  })

  it(`${TRIES} missing, forged, foreign, stale or used ones buy nothing`, async () => {
    const used = await ticket({ sid: 'used' })
    await server.start({ ticket: used })
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const now = Math.floor(server.time / 1000)
    const es256 = await new SignJWT({ sid: 's', exp: now + 60 })
      .setProtectedHeader({ alg: 'ES256', typ: 'otp-start+jwt' })
      .sign(privateKey)
    const [header, payload] = (await ticket()).split('.')
    const unsigned = `${Buffer.from('{"alg":"none","typ":"otp-start+jwt"}').toString('base64url')}.${payload}.`
    const bad = [
      undefined,
      '',
      'not-a-ticket',
      used,
      es256,
      unsigned,
      `${header}.${payload}.`,
      await ticket({}, { secret: 'otps_another-secret-another-secret-00' }),
      await ticket({}, { typ: 'otp-verified+jwt' }),
      await ticket({}, { typ: 'JWT' }),
      await ticket({}, { lifetime: -1 }),
      await ticket({}, { lifetime: 3600 }),
      await ticket({ sid: '' }),
      await ticket({ sid: 7 }),
      await ticket({ exp: undefined }),
    ]
    for (let round = 0; round < TRIES; round++) {
      const { body } = await server.start({ ticket: bad[round % bad.length] })
      if (body.code !== 'ticket_invalid') expect.fail(`round ${round}: ${body.code ?? 'sent'}`)
    }
    expect(server.sandbox.messages()).toHaveLength(1)
  })

  it('once used tell nothing of a number, and take nothing from others (SR-D07)', async () => {
    await server.stop()
    server = await TestServer.start({ sites: [testSite({ shadow: false, secrets: [SECRET] })] })
    const { verificationId } = (await server.start()).body
    await server.check(verificationId, server.code())
    const used = await ticket()
    expect((await server.start({ ticket: used, phoneNumber: '+13125550123' })).status).toBe(201)
    const strangers = Array.from({ length: 4 }, (_, n) => `+1202555010${n}`)
    const open = await Promise.all(strangers.map((phoneNumber) => server.start({ phoneNumber })))
    expect(open.some(({ body }) => body.code === 'cannot_send')).toBe(true)
    server.advance(90)
    let charged = 0
    const { store } = server.deps
    const consume = store.consume.bind(store)
    store.consume = (...args) => {
      charged++
      return consume(...args)
    }
    for (const phoneNumber of [NUMBER, '+12025550199', '+13125550123', '+14155550123']) {
      const { body } = await server.start({ ticket: used, phoneNumber })
      expect(body.code, phoneNumber).toBe('ticket_invalid')
    }
    expect(charged).toBe(0)
  })

  it('are optional where the site does not ask for them, but never ignored', async () => {
    await server.stop()
    server = await TestServer.start({ sites: [testSite({ secrets: [SECRET] })] })
    expect((await server.start()).status).toBe(201)
    expect((await server.start({ ticket: 'forged' })).body.code).toBe('ticket_invalid')
  })
})

describe('the daily budget', () => {
  it('is the most a site spends in a UTC day, resends included, and begins anew the next', async () => {
    await server.stop()
    server = await TestServer.start({ sites: [testSite({ dailyBudget: 2 })] })
    const { body } = await server.start()
    server.advance(30)
    await server.resend(body.verificationId)
    expect((await server.start()).body.code).toBe('cannot_send')
    server.advance(30)
    expect((await server.resend(body.verificationId)).body.code).toBe('cannot_send')
    expect(server.sandbox.messages()).toHaveLength(2)
    server.advance(12 * 3600)
    expect((await server.start()).status).toBe(201)
  })

  it('is exact under parallel starts', async () => {
    await server.stop()
    // Of which three are kept for numbers that are known and visitors with a ticket (SR-K10).
    server = await TestServer.start({ sites: [testSite({ dailyBudget: 10 })] })
    const numbers = Array.from({ length: 60 }, (_, n) => `+120255501${String(n).padStart(2, '0')}`)
    await Promise.all(numbers.map((phoneNumber) => server.start({ phoneNumber })))
    expect(server.sandbox.messages()).toHaveLength(7)
  })

  it('gets back what a refused resend was charged', async () => {
    await server.stop()
    server = await TestServer.start({ sites: [testSite({ dailyBudget: 2 })] })
    const { body } = await server.start()
    for (let clicks = 0; clicks < 5; clicks++) await server.resend(body.verificationId)
    server.advance(30)
    expect((await server.resend(body.verificationId)).status).toBe(200)
  })
})
