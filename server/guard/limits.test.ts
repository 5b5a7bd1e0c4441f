import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { POLICY } from '../site/policy.js'
import type { Site } from '../site/site.js'
import { NUMBER, TestServer, testSite } from '../test/harness.js'

const OTHER_ORIGIN = 'https://other.example'
const DAY = 24 * 3600

/** How many starts are refused before the number's owner comes; `npm run soak` asks for more. */
const REFUSED = process.env['SOAK'] === '1' ? 10_000 : 1000

/** US numbers of as many ranges of ten thousand as are asked for, and of as many millions. */
const number = (n: number) =>
  `+1${['202', '213', '312', '415', '646', '713', '917'][n % 7]}${String(5_550_000 - Math.floor(n / 7) * 10_000 + 123)}`

/** A guarded server behind one proxy; callers name their address themselves. */
function start(over: Partial<Site> = {}): Promise<TestServer> {
  return TestServer.start({
    sites: [
      testSite({ shadow: false, ...over }),
      testSite({ shadow: false, ...over, sitekey: 'other' }, OTHER_ORIGIN),
    ],
    deps: { trustedProxies: 1 },
  })
}

const from = (n: number) => ({ 'X-Forwarded-For': `10.${(n >> 16) & 255}.${(n >> 8) & 255}.${n & 255}` })

