import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { Webhook } from 'standardwebhooks'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Alert } from '../observe/alert.js'
import type { ServerEvent } from '../observe/events.js'
import { StoreError } from '../store/store.js'
import { TestServer, testSite } from '../test/harness.js'
import { webhook } from './webhook.js'

const SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`

const OTHER = 'https://other.example'

/** Somebody who is woken up: takes posts of alerts over HTTP. */
async function receiver() {
  const taken: { id: string; type: string; data: Alert }[] = []
  const refusals: number[] = []
  const server = createServer((request, response) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => {
      const status = refusals.shift()
      if (status === undefined) {
        const body = Buffer.concat(parts).toString()
        const headers = request.headers as Record<string, string>
        const { type, data } = new Webhook(SECRET).verify(body, headers) as { type: string; data: Alert }
        taken.push({ id: headers['webhook-id']!, type, data })
      }
      response.writeHead(status ?? 204, status === 307 ? { Location: '/elsewhere' } : {}).end()
    })
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/alerts`
  return { url, taken, refusals, stop: () => server.close() }
}

describe('alerts (SR-K07)', () => {
  let server: TestServer
  let phone: Awaited<ReturnType<typeof receiver>>
  let waits: number[]
  let events: ServerEvent[]
  const site = testSite({
    ...{ shadow: false, dailyBudget: 1000, challenge: { kind: 'none' } },
    // Less than a message is left of it in the end.
    dailySpend: { limit: 20.15, price: () => 0.2 },
  })
  beforeEach(async () => {
    phone = await receiver()
    waits = []
    events = []
    const { notify } = webhook(
      { url: phone.url, secret: SECRET },
      {
        observe: (event) => events.push(event),
        random: randomBytes,
        now: Date.now,
        sleep: async (milliseconds) => void waits.push(milliseconds),
      },
    )
    server = await TestServer.start({ sites: [site], deps: { notify, trustedProxies: 1 } })
  })
  afterEach(async () => {
    await server.stop()
    phone.stop()
  })

  let strangers = 0
  const stranger = (phoneNumber: string) =>
    server.start({ phoneNumber }, { 'X-Forwarded-For': `2001:db8:${(++strangers).toString(16)}::1` })
  const inRange = (range: number, n: number) => `+1202${200 + range}${String(1000 + n)}`
  async function dry(range: number): Promise<void> {
    for (let n = 0; n < 6; n++) await stranger(inRange(range, n))
  }
  async function prove(phoneNumber: string): Promise<void> {
    const { body } = await stranger(phoneNumber)
    const from = { 'X-Forwarded-For': '10.0.0.1' }
    expect((await server.check(body.verificationId, server.code(phoneNumber), from)).status).toBe(200)
  }
  const told = () => phone.taken.map(({ data }) => data)
  const toldOf = (alert: Alert['alert']) => told().filter((one) => one.alert === alert)
  const settled = () => sleep(50)

  it('tells at once of the first range that runs dry in a country where nobody was proven, once', async () => {
    await dry(1)
    await expect.poll(told).toHaveLength(1)
    expect(phone.taken[0]).toMatchObject({
      type: 'otp-verify.new_country',
      data: { alert: 'new_country', sitekey: 'shop', country: 'US', range: '+1202201' },
    })
    await dry(2)
    await settled()
    expect(toldOf('new_country')).toHaveLength(1)
  })

  it('tells of a range though the store could not be asked when it first ran dry', async () => {
    const { store } = server.deps
    const consume = store.consume.bind(store)
    const away = vi.spyOn(store, 'consume').mockImplementation((charges, by) => {
      if (!charges[0]!.key.startsWith('alert:')) return consume(charges, by)
      return Promise.reject(new StoreError('It is away.'))
    })
    await dry(1)
    await settled()
    expect(told()).toEqual([])
    away.mockRestore()
    await stranger(inRange(1, 9))
    await expect.poll(told).toHaveLength(1)
  })

  it('not where numbers are proven', async () => {
    await prove(inRange(0, 0))
    await dry(1)
    await settled()
    expect(toldOf('new_country')).toEqual([])
  })

  it('tells of three ranges that run dry within ten minutes, once an hour, and not of three in an hour', async () => {
    await prove(inRange(0, 0))
    for (const range of [1, 2]) await dry(range)
    server.advance(601)
    await dry(3)
    await settled()
    expect(toldOf('ranges')).toEqual([])
    await dry(4)
    await dry(5)
    await expect.poll(() => toldOf('ranges')).toHaveLength(1)
    await dry(6)
    await settled()
    expect(toldOf('ranges')).toHaveLength(1)
    server.advance(601)
    for (const range of [3, 4, 5]) await dry(range)
    await settled()
    expect(toldOf('ranges')).toHaveLength(1)
    // The same ranges again.
    server.advance(3601)
    for (const range of [3, 4, 5]) await dry(range)
    await expect.poll(() => toldOf('ranges')).toHaveLength(2)
  })

  it('tells each of two sites whose ranges run dry, though they share what a range is charged', async () => {
    await server.stop()
    const other = { ...testSite({ shadow: false, challenge: { kind: 'none' } }, OTHER), sitekey: 'other' }
    const { notify } = server.deps
    server = await TestServer.start({ sites: [site, other], deps: { notify: notify!, trustedProxies: 1 } })
    await dry(1)
    await expect.poll(told).toHaveLength(1)
    const from = { Origin: OTHER, 'X-Forwarded-For': '2001:db8:ffff::1' }
    expect((await server.start({ phoneNumber: inRange(1, 9), sitekey: 'other' }, from)).status).toBe(403)
    await expect.poll(() => toldOf('new_country').map((alert) => alert.sitekey)).toEqual(['shop', 'other'])
  })

  it('tells of half, four fifths and all of a budget, in messages and in money (SR-D09)', async () => {
    for (let n = 0; n < 70; n++) {
      await prove(inRange(n, 7))
      server.advance(10)
    }
    expect(toldOf('reserve')).toEqual([])
    // The rest is for numbers that are known.
    for (const n of [70, 71]) expect((await stranger(inRange(n, 7))).status).toBe(403)
    await expect.poll(() => toldOf('reserve')).toHaveLength(1)
    for (let n = 0; n < 30; n++) expect((await stranger(inRange(n, 7))).status).toBe(201)
    await expect.poll(() => toldOf('spend')).toHaveLength(2)
    expect((await stranger(inRange(30, 7))).status).toBe(403)
    await expect.poll(() => toldOf('spend')).toHaveLength(3)
    expect(toldOf('spend').map(({ level }) => level)).toEqual([50, 80, 100])
    // Not again on the same day.
    server.advance(2 * 3600)
    expect((await stranger(inRange(0, 7))).status).toBe(403)
    await settled()
    expect(toldOf('spend')).toHaveLength(3)
    expect(toldOf('budget')).toEqual([])
    await settled()
    expect(toldOf('reserve')).toEqual([{ alert: 'reserve', sitekey: 'shop' }])
  })

  it.each([false, true])(
    'tells once a day that newcomers are refused, in shadow (%s) too (SR-D09)',
    async (shadow) => {
      await server.stop()
      const { notify } = server.deps
      const small = testSite({ shadow, dailyBudget: 10, challenge: { kind: 'none' } })
      server = await TestServer.start({ sites: [small], deps: { notify: notify!, trustedProxies: 1 } })
      for (const days of [1, 2]) {
        for (let n = 0; n < 7; n++) expect((await stranger(inRange(10 * days + n, 1))).status).toBe(201)
        await settled()
        expect(toldOf('reserve')).toHaveLength(days - 1)
        for (let n = 0; n < 5; n++) expect((await stranger(inRange(10 * days, 100 + n))).status).toBe(403)
        await expect.poll(() => toldOf('reserve')).toHaveLength(days)
        server.advance(24 * 3600)
      }
      await settled()
      expect(toldOf('reserve')).toHaveLength(2)
    },
  )

  it('tells when of the last hours’ codes less than half as many are entered as of the week’s', async () => {
    for (let n = 0; n < 100; n++) {
      await prove(inRange(n, n))
      server.advance(3600)
    }
    server.advance(3 * 3600)
    // In ranges that are open, so that there is credit; from the twentieth on it is a drop.
    for (let n = 0; n < 40; n++) await stranger(inRange(n, 500))
    server.advance(240)
    expect(toldOf('conversion')).toEqual([])
    await stranger(inRange(50, 500))
    await expect.poll(() => toldOf('conversion')).toHaveLength(1)
    expect(toldOf('conversion')[0]).toMatchObject({ lately: 0, week: 71 })
    expect(server.events).toContainEqual({ event: 'alert', ...toldOf('conversion')[0] })
  })

  it('sends again what nobody took, with the same id, and follows no redirection', async () => {
    phone.refusals.push(500, 307)
    await dry(1)
    await expect.poll(told).toHaveLength(1)
    expect(waits).toEqual([1000, 5000])
    phone.refusals.push(500, 500, 500, 500)
    await dry(2)
    await dry(3)
    await expect.poll(() => events.filter(({ event }) => event === 'failure')).toHaveLength(1)
    expect(events.find(({ event }) => event === 'failure')).toMatchObject({
      operation: 'alert',
      alert: 'ranges',
    })
    expect(told()).toHaveLength(1)
    // The next request that would tell it does.
    await dry(4)
    await expect.poll(() => toldOf('ranges')).toHaveLength(1)
  })

  it('posts twenty at once, and as many again once those are taken; gives up one that nobody answers', async () => {
    const answers: (() => void)[] = []
    const silent = createServer((_, response) => void answers.push(() => response.writeHead(204).end()))
    await new Promise<void>((listening) => silent.listen(0, '127.0.0.1', listening))
    const pauses: number[] = []
    const { notify } = webhook(
      { url: `http://127.0.0.1:${(silent.address() as AddressInfo).port}`, secret: SECRET },
      {
        observe: (event) => events.push(event),
        random: randomBytes,
        now: Date.now,
        sleep: async (milliseconds) => void pauses.push(milliseconds),
      },
    )
    const onLost = vi.fn(async () => {})
    const many = () =>
      Array.from({ length: 25 }, () => notify({ alert: 'guessing', sitekey: 'shop' }, onLost))
    many()
    await expect.poll(() => answers).toHaveLength(20)
    await settled()
    expect(answers).toHaveLength(20)
    for (const answer of answers.splice(0)) answer()
    await expect.poll(() => onLost.mock.calls).toHaveLength(5)
    expect(events[0]).toMatchObject({ event: 'failure', error: 'TooMany', alert: 'guessing' })
    await settled()
    many()
    await expect.poll(() => answers).toHaveLength(20)
    for (const answer of answers.splice(0)) answer()
    await settled()
    const patience = vi.spyOn(AbortSignal, 'timeout').mockReturnValueOnce(AbortSignal.abort())
    notify({ alert: 'guessing', sitekey: 'shop' })
    await expect.poll(() => pauses).toEqual([1000])
    expect(patience).toHaveBeenCalledWith(5000)
    patience.mockRestore()
    silent.close()
    silent.closeAllConnections()
  })

  it('goes out once more, at once, where the server stops before it was taken, and is told of as lost at last', async () => {
    const never = new Promise<void>(() => {})
    const failures: ServerEvent[] = []
    const observe = (event: ServerEvent) => failures.push(event)
    const deps = { observe, random: randomBytes, now: Date.now, sleep: () => never }
    const poster = () => webhook({ url: phone.url, secret: SECRET }, deps)
    const [kept, lost] = [poster(), poster()]
    phone.refusals.push(503)
    kept.notify({ alert: 'guessing', sitekey: 'shop' })
    await expect.poll(() => phone.refusals).toEqual([])
    await kept.stop()
    expect(told()).toMatchObject([{ alert: 'guessing' }])
    expect(failures).toEqual([])
    phone.refusals.push(503, 503)
    lost.notify({ alert: 'guessing', sitekey: 'shop' })
    await expect.poll(() => phone.refusals).toHaveLength(1)
    await lost.stop()
    expect(phone.refusals).toEqual([])
    expect(told()).toHaveLength(1)
    expect(failures).toMatchObject([{ event: 'failure', operation: 'alert' }])
  })

  it('is in the log and the metrics too, without a number', async () => {
    await dry(1)
    await expect.poll(() => server.events.some(({ event }) => event === 'alert')).toBe(true)
    const alert = server.events.find(({ event }) => event === 'alert')
    expect(alert).toEqual({ event: 'alert', alert: 'new_country', sitekey: 'shop', country: 'US' })
  })
})
