import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Alert } from '../observe/alert.js'
import type { Store } from '../store/store.js'
import { tally } from '../store/test/bench.js'
import { fill, machineStores } from '../store/test/machine-stores.js'
import { TestServer, testSite } from '../test/harness.js'
import { watchProvider } from './provider.js'
import { tellerOver } from './teller.js'

const DAY = 24 * 60 * 60_000

const { stores } = machineStores()

describe.each(stores)('in a %s store that newcomers have filled', (_, open) => {
  let server: TestServer
  let store: Store
  let alerts: Alert[]
  let strangers = 0

  /** A server with so much credit for each range of numbers. */
  async function startWith(initial: number): Promise<void> {
    store = open({ now: () => server.time, capacity: 160 })
    const usual = testSite()
    const { range } = usual.policy.credits
    const credits = { ...usual.policy.credits, range: { ...range, initial } }
    server = await TestServer.start({
      sites: [{ ...usual, shadow: false, policy: { ...usual.policy, credits } }],
      deps: { store, notify: (alert) => void alerts.push(alert), trustedProxies: 1 },
    })
  }
  const stranger = (range: number, n: number) =>
    server.start(
      { phoneNumber: `+1202${200 + range}${1000 + n}` },
      { 'X-Forwarded-For': `2001:db8:${(++strangers).toString(16)}::1` },
    )
  const fillStore = () => fill((n) => store.consume([tally(`account ${n}`, 3, DAY)]))

  beforeEach(() => void (alerts = []))
  afterEach(async () => {
    await server.stop()
    await store.close()
  })

  it('a provider that refuses its key is told of (SR-D20, SR-K07)', async () => {
    await startWith(3)
    await fillStore()
    const { observe, notify } = server.deps
    const called = watchProvider(tellerOver({ store, notify: notify!, observe }))
    called({ operation: 'send', outcome: 'unavailable', milliseconds: 1, status: 401, alarm: true })
    await expect.poll(() => alerts).toEqual([{ alert: 'provider', reason: 'refused' }])
    expect(server.events).toContainEqual({ event: 'alert', alert: 'provider', reason: 'refused' })
  })

  it('ranges that run dry are told of, and a range that asks again and again is none more (SR-D20, SR-K07)', async () => {
    await startWith(1)
    for (const range of [1, 2, 3]) expect((await stranger(range, 0)).status).toBe(201)
    await fillStore()
    for (const range of [1, 1, 2, 2]) expect((await stranger(range, 1)).status).toBe(403)
    await expect.poll(() => alerts.map(({ alert }) => alert)).toEqual(['new_country'])
    expect((await stranger(3, 1)).status).toBe(403)
    await expect.poll(() => alerts.map(({ alert }) => alert)).toEqual(['new_country', 'ranges'])
    expect(server.events.filter(({ event }) => event === 'failure')).toEqual([])
  })

  it('nobody fills the room of those under way with ranges that run dry (SR-D20)', async () => {
    await startWith(0)
    await fillStore()
    for (let range = 0; range < 60; range++) expect((await stranger(range, 1)).status).toBe(403)
    await expect.poll(() => alerts.map(({ alert }) => alert)).toEqual(['new_country', 'ranges'])
    for (let n = 0; n < 15; n++)
      expect(await store.consume([tally(`under way ${n}`, 3, DAY)], 'under way')).toHaveProperty('charges')
  })
})
