import { expect, it } from 'vitest'
import type { SiteDay } from '../../observe/day.js'
import { figuresOf, hoursOf, merged, mergingFor } from './figures.js'

const NONE = Array.from({ length: 288 }, () => 0)

/** A day with so much in its last five minutes, all of it in one country. */
function siteDay(country: string, [started, verified, refused]: [number, number, number]): SiteDay {
  const last = (count: number) => NONE.with(-1, count)
  const counts = { started, sent: started, verified, refused }
  const hourly = Array.from({ length: 24 }, () => 0).with(-1, started)
  return {
    ...{ started: last(started), sent: last(started), verified: last(verified), refused: last(refused) },
    countries: { [country]: { ...counts, hourly } },
    reasons: refused > 0 ? { range: refused } : {},
  }
}

const DAY = {
  ...{ from: 0, alerts: [], failures: 0 },
  sites: {
    shop: siteDay('HR', [10, 4, 1]),
    forum: siteDay('HR', [10, 8, 0]),
    '': siteDay('other', [0, 0, 2]),
  },
  provider: { calls: NONE, failed: NONE, median: [], p95: [] },
}

it('adds all sites up, and what could be laid to none, or shows one alone', () => {
  const all = figuresOf(DAY, undefined)
  expect(all.totals).toEqual({ started: 20, sent: 20, verified: 12, refused: 3 })
  expect(all.conversion).toBe(0.6)
  expect(all.countries.map(({ country, started, conversion }) => [country, started, conversion])).toEqual([
    ['HR', 20, 0.6],
    ['other', 0, undefined],
  ])
  expect(all.reasons).toEqual([{ name: 'range', count: 3, share: 1 }])
  const shop = figuresOf(DAY, 'shop')
  expect(shop.totals).toEqual({ started: 10, sent: 10, verified: 4, refused: 1 })
})

it('says no share of nothing, and never more than all', () => {
  const none = { ...DAY, sites: { shop: siteDay('HR', [0, 0, 0]) } }
  expect(figuresOf(none, undefined).conversion).toBeUndefined()
  // Some of the proofs are of yesterday's starts.
  expect(figuresOf({ ...DAY, sites: { shop: siteDay('HR', [2, 5, 0]) } }, undefined).conversion).toBe(1)
})

it('adds bars up until each has room', () => {
  expect([2000, 1000, 500, 100].map((width) => mergingFor(width, 288))).toEqual([1, 2, 3, 24])
  const { series } = figuresOf(DAY, undefined)
  expect(merged(series.sent, 24)).toEqual([...Array.from({ length: 11 }, () => 0), 20])
  expect(hoursOf(0, series)[0]).toEqual({
    time: 23 * 3_600_000,
    started: 20,
    sent: 20,
    verified: 12,
    refused: 3,
  })
})
