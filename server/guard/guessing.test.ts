import { afterEach, describe, expect, it, vi } from 'vitest'
import { solution } from '../challenge/test/visitors.js'
import type { Alert } from '../observe/alert.js'
import { digestsUnder } from '../pepper/digests.js'
import type { Site } from '../site/site.js'
import { memoryStore } from '../store/memory.js'
import { NUMBER, TestServer, testSite } from '../test/harness.js'
import { conversionCounts } from './conversion.js'
import { wrongCounts, guessingOver } from './guessing.js'
import { namesUnder } from './names.js'

const OTHER_ORIGIN = 'https://other.example'
const MINUTE = 60_000
const DAY = 24 * 60 * MINUTE

/** Numbers of ranges that nobody else asks for. */
const number = (n: number) =>
  `+1${['202', '213', '312', '415'][n % 4]}${5_540_123 - Math.floor(n / 4) * 10_000}`
const from = (n: number) => ({ 'X-Forwarded-For': `10.1.${n}.1` })

describe('while somebody guesses', () => {
  let server: TestServer
  let alerts: Alert[]
  afterEach(() => server.stop())

  async function startWith(over: Partial<Site> = {}, store?: ReturnType<typeof memoryStore>): Promise<void> {
    alerts = []
    server = await TestServer.start({
      sites: [
        testSite({ shadow: false, longCodeLength: 8, ...over }),
        testSite({ shadow: false, longCodeLength: 8, sitekey: 'other' }, OTHER_ORIGIN),
      ],
      deps: { trustedProxies: 1, notify: (alert) => alerts.push(alert), ...(store && { store }) },
    })
  }

  /** Tries so many wrong codes of each of so many numbers. */
  async function guess(numbers: number, each: number, first = 0): Promise<void> {
    for (let n = first; n < first + numbers; n++) {
      const { body, status } = await server.start({ phoneNumber: number(n) }, from(n))
      expect(status, number(n)).toBe(201)
      for (let tried = 0; tried < each; tried++) {
        server.advance(1)
        await server.check(body.verificationId, server.wrongCode(number(n)), from(n))
      }
    }
  }

  it('codes of new starts have eight digits, those on their way six, and all are checked so (M11)', async () => {
    await startWith()
    const earlier = await server.start({}, from(200))
    expect(earlier.body.codeLength).toBe(6)
    await guess(10, 5)
    server.advance(5)
    const phoneNumber = '+385911234567'
    const { body } = await server.start({ phoneNumber }, from(201))
    expect(body.codeLength).toBe(8)
    expect(server.code(phoneNumber)).toMatch(/^[0-9]{8}$/)
    expect((await server.status(earlier.body.verificationId, from(200))).body.codeLength).toBe(6)
    expect((await server.status(body.verificationId, from(201))).body.codeLength).toBe(8)
    server.advance(30)
    expect((await server.resend(body.verificationId, {}, from(201))).body.codeLength).toBe(8)
    expect((await server.check(body.verificationId, '123456', from(201))).body.code).toBe('invalid_code')
    expect((await server.check(body.verificationId, server.code(phoneNumber), from(201))).status).toBe(200)
    expect((await server.check(earlier.body.verificationId, server.code(), from(200))).status).toBe(200)
  })

  it('it is over by itself ten minutes after the last wrong code, and long codes stay long (M11)', async () => {
    await startWith({ codeLifetime: 600 })
    await guess(10, 5)
    server.advance(5)
    const long = await server.start({}, from(200))
    expect(long.body.codeLength).toBe(8)
    server.advance(500)
    expect((await server.start({ phoneNumber: number(50) }, from(201))).body.codeLength).toBe(8)
    server.advance(95)
    expect((await server.status(long.body.verificationId, from(200))).body).toMatchObject({ codeLength: 8 })
    server.advance(5)
    expect((await server.start({ phoneNumber: number(51) }, from(202))).body.codeLength).toBe(6)
  })

  it('starts need a solved challenge where the site has one; other sites are left alone (M11)', async () => {
    await startWith({ challenge: { kind: 'altcha' } })
    await guess(10, 5)
    server.advance(5)
    const refused = await server.start({}, from(200))
    expect(refused).toMatchObject({ status: 403, body: { code: 'challenge_required' } })
    expect(server.events.findLast(({ event }) => event === 'refused')).toMatchObject({ reason: 'guessing' })
    const other = await server.start({ sitekey: 'other' }, { ...from(201), Origin: OTHER_ORIGIN })
    expect(other).toMatchObject({ status: 201, body: { codeLength: 6 } })
    server.advance(30)
    const challenge = await solution(server, { phoneNumber: NUMBER }, from(200))
    expect((await server.start({ challenge }, from(200))).body.codeLength).toBe(8)
  })

  it('a start without a solved challenge is told the same of a number that is being verified just now (SR-D01)', async () => {
    await startWith({ challenge: { kind: 'altcha' } })
    await guess(10, 5)
    server.advance(5)
    const told = async () => {
      const { status, headers, body } = await server.start({}, from(200))
      return [status, body.code, headers.get('Retry-After')]
    }
    const quiet = await told()
    const challenge = await solution(server, { phoneNumber: NUMBER }, from(201))
    expect((await server.start({ challenge }, from(201))).status).toBe(201)
    expect([quiet, await told()]).toEqual(Array(2).fill([403, 'challenge_required', null]))
  })

  it('fifty visitors of seventy who mistype once are no wave', async () => {
    await startWith({ shadow: true })
    const mistyped = async (first: number) => {
      await guess(50, 1, first)
      await guess(20, 0, first + 50)
    }
    await mistyped(0)
    server.advance(5)
    expect((await server.start({}, from(200))).body.codeLength).toBe(6)
  })

  it('in shadow the challenge is only spoken of, and codes are long all the same', async () => {
    await startWith({ shadow: true, challenge: { kind: 'altcha' } })
    await guess(10, 5)
    server.advance(5)
    expect((await server.start({}, from(200))).body.codeLength).toBe(8)
    const shadowed = server.events.filter((one) => one.event === 'shadowed' && one.rule === 'guessing')
    expect(shadowed).toHaveLength(1)
  })

  it('codes stay as they are without a template of longer ones', async () => {
    await startWith({ longCodeLength: undefined })
    await guess(10, 5)
    server.advance(5)
    expect((await server.start({}, from(200))).body.codeLength).toBe(6)
  })

  it('somebody is woken up, once an hour (SR-K07)', async () => {
    await startWith()
    await guess(9, 5)
    server.advance(5)
    await guess(2, 5, 9)
    await vi.waitFor(() => expect(alerts).toContainEqual({ alert: 'guessing', sitekey: 'shop' }))
    server.advance(5)
    await guess(1, 5, 11)
    expect(alerts.filter(({ alert }) => alert === 'guessing')).toHaveLength(1)
  })

  it('every server of the store knows: the one that saw no wrong code too (M11)', async () => {
    let time = Date.UTC(2026, 0, 15, 12)
    const store = memoryStore({ now: () => time })
    const [seeing, asked] = [guessingOver(store), guessingOver(store)]
    expect(await asked.isOn('shop')).toBe(false)
    for (let n = 0; n < 50; n++) await store.consume(wrongCounts('shop', time))
    time += 5000
    expect(await seeing.isOn('shop')).toBe(true)
    expect(await asked.isOn('shop')).toBe(true)
  })
})

