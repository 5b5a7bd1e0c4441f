import { describe, expect, it } from 'vitest'
import { testSite } from '../test/harness.js'
import { CLASS_LENGTH, CLASSES, createDay } from './day.js'
import { FAILURES, type ServerEvent } from './events.js'

const NOON = Date.UTC(2026, 0, 15, 12)
const SITES = new Map(['shop', 'other'].map((sitekey) => [sitekey, testSite({ sitekey })]))

/** A day, and the clock that it goes by. */
function setUp() {
  const clock = { time: NOON + 1 }
  const day = createDay(SITES, () => clock.time)
  const send = (country = 'US', sitekey = 'shop') =>
    day.observe({ event: 'sent', sitekey, ref: 'r', country, channel: 'sms', resend: false })
  const provider = (milliseconds: number, outcome: 'sent' | 'unavailable' = 'sent') =>
    day.observe({ event: 'provider', operation: 'send', outcome, milliseconds, alarm: false })
  return { clock, day, send, provider, sent: () => day.read().sites['shop']!.sent }
}

const total = (list: readonly number[]) => list.reduce((sum, one) => sum + one, 0)

describe('the last day in memory', () => {
  it('counts what happened in the five minutes in which it did', () => {
    const { clock, send, sent, day } = setUp()
    send()
    send('HR')
    clock.time += CLASS_LENGTH
    send()
    expect(sent().slice(-3)).toEqual([0, 2, 1])
    expect(sent()).toHaveLength(CLASSES)
    expect(day.read().from).toBe(NOON + CLASS_LENGTH * (2 - CLASSES))
    expect(day.read().sites['other']!.sent.every((count) => count === 0)).toBe(true)
  })

  it('forgets each five minutes a day later, and all of it after a day without anybody', () => {
    const { clock, send, sent } = setUp()
    send()
    clock.time += CLASS_LENGTH
    send()
    clock.time = NOON + CLASSES * CLASS_LENGTH - 1
    expect(sent().slice(0, 3)).toEqual([1, 1, 0])
    clock.time += 1
    expect(sent().slice(0, 3)).toEqual([1, 0, 0])
    send()
    clock.time += 3 * CLASSES * CLASS_LENGTH
    expect(total(sent())).toBe(0)
  })

  it('adds to the newest five minutes when the clock is put back', () => {
    const { clock, send, sent } = setUp()
    send()
    clock.time -= 10 * CLASS_LENGTH
    send()
    expect(sent().slice(-2)).toEqual([0, 2])
  })

  it('tells countries that a site serves apart, and counts all others as one', () => {
    const { day, send } = setUp()
    for (const country of ['US', 'US', 'HR', 'DE', 'XX']) send(country)
    const refused = { event: 'refused', operation: 'start', requestId: 'r', sitekey: 'shop' } as const
    day.observe({ ...refused, code: 'cannot_send', country: 'HR', reason: 'range' })
    day.observe({ ...refused, code: 'invalid_phone_number' })
    day.observe({ event: 'refused', operation: 'start', requestId: 'r', code: 'unknown_site' })
    const { sites } = day.read()
    const { countries, reasons } = sites['shop']!
    const table = Object.entries(countries).map(([country, { sent, refused }]) => [country, sent, refused])
    expect(table).toEqual([
      ['US', 2, 0],
      ['HR', 1, 1],
      ['other', 2, 1],
    ])
    expect(countries['US']!.hourly).toHaveLength(24)
    expect(reasons).toEqual({ range: 1, invalid_phone_number: 1 })
    expect(sites['']!.reasons).toEqual({ unknown_site: 1 })
  })

  it('tells how long the provider took, and how often it failed', () => {
    const { day, provider } = setUp()
    for (let n = 0; n < 90; n++) provider(120)
    for (let n = 0; n < 10; n++) provider(4000)
    provider(60_000, 'unavailable')
    const { calls, failed, median, p95 } = day.read().provider
    expect([calls.at(-1), failed.at(-1), calls[0]]).toEqual([101, 1, 0])
    expect(median.at(-1)).toBeGreaterThan(100)
    expect(median.at(-1)).toBeLessThanOrEqual(150)
    expect(p95.at(-1)).toBeGreaterThan(3200)
    expect(p95.at(-1)).toBeLessThanOrEqual(5000)
    expect(median[0]).toBeNull()
  })

  it('remembers the last alerts of the day, newest first', () => {
    const { clock, day } = setUp()
    for (let n = 0; n < 60; n++) {
      clock.time += 1000
      day.observe({ event: 'alert', alert: 'budget', sitekey: 'shop', level: n })
    }
    const { alerts } = day.read()
    expect(alerts.map(({ level }) => level).slice(0, 2)).toEqual([59, 58])
    expect(alerts).toHaveLength(50)
    clock.time += CLASSES * CLASS_LENGTH
    expect(day.read().alerts).toEqual([])
  })

  it('counts everything that should not happen, as the metrics do', () => {
    const { day } = setUp()
    const number = { sitekey: 'shop', ref: 'r', country: 'US' }
    day.observe({ event: 'failure', operation: 'start', requestId: '', error: 'TypeError' })
    day.observe({ event: 'mismatch', ...number })
    day.observe({ event: 'evicting' })
    day.observe({ event: 'log-lost', lines: 3 })
    expect(day.read().failures).toBe(FAILURES.length)
    day.observe({ event: 'pause', change: 'pause', by: 'ops' })
    expect(day.read().failures).toBe(4)
  })

  it('grows with what is configured, not with who comes (SR-G11)', () => {
    const { day } = setUp()
    const visit = (n: number): ServerEvent[] => [
      { event: 'started', sitekey: 'shop', ref: `r${n}`, country: `C${n}`, channel: 'sms' },
      {
        event: 'refused',
        operation: 'start',
        code: 'cannot_send',
        requestId: `${n}`,
        sitekey: 'shop',
        ref: `r${n}`,
      },
    ]
    for (let n = 0; n < 100_000; n++) for (const event of visit(n)) day.observe(event)
    expect(Object.keys(day.read().sites['shop']!.countries)).toEqual(['other'])
    expect(JSON.stringify(day.read()).length).toBeLessThan(20_000)
  })
})
