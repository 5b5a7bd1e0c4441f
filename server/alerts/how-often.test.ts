import { describe, expect, it } from 'vitest'
import { conversionOver } from '../guard/conversion.js'
import { namesUnder } from '../guard/names.js'
import type { Route } from '../guard/route.js'
import type { Watch } from '../guard/watch.js'
import type { Alert, AlertKind } from '../observe/alert.js'
import { digestsUnder } from '../pepper/digests.js'
import { memoryStore } from '../store/memory.js'
import { testSite } from '../test/harness.js'
import { tellerOver } from './teller.js'
import { watchOver } from './watch.js'

const HOUR = 3600
const DAY = 24 * HOUR
const SITE = testSite()
const OTHER = testSite({ sitekey: 'other' })

const to = (country: string, e164: string): Route => ({
  ...{ sitekey: 'shop', country, e164 },
  ...{ address: undefined, ticketed: false },
})
const ITALIAN = to('IT', '+393200000001')
const FRENCH = to('FR', '+33612345678')

/** A watch over sites whose visitors have all but ceased to enter their codes, on a clock that a test moves. */
function watched() {
  let now = Date.UTC(2026, 0, 15)
  const alerts: Alert[] = []
  const store = memoryStore({ now: () => now })
  const dropped = { lately: { started: 100, proven: 1 }, week: { started: 1000, proven: 900 } }
  const conversion = {
    ...conversionOver(store, namesUnder(digestsUnder(Buffer.alloc(32, 7)))),
    recent: async () => dropped,
  }
  const teller = tellerOver({ store, notify: (alert) => void alerts.push(alert), observe: () => {} })
  const watch = watchOver({ store, conversion, teller })
  const told = async (alert: AlertKind) => {
    for (let turns = 0; turns < 20; turns++) await new Promise(setImmediate)
    return alerts.filter((one) => one.alert === alert)
  }
  return { watch, told, advance: (seconds: number) => void (now += seconds * 1000) }
}

const ranDry = (watch: Watch, refused: string, { e164, country } = ITALIAN, site = SITE) =>
  watch.ranDry(site, to(country, e164), { refused, wait: 1000, left: 0 }, 'cannot_send')

describe('the same is told (SR-K07)', () => {
  let ranges = 0
  it.each<[AlertKind, number, (watch: Watch) => void]>([
    ['network', HOUR, (watch) => watch.broke(SITE, ITALIAN)],
    ['guessing', HOUR, (watch) => watch.guessed(SITE)],
    ['conversion', HOUR, (watch) => watch.admitted(SITE, ITALIAN)],
    ['credit', HOUR, (watch) => ranDry(watch, 'operator:one')],
    ['reserve', DAY, (watch) => ranDry(watch, 'budget-open:one')],
    ['reserve', DAY, (watch) => ranDry(watch, 'spend-open:one')],
    ['new_country', DAY, (watch) => ranDry(watch, `range:${ranges++}`)],
  ])('of %s once in %d seconds', async (alert, seconds, happen) => {
    const { watch, told, advance } = watched()
    happen(watch)
    expect(await told(alert)).toHaveLength(1)
    advance(seconds - 20)
    happen(watch)
    expect(await told(alert)).toHaveLength(1)
    advance(21)
    happen(watch)
    expect(await told(alert)).toHaveLength(2)
  })

  it('of each country, and of each site', async () => {
    const { watch, told } = watched()
    for (const route of [ITALIAN, FRENCH]) {
      watch.broke(SITE, route)
      ranDry(watch, `operator:${route.country}`, route)
      ranDry(watch, `range:${route.country}`, route)
    }
    const both = [{ country: 'IT' }, { country: 'FR' }]
    for (const alert of ['network', 'credit', 'new_country'] as const)
      expect(await told(alert)).toMatchObject(both)
    for (const site of [SITE, OTHER]) {
      watch.guessed(site)
      watch.admitted(site, ITALIAN)
      ranDry(watch, 'budget-open:one', ITALIAN, site)
    }
    for (const alert of ['guessing', 'conversion', 'reserve'] as const)
      expect(await told(alert)).toMatchObject([{ sitekey: 'shop' }, { sitekey: 'other' }])
  })
})