describe('a site is guessed at', () => {
  const names = namesUnder(digestsUnder(Buffer.alloc(32, 7)))
  const route = { sitekey: 'shop', country: 'IT', e164: '+393201234567', address: undefined, ticketed: false }

  /** Whether it is, after a week of days and ten minutes of so many starts and wrong codes. */
  async function isOn(day: { started: number; wrong: number }, lately: { started: number; wrong: number }) {
    let now = Date.UTC(2026, 0, 8, 12)
    const store = memoryStore({ now: () => now })
    const add = async ({ started, wrong }: typeof day) => {
      const counts = conversionCounts(route, names, 'started', now)
      if (started > 0) await store.consume(counts.map((one) => ({ ...one, amount: started })))
      if (wrong > 0) await store.consume(wrongCounts('shop', now).map((one) => ({ ...one, amount: wrong })))
    }
    for (let n = 0; n < 7; n++) {
      await add(day)
      now += DAY
    }
    await add({ started: Math.floor(lately.started / 2), wrong: Math.floor(lately.wrong / 2) })
    now += 9 * MINUTE
    await add({ started: Math.ceil(lately.started / 2), wrong: Math.ceil(lately.wrong / 2) })
    return guessingOver(store).isOn('shop')
  }
  const usual = { started: 10_000, wrong: 1000 }
  const nothing = { started: 0, wrong: 0 }

  it('by more than eight times the wrong codes of a start that its week had (M11)', async () => {
    expect(await isOn(usual, { started: 1000, wrong: 800 })).toBe(false)
    expect(await isOn(usual, { started: 1000, wrong: 802 })).toBe(true)
    const careful = { started: 10_000, wrong: 200 }
    expect(await isOn(careful, { started: 1000, wrong: 150 })).toBe(false)
    expect(await isOn(careful, { started: 1000, wrong: 200 })).toBe(true)
  })

  it('not by being busy: ten times the visitors have ten times the wrong codes', async () => {
    expect(await isOn(usual, { started: 100_000, wrong: 12_000 })).toBe(false)
  })

  it('not by fewer than fifty wrong codes', async () => {
    expect(await isOn(usual, { started: 10, wrong: 49 })).toBe(false)
    expect(await isOn(usual, { started: 10, wrong: 50 })).toBe(true)
  })

  it('before it has a week: as if one wrong code in ten starts were its usual', async () => {
    expect(await isOn(nothing, { started: 100, wrong: 80 })).toBe(false)
    expect(await isOn(nothing, { started: 100, wrong: 82 })).toBe(true)
  })

  it('also after a week of waves, which excuse no other', async () => {
    expect(await isOn({ started: 1000, wrong: 5000 }, { started: 100, wrong: 200 })).toBe(false)
    expect(await isOn({ started: 1000, wrong: 5000 }, { started: 100, wrong: 202 })).toBe(true)
  })
})
