import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { PATHS } from '../../contract/index.js'
import { PageKey, type ProvenCall } from '../guard/test/page-key.js'
import { TestServer, testSite } from '../test/harness.js'
import type { Store } from '../store/store.js'
import { fill, machineStores } from '../store/test/machine-stores.js'

const SECRET = 'otps_0123456789abcdef0123456789abcdef0123456789abc'
const OTHER = { Origin: 'https://other.example', 'X-Forwarded-For': '10.9.9.9' }
const VICTIM = { 'X-Forwarded-For': '10.8.8.8' }
const THIEF = { 'X-Forwarded-For': '10.7.7.7' }

let server: TestServer
let store: Store
const { stores } = machineStores()
afterEach(async () => {
  await server.stop()
  await store.close()
})

describe.each(stores)('proofs of keys in a %s store', (_, open) => {
  beforeEach(async () => {
    const site = { shadow: false, secrets: [SECRET], senderConstraint: true }
    const other = { shadow: false, sitekey: 'other', secrets: [`${SECRET}x`] }
    store = open({ now: () => server.time, capacity: 200 })
    server = await TestServer.start({
      sites: [testSite(site), testSite(other, OTHER.Origin)],
      deps: { store, trustedProxies: 1 },
    })
  })

  const visitor = () => PageKey.make(() => server.time)
  const headers = async (key: PageKey, call: ProvenCall, from: Record<string, string>) => ({
    ...(await key.header(call)),
    ...from,
  })

  /** Somebody whose code is on its way, and a token of the other site. @returns what finds that both are good. */
  async function underWay() {
    const page = await visitor()
    const phoneNumber = '+12125550111'
    const { body } = await server.start({ phoneNumber }, await headers(page, 'start', VICTIM))
    const elsewhere = '+12135550112'
    const begun = await server.start({ phoneNumber: elsewhere, sitekey: 'other' }, OTHER)
    const { token } = (await server.check(begun.body.verificationId, server.code(elsewhere), OTHER)).body
    return async function finishes() {
      const from = await headers(page, 'check', VICTIM)
      expect((await server.check(body.verificationId, server.code(phoneNumber), from)).status).toBe(200)
      const redeemed = await server.post(PATHS.siteverify, { secret: `${SECRET}x`, response: token })
      expect(redeemed.body).toMatchObject({ success: true })
    }
  }

  it('are remembered of starts that are let in alone, so that one address cannot fill it (SR-D20)', async () => {
    const finishes = await underWay()
    const thief = await visitor()
    for (let n = 0; n < 300; n++) await server.start({}, await headers(thief, 'start', THIEF))
    server.advance(2)
    expect(await store.claim('of another', 'newcomer', 1000)).toBe(true)
    await finishes()
  })

  it('are remembered of a verification up to a hundred times, and not for being sent again (SR-D20)', async () => {
    const finishes = await underWay()
    const thief = await visitor()
    const { body } = await server.start({}, await headers(thief, 'start', THIEF))
    const status = async (from: Record<string, string>) =>
      (await server.status(body.verificationId, from)).status
    const first = await headers(thief, 'status', THIEF)
    expect(await status(first)).toBe(200)
    for (let n = 0; n < 200; n++) expect(await status(first)).toBe(404)
    const told: number[] = []
    for (let n = 0; n < 300; n++) told.push(await status(await headers(thief, 'status', THIEF)))
    expect(told).toEqual([...Array<number>(99).fill(200), ...Array<number>(201).fill(404)])
    expect(await store.claim('of another', 'newcomer', 1000)).toBe(true)
    await finishes()
  })

  it('are remembered of retries of a start up to a hundred times (SR-D20)', async () => {
    const finishes = await underWay()
    const thief = await visitor()
    const key = { ...THIEF, 'Idempotency-Key': '0'.repeat(36) }
    expect((await server.start({}, await headers(thief, 'start', key))).status).toBe(201)
    const told: number[] = []
    for (let n = 0; n < 300; n++)
      told.push((await server.start({}, await headers(thief, 'start', key))).status)
    expect(told).toEqual([...Array<number>(100).fill(201), ...Array<number>(200).fill(422)])
    expect(await store.claim('of another', 'newcomer', 1000)).toBe(true)
    await finishes()
  })

  it('find room for those under way, as tokens do, when newcomers have filled it (SR-D20)', async () => {
    const finishes = await underWay()
    const retrying = await visitor()
    const key = { ...THIEF, 'Idempotency-Key': '0'.repeat(36) }
    const begun = { phoneNumber: '+12145550113' }
    const start = async () => (await server.start(begun, await headers(retrying, 'start', key))).status
    expect(await start()).toBe(201)
    await fill((n) => store.claim(`key ${n}`, 'newcomer', 600_000))
    const refused = await server.start({}, await headers(await visitor(), 'start', THIEF))
    expect(refused.body.code).toBe('service_unavailable')
    expect(await start()).toBe(201)
    await finishes()
  })
})
