import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { conversionCounts, conversionOver } from '../guard/conversion.js'
import { namesUnder } from '../guard/names.js'
import type { Alert } from '../observe/alert.js'
import { digestsUnder } from '../pepper/digests.js'
import { POLICY, type Policy } from '../site/policy.js'
import type { Site } from '../site/site.js'
import { TestServer, testSite } from '../test/harness.js'
import { tellerOver } from './teller.js'
import { watchOver } from './watch.js'

/** The million of these numbers. */
const MILLION = '+12022'
const inRange = (range: number, n: number) => `${MILLION}${String(range).padStart(2, '0')}${1000 + n}`

function withCredits(over: { [K in keyof Policy['credits']]?: Partial<Policy['credits'][K]> }): Policy {
  const { operator, country } = POLICY.credits
  const credits = {
    ...POLICY.credits,
    operator: { ...operator, ...over.operator },
    country: { ...country, ...over.country },
  }
  return { ...POLICY, credits }
}

describe('what is told (SR-K07)', () => {
  let server: TestServer | undefined
  let alerts: Alert[]
  let strangers = 0
  beforeEach(() => void (alerts = []))
  afterEach(() => server?.stop())

  async function startWith(over: Partial<Site>): Promise<void> {
    server = await TestServer.start({
      sites: [testSite({ shadow: false, ...over })],
      deps: { notify: (alert) => alerts.push(alert), trustedProxies: 1 },
    })
  }
  const stranger = (phoneNumber: string) =>
    server!.start({ phoneNumber }, { 'X-Forwarded-For': `2001:db8:${(++strangers).toString(16)}::1` })
  const toldOf = (alert: Alert['alert']) => alerts.filter((one) => one.alert === alert)

  it.each([false, true])(
    'credit of a country that refuses newcomers, once an hour, in shadow (%s) too',
    async (shadow) => {
      await startWith({ shadow, policy: withCredits({ country: { initial: 5, refill: 0 } }) })
      for (let n = 0; n < 5; n++) expect((await stranger(inRange(n, 1))).status).toBe(201)
      expect(alerts).toEqual([])
      for (const hours of [1, 2]) {
        for (let n = 5; n < 8; n++)
          expect((await stranger(inRange(n, hours))).status).toBe(shadow ? 201 : 403)
        await expect.poll(() => toldOf('credit')).toHaveLength(hours)
        server!.advance(3601)
      }
      expect(alerts[0]).toEqual({ alert: 'credit', sitekey: 'shop', country: 'US' })
    },
  )

  it('credit of a million, which is named, and of its country all the same', async () => {
    await startWith({ policy: withCredits({ operator: { initial: 3 }, country: { initial: 4 } }) })
    for (let n = 0; n < 3; n++) await stranger(inRange(n, 1))
    server!.advance(300)
    await stranger(inRange(3, 1))
    await expect
      .poll(() => toldOf('credit'))
      .toEqual([{ alert: 'credit', sitekey: 'shop', country: 'US', range: MILLION }])
    for (const elsewhere of ['+13105551001', '+13105551002']) await stranger(elsewhere)
    await expect.poll(() => toldOf('credit')).toHaveLength(2)
    expect(alerts.at(-1)).toEqual({ alert: 'credit', sitekey: 'shop', country: 'US' })
  })

  it('a budget that was raised in the middle of a day, anew', async () => {
    await startWith({ dailyBudget: 10 })
    for (let n = 0; n < 8; n++) await stranger(inRange(n, 1))
    await expect.poll(() => toldOf('reserve')).toHaveLength(1)
    await expect.poll(() => toldOf('budget')).toHaveLength(1)
    const { store } = server!.deps
    await server!.stop()
    const site = testSite({ shadow: false, dailyBudget: 12 })
    const deps = { notify: (alert: Alert) => void alerts.push(alert), trustedProxies: 1, store }
    server = await TestServer.start({ sites: [site], deps })
    for (let n = 8; n < 12; n++) await stranger(inRange(n, 1))
    await expect.poll(() => toldOf('reserve')).toHaveLength(2)
    await expect.poll(() => toldOf('budget')).toMatchObject([{ level: 50 }, { level: 50 }])
  })

  it('the million whose codes nobody enters, and no range of whoever happened to ask', async () => {
    await startWith({})
    const { store, notify, observe, sites } = server!.deps
    const teller = tellerOver({ store, notify: notify!, observe })
    const names = namesUnder(digestsUnder(server!.deps.pepper))
    const conversion = conversionOver(store, names)
    const route = { sitekey: 'shop', e164: inRange(1, 1), country: 'US', address: undefined, ticketed: false }
    for (let n = 0; n < 20; n++)
      await store.consume(conversionCounts(route, names, 'started', server!.time - 300_000))
    let looks = 0
    const ofNetwork = (of: typeof route) => (looks++, conversion.ofNetwork(of))
    const watch = watchOver({ store, conversion: { ...conversion, ofNetwork }, teller })
    for (let n = 0; n < 3; n++) watch.broke(sites.get('shop')!, route)
    await expect
      .poll(() => alerts)
      .toEqual([{ alert: 'network', sitekey: 'shop', country: 'US', range: MILLION, started: 20, proven: 0 }])
    expect(looks).toBe(1)
  })

  it('no credit while a challenge still lets newcomers in', async () => {
    await startWith({ policy: withCredits({ country: { initial: 2 } }), challenge: { kind: 'altcha' } })
    for (let n = 0; n < 2; n++) await stranger(inRange(n, 1))
    expect((await stranger(inRange(2, 1))).body.code).toBe('challenge_required')
    await new Promise(setImmediate)
    expect(alerts).toEqual([])
  })
})
