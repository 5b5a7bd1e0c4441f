import { describe, expect, it, onTestFinished } from 'vitest'
import { conversionCounts, conversionOver } from '../guard/conversion.js'
import { namesUnder } from '../guard/names.js'
import type { Alert } from '../observe/alert.js'
import { digestsUnder } from '../pepper/digests.js'
import { memoryStore } from '../store/memory.js'
import { TestServer, testSite } from '../test/harness.js'
import { tellerOver } from './teller.js'
import { watchOver } from './watch.js'

const MINUTE = 60_000
const DAY = 24 * 60 * MINUTE
const NOON = Date.UTC(2026, 0, 15, 12)

/** What is told of a site where so many codes of so many starts were entered just now, and nine in ten three days before. */
async function toldOfDrop(proven: number, starts = 100, before = 900): Promise<Alert[]> {
  let now = NOON
  const alerts: Alert[] = []
  const store = memoryStore({ now: () => now })
  const names = namesUnder(digestsUnder(Buffer.alloc(32, 7)))
  const route = {
    ...{ sitekey: 'shop', country: 'IT', e164: '+393200000001' },
    ...{ address: undefined, ticketed: false },
  }
  const count = async (what: 'started' | 'proven', times: number) => {
    for (let n = 0; n < times; n++) await store.consume(conversionCounts(route, names, what, now))
  }
  await count('started', before)
  await count('proven', Math.ceil(before * 0.9))
  now += 3 * DAY
  await count('started', starts)
  await count('proven', proven)
  // Until no code of these can still be entered.
  now += 4 * MINUTE
  const teller = tellerOver({ store, notify: (alert) => void alerts.push(alert), observe: () => {} })
  watchOver({ store, conversion: conversionOver(store, names), teller }).admitted(testSite(), route)
  for (let turns = 0; turns < 20; turns++) await new Promise(setImmediate)
  return alerts
}

describe('the share of codes that are entered (SR-K07)', () => {
  it.each([
    // The week has the last hours in it: 85.7 % and 85.8 % are twice 42.85 and 42.9.
    [43, []],
    [42, [{ alert: 'conversion', sitekey: 'shop', lately: 42, week: 85 }]],
  ])(
    'of %d in a hundred, where the week’s is 85 or 86, is told of only below half of that',
    async (proven, told) => {
      expect(await toldOfDrop(proven)).toEqual(told)
    },
  )

  it('is told of from twenty starts of the last hours on, and from a hundred of the week', async () => {
    expect(await toldOfDrop(0, 19)).toEqual([])
    expect(await toldOfDrop(0, 20)).toHaveLength(1)
    expect(await toldOfDrop(0, 20, 79)).toEqual([])
    expect(await toldOfDrop(0, 20, 80)).toHaveLength(1)
  })
})

describe('three ranges that run dry (SR-K07)', () => {
  it.each([
    [599, 1],
    [601, 0],
  ])('the last of them %d seconds after the first, are told of %d times', async (seconds, times) => {
    const alerts: Alert[] = []
    const server = await TestServer.start({
      sites: [testSite({ shadow: false })],
      deps: { notify: (alert) => void alerts.push(alert), trustedProxies: 1 },
    })
    onTestFinished(() => server.stop())
    let strangers = 0
    const dry = async (range: number) => {
      for (let n = 0; n < 4; n++) {
        const address = { 'X-Forwarded-For': `2001:db8:${(++strangers).toString(16)}::1` }
        await server.start({ phoneNumber: `+1202${200 + range}${1000 + n}` }, address)
      }
      for (let turns = 0; turns < 20; turns++) await new Promise(setImmediate)
    }
    await dry(1)
    server.advance(300)
    await dry(2)
    server.advance(seconds - 300)
    await dry(3)
    expect(alerts.filter(({ alert }) => alert === 'ranges')).toHaveLength(times)
  })
})