describe('limits', () => {
  let server: TestServer
  beforeEach(async () => {
    server = await start()
  })
  afterEach(() => server.stop())

  const sent = () => server.sandbox.messages().length
  async function prove(phoneNumber: string, headers: Record<string, string>): Promise<void> {
    const { body } = await server.start({ phoneNumber }, headers)
    expect((await server.check(body.verificationId, server.code(phoneNumber), headers)).status).toBe(200)
  }

  it('of a number hold for a thousand addresses: a pause that is told, then nothing for the day (SR-D01)', async () => {
    let asking = 0
    for (const wait of [30, 60, 510]) {
      expect((await server.start({}, from(sent() * 256))).status).toBe(201)
      for (let n = 0; n < 334; n++) {
        const { body, headers } = await server.start({}, from(asking++ * 256 + 7))
        expect(body).toMatchObject({ code: 'rate_limited', retryAfter: wait })
        expect(headers.get('Retry-After')).toBe(String(wait))
        // Else the loop never turns, and connections that have long been closed look open.
        await new Promise(setImmediate)
      }
      server.advance(wait)
    }
    expect(sent()).toBe(3)
  })

  it('of a number count what was sent, not what was refused: a bomber does not keep its owner out (SR-D03)', async () => {
    await server.start({}, from(1))
    for (let n = 0; n < REFUSED; n++) {
      await server.start({}, from(n * 256))
      // Else the loop never turns, and connections that have long been closed look open.
      await new Promise(setImmediate)
    }
    server.advance(30)
    expect((await server.start({}, from(2))).status).toBe(201)
    expect(sent()).toBe(2)
  })

  it('of a number span the sites of the server, and are five messages a day (SR-D04)', async () => {
    // Known, so that the range's credit does not end it earlier.
    await prove(NUMBER, from(1))
    for (let n = 0; n < 40; n++) {
      server.advance(601)
      await server.start({}, from(n * 256))
      server.advance(601)
      await server.start({ sitekey: 'other' }, { ...from(n * 256), Origin: OTHER_ORIGIN })
    }
    expect(sent()).toBe(5)
    expect((await server.start({}, from(3))).body.code).toBe('cannot_send')
  })

  it('of an address hold for a thousand numbers (SR-D01)', async () => {
    await server.stop()
    server = await start({ dailyBudget: 1_000_000 })
    for (let n = 0; n < 1000; n++) {
      await server.start({ phoneNumber: number(n) }, from(9))
      await new Promise(setImmediate)
    }
    // Its credit of six comes before its thirty starts an hour.
    expect(sent()).toBe(6)
    server.advance(3600)
    for (let n = 1000; n < 1050; n++) await server.start({ phoneNumber: number(n) }, from(9))
    expect(sent()).toBe(7)
    expect((await server.start({ phoneNumber: number(1051) }, from(9))).body.code).toBe('cannot_send')
  })

  it('of an address’s starts are no limits of its resends', async () => {
    await server.stop()
    const limits = { ...POLICY.limits, addressStarts: [{ limit: 1, window: 3_600_000 }] }
    server = await start({ policy: { ...POLICY, limits } })
    const { verificationId } = (await server.start({}, from(9))).body
    server.advance(30)
    expect((await server.start({ phoneNumber: number(1) }, from(9))).status).not.toBe(201)
    expect(server.events.at(-1)).toMatchObject({ event: 'refused', reason: 'starts' })
    expect((await server.resend(verificationId, {}, from(9))).status).toBe(200)
  })

  it('of refused starts hold for an address: who asks on does not learn which numbers are known (SR-D01, SR-D07)', async () => {
    const other = '+12025550124'
    await prove(NUMBER, from(0))
    await prove(other, from(1))
    server.advance(DAY)
    const unknown = (n: number) => `+1202555${2000 + n}`
    for (let n = 0; n < 20; n++) await server.start({ phoneNumber: unknown(n) }, from(256 * n))
    const before = sent()
    const refuse = async (from: number, to: number) => {
      for (let n = from; n < to; n++) {
        const { body } = await server.start({ phoneNumber: unknown(100 + n) }, address)
        expect(body.code).toBe('cannot_send')
      }
    }
    const address = from(0xaaaa)
    await refuse(0, 59)
    expect((await server.start({ phoneNumber: other }, address)).status).toBe(201)
    await refuse(59, 60)
    expect((await server.start({}, address)).body.code).toBe('cannot_send')
    expect(server.events.at(-1)).toMatchObject({ event: 'refused', reason: 'refusals' })
    expect(sent()).toBe(before + 1)
    expect((await server.start({}, from(0xbbbb))).status).toBe(201)
    server.advance(3600)
    expect((await server.start({}, address)).status).toBe(201)
  })

  it('of wrong codes hold across verifications, addresses and resends, at one site (SR-D05)', async () => {
    await prove(NUMBER, from(0))
    const asked = () => server.asked('/verify')
    const before = asked()
    for (let n = 0; n < 4; n++) {
      server.advance(601)
      const { status, body } = await server.start({}, from(n))
      if (status !== 201) {
        expect(body.code).toBe('cannot_send')
        continue
      }
      for (let guess = 0; guess < 5; guess++) {
        server.advance(1)
        await server.check(body.verificationId, server.wrongCode(), from(256 * n + guess))
      }
    }
    expect(asked() - before).toBe(10)
    server.advance(601)
    const other = await server.start({ sitekey: 'other' }, { ...from(9), Origin: OTHER_ORIGIN })
    expect(other.status).toBe(201)
  })

  it('of wrong codes hold for the resends of other verifications of the number, whose codes nobody may enter (SR-D05)', async () => {
    await prove(NUMBER, from(0))
    server.advance(DAY)
    const verification = async (action: string, n: number) => {
      const { status, body } = await server.start({ action }, from(n))
      expect(status).toBe(201)
      return body.verificationId
    }
    const guess = async (id: string, n: number) => {
      for (let tried = 0; tried < 5; tried++) {
        server.advance(1)
        await server.check(id, server.wrongCode(), from(256 * n + tried))
      }
    }
    await guess(await verification('one', 1), 1)
    server.advance(3601)
    const two = await verification('two', 2)
    server.advance(31)
    const three = await verification('three', 3)
    await guess(two, 2)
    server.advance(61)
    const before = sent()
    expect((await server.resend(three, {}, from(3))).body.code).toBe('cannot_send')
    expect(server.events.at(-1)).toMatchObject({ event: 'refused', reason: 'guess' })
    expect(sent()).toBe(before)
    expect((await server.check(three, server.wrongCode(), from(3))).body).toMatchObject({
      ...{ code: 'attempts_exhausted', attemptsRemaining: 0 },
    })
  })

  it('of wrong codes begin anew once the number is proven', async () => {
    await prove(NUMBER, from(0))
    for (let n = 0; n < 3; n++) {
      server.advance(601)
      const { body } = await server.start({}, from(n))
      for (let guess = 0; guess < 4; guess++) {
        server.advance(1)
        await server.check(body.verificationId, server.wrongCode(), from(n))
      }
      server.advance(1)
      expect((await server.check(body.verificationId, server.code(), from(n))).status).toBe(200)
    }
  })

  it('of wrong codes in a row close a number for ninety days: the hundred and first is asked of nobody (SR-D06)', async () => {
    let asked = 0
    let last = 0
    for (let day = 0; day < 30; day++) {
      for (let n = 0; n < 2; n++) {
        const { status, body } = await server.start({}, from(day * 256 + n))
        if (status !== 201) continue
        for (let guess = 0; guess < 5; guess++) {
          server.advance(1)
          await server.check(body.verificationId, server.wrongCode(), from(day * 256 + n))
          if (server.asked('/verify') > asked) last = server.time
          asked = server.asked('/verify')
        }
        server.advance(700)
      }
      server.advance(DAY)
    }
    expect(asked).toBe(100)
    server.time = last + 90 * DAY * 1000 - 1
    expect((await server.start({}, from(90 * 256))).status).not.toBe(201)
    expect((await server.start({ phoneNumber: number(1) }, from(90 * 256))).status).toBe(201)
    server.time++
    expect((await server.start({}, from(91 * 256))).status).toBe(201)
  })

  it('of wrong codes in a row are not forgotten while somebody tries one a week (SR-D06)', async () => {
    for (let week = 0; week < 104; week++) {
      const { status, body } = await server.start({}, from(week * 256))
      expect(status).toBe(week < 100 ? 201 : 403)
      if (status === 201) await server.check(body.verificationId, server.wrongCode(), from(week * 256))
      server.advance(7 * DAY)
    }
    expect(server.asked('/verify')).toBe(100)
  })

  it('of checks hold for an address, which is told to wait', async () => {
    const told: unknown[] = []
    for (let n = 0; n < 20; n++) {
      const { body } = await server.start({ phoneNumber: number(n) }, from(n * 256))
      for (let guess = 0; guess < 5; guess++) {
        server.advance(1)
        told.push((await server.check(body.verificationId, server.wrongCode(number(n)), from(77))).body.code)
      }
    }
    expect(told.slice(0, 60)).not.toContain('rate_limited')
    expect(new Set(told.slice(60))).toEqual(new Set(['rate_limited']))
    expect(server.asked('/verify')).toBe(60)
  })
})
