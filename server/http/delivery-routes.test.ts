import { once } from 'node:events'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createAdaptorServer } from '@hono/node-server'
import { expect, describe, it, onTestFinished, vi } from 'vitest'
import { PATHS } from '../../contract/index.js'
import { digestsUnder } from '../pepper/digests.js'
import { infobipDeliveryReports, USERNAME } from '../provider/infobip/delivery-reports.js'
import { infobipProvider } from '../provider/infobip/infobip.js'
import { startSandbox } from '../sandbox/index.js'
import { memoryStore } from '../store/memory.js'
import { StoreError, type Store } from '../store/store.js'
import { fill } from '../store/test/machine-stores.js'
import { accountOf, NUMBER, ORIGIN, TestServer, testSite } from '../test/harness.js'

const PASSWORD = 'delivery-password-canary-7c1b2f90'
const deliveryReports = infobipDeliveryReports(PASSWORD)

const basic = (password: string, username = USERNAME) => ({
  Authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`,
})

/** A report as Infobip's SMS API posts it. */
const report = (messageId: string, groupName = 'DELIVERED', to: string | null = NUMBER.slice(1)) => ({
  ...{ messageId, to, sender: 'shop', sentAt: '2026-01-15T12:00:00.000+0000', messageCount: 1 },
  status: { groupId: 3, groupName, id: 5, name: 'DELIVERED_TO_HANDSET', description: '…' },
  error: { groupId: 0, groupName: 'OK', id: 0, name: 'NO_ERROR', permanent: false },
})

async function serve(over: Parameters<typeof testSite>[0] = {}, deps: { store?: Store } = {}) {
  const server = await TestServer.start({ sites: [testSite(over)], deps: { deliveryReports, ...deps } })
  onTestFinished(() => server.stop())
  const tell = (body: unknown, headers: Record<string, string> = basic(PASSWORD)) =>
    server.app.request(PATHS.deliveryReports, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    })
  const told = () => server.events.filter(({ event }) => event === 'delivery')
  return { server, tell, told }
}

describe('delivery reports', () => {
  it('are counted with the number’s digest, country and type, each once however often it comes', async () => {
    const { server, tell, told } = await serve()
    const first = { results: [report('m1'), report('m2', 'UNDELIVERABLE', '447400123456')] }
    for (let times = 0; times < 2; times++) expect((await tell(first)).status).toBe(204)
    await tell({
      results: [report('m3', 'PENDING'), report('m1', 'EXPIRED'), report('m4', 'REJECTED', null)],
    })
    const ref = (number: string) => digestsUnder(server.deps.pepper).ref(number)
    const number = { ref: ref(NUMBER), country: 'US', numberType: 'FIXED_LINE_OR_MOBILE' }
    const british = { ref: ref('+447400123456'), country: 'GB', numberType: 'MOBILE' }
    expect(told()).toEqual([
      { event: 'delivery', outcome: 'delivered', ...number },
      { event: 'delivery', outcome: 'undeliverable', ...british },
      { event: 'delivery', outcome: 'expired', ...number },
      { event: 'delivery', outcome: 'rejected' },
    ])
  })

  it.each([
    ['nobody', {}],
    ['another password', basic(`${PASSWORD}x`)],
    ['another name', basic(PASSWORD, 'admin')],
    ['a password in another scheme', { Authorization: `App ${PASSWORD}` }],
  ])('are not taken from %s', async (_, headers) => {
    const { tell, told } = await serve()
    expect((await tell({ results: [report('m1')] }, headers)).status).toBe(401)
    expect(told()).toEqual([])
  })

  it.each<[string, unknown, number]>([
    ['no JSON', '{"results":', 422],
    ['no list', { results: {} }, 422],
    ['a list of something else', { results: [{ id: 1 }] }, 422],
    ['too many at once', { results: Array.from({ length: 1001 }, (_, n) => report(`m${n}`)) }, 422],
    ['more than is read', { results: [], padding: ' '.repeat(1_000_000) }, 413],
  ])('that are %s are refused', async (_, body, status) => {
    const { tell, told } = await serve()
    expect((await tell(body)).status).toBe(status)
    expect(told()).toEqual([])
  })

  it('of another shape cost those beside them nothing', async () => {
    const { tell, told } = await serve()
    const odd = [
      { id: 1 },
      null,
      'm1',
      { ...report('m2'), messageId: 'm 2' },
      { ...report('m3'), status: {} },
    ]
    const answer = await tell({ results: [report('m1'), ...odd, report('m4', 'EXPIRED')] })
    expect(answer.status).toBe(204)
    expect(told()).toMatchObject([{ outcome: 'delivered' }, { outcome: 'expired' }])
  })

  it('that make no sense as numbers are counted without a country', async () => {
    const { tell, told } = await serve()
    await tell({ results: [report('m1', 'DELIVERED', 'ALICE'), report('m2', 'DELIVERED', '1'.repeat(30))] })
    expect(told()).toEqual([
      { event: 'delivery', outcome: 'delivered' },
      { event: 'delivery', outcome: 'delivered' },
    ])
  })

  it('earn no credit, forged or not: a range that nobody has proven stays as dry as it was (SR-K04)', async () => {
    const { server, tell } = await serve({ shadow: false })
    const number = (n: number) => `+1202555${String(1000 + n)}`
    const start = (n: number) =>
      server.start({ phoneNumber: number(n) }, { 'X-Forwarded-For': `203.0.113.${n}` })
    const before: number[] = []
    for (let n = 0; n < 4; n++) before.push((await start(n)).status)
    expect(before).toEqual([201, 201, 201, 403])
    for (let n = 0; n < 3; n++) await tell({ results: [report(`m${n}`, 'DELIVERED', number(n).slice(1))] })
    expect((await start(5)).status).toBe(403)
  })

  it('are taken in a store that newcomers have filled (SR-D20)', async () => {
    const store = memoryStore({ capacity: 16 })
    const { tell, told } = await serve({}, { store })
    await fill((n) => store.claim(`key ${n}`, 'newcomer', 60_000))
    expect((await tell({ results: [report('m1')] })).status).toBe(204)
    expect(told()).toMatchObject([{ outcome: 'delivered' }])
  })

  it('are refused while the store is away, so that the service repeats them', async () => {
    const store = memoryStore()
    const claim = vi.spyOn(store, 'claim').mockRejectedValueOnce(new StoreError('away'))
    const { tell, told } = await serve({}, { store })
    expect((await tell({ results: [report('m1')] })).status).toBe(503)
    expect([claim.mock.calls.length, told()]).toEqual([1, []])
    expect((await tell({ results: [report('m1')] })).status).toBe(204)
    expect(told()).toMatchObject([{ outcome: 'delivered' }])
  })

  it('come from no page: their answers may be read by none, not even one of the site (SR-E04)', async () => {
    const { server, tell } = await serve()
    const asks = {
      'Access-Control-Request-Method': 'POST',
      'Access-Control-Request-Headers': 'authorization',
    }
    const preflight = await server.app.request(PATHS.deliveryReports, {
      method: 'OPTIONS',
      headers: { Origin: ORIGIN, ...asks },
    })
    expect([preflight.status, preflight.headers.get('Allow')]).toEqual([405, 'POST'])
    const told = await tell({ results: [report('m1')] }, { ...basic(PASSWORD), Origin: ORIGIN })
    expect(told.status).toBe(204)
    const refused = await tell({ results: [] }, { Origin: ORIGIN })
    expect(refused.status).toBe(401)
    for (const { headers } of [preflight, told, refused]) {
      expect([...headers.keys()].filter((name) => name.startsWith('access-control-'))).toEqual([])
    }
  })

  it('have no address where no password for them is configured', async () => {
    const server = await TestServer.start()
    onTestFinished(() => server.stop())
    expect((await server.post(PATHS.deliveryReports, { results: [] }, basic(PASSWORD))).status).toBe(404)
  })

  it('are asked for with the message, and come from the sandbox over HTTP', async () => {
    const sandbox = await startSandbox({ port: 0 })
    onTestFinished(() => sandbox.stop())
    const account = accountOf(sandbox)
    const provider = infobipProvider({ ...account, deliverySecret: PASSWORD })
    const server = await TestServer.start({ deps: { deliveryReports, provider } })
    onTestFinished(() => server.stop())
    const listener = createAdaptorServer({ fetch: server.app.fetch, overrideGlobalObjects: false }) as Server
    listener.listen(0, '127.0.0.1')
    await once(listener, 'listening')
    onTestFinished(() => void listener.close())
    const url = `http://127.0.0.1:${(listener.address() as AddressInfo).port}${PATHS.deliveryReports}`
    sandbox.reportDeliveries({ url, username: USERNAME, password: PASSWORD })
    const { verificationId } = (await server.start()).body
    const delivered = () => server.events.filter(({ event }) => event === 'delivery')
    await expect.poll(delivered).toMatchObject([{ outcome: 'delivered', country: 'US' }])
    server.advance(31)
    await server.resend(verificationId, { channel: 'voice' })
    await expect.poll(() => delivered().length).toBe(2)
  })
})
