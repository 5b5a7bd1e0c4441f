import { describe, expect, it } from 'vitest'
import { PROBLEM_CODES, type PATHS } from '../../contract/index.js'
import { addBudgets, readBudgets } from '../operator/budgets.js'
import { addReadiness } from '../operator/readiness.js'
import { REASONS, RULES, type RefusalReason, type Rule } from '../refusal/reasons.js'
import { memoryStore } from '../store/memory.js'
import { StoreError } from '../store/store.js'
import { TestServer, testSite } from '../test/harness.js'
import type { ServerEvent } from './events.js'
import { createMetrics, type Metrics } from './metrics.js'

const SITES = new Map([['shop', testSite()]])
const COMMON = { sitekey: 'shop', ref: 'aBcDeFgHiJkL', channel: 'sms' } as const

/** Series of ours, each with its value. */
async function seriesOf({ registry }: Metrics): Promise<Map<string, number>> {
  const lines = (await registry.metrics()).split('\n').filter((line) => /^otp_/.test(line))
  return new Map(lines.map((line) => [line.replace(/ \S+$/, ''), Number(line.split(' ').at(-1))]))
}

describe('what Prometheus is told', () => {
  it('tells how many of the verifications of a country and a channel became proven numbers', async () => {
    const metrics = createMetrics(SITES)
    for (const country of ['US', 'US', 'HR']) metrics.observe({ event: 'started', ...COMMON, country })
    metrics.observe({ event: 'verified', ...COMMON, country: 'US' })
    const series = await seriesOf(metrics)
    const labels = (country: string) => `{sitekey="shop",country="${country}",channel="sms"}`
    expect(series.get(`otp_verifications_started_total${labels('US')}`)).toBe(2)
    expect(series.get(`otp_verifications_started_total${labels('HR')}`)).toBe(1)
    expect(series.get(`otp_verifications_verified_total${labels('US')}`)).toBe(1)
    expect(series.get(`otp_verifications_verified_total${labels('HR')}`)).toBe(0)
  })

  it('begins at nothing what rules wait for the first of', async () => {
    const series = await seriesOf(createMetrics(SITES))
    for (const change of ['signing', 'gone', 'none', 'unreadable', 'differ', 'pepper']) {
      expect(series.get(`otp_signing_key_changes_total{change="${change}"}`), change).toBe(0)
    }
    expect(series.get('otp_alerts_total{sitekey="shop",alert="guessing"}')).toBe(0)
    expect(series.get('otp_alerts_total{sitekey="",alert="provider"}')).toBe(0)
    expect(series.has('otp_alerts_total{sitekey="shop",alert="provider"}')).toBe(false)
  })

  it('tells why calls were refused, and where credit was the reason', async () => {
    const metrics = createMetrics(SITES)
    const refused = { event: 'refused', operation: 'start', requestId: 'r', sitekey: 'shop' } as const
    for (const reason of ['range', 'pause', 'send_in_progress', undefined] as const) {
      metrics.observe({ ...refused, code: 'cannot_send', reason })
    }
    const about = { ...COMMON, country: 'US' }
    metrics.observe({ event: 'shadowed', ...about, code: 'cannot_send', rule: 'country' })
    metrics.observe({ event: 'sent', ...about, resend: false })
    const series = await seriesOf(metrics)
    for (const reason of ['range', 'pause', 'send_in_progress', 'cannot_send']) {
      expect(series.get(`otp_refusals_total{sitekey="shop",reason="${reason}"}`), reason).toBe(1)
    }
    expect([...series].filter(([name]) => name.startsWith('otp_sends_denied_total'))).toEqual([
      ['otp_sends_denied_total{sitekey="shop",rule="range"}', 1],
      ['otp_sends_denied_total{sitekey="shop",rule="pause"}', 1],
    ])
    for (const outcome of ['granted', 'refused', 'shadowed']) {
      expect(series.get(`otp_credits_total{sitekey="shop",outcome="${outcome}"}`), outcome).toBe(1)
    }
  })

  it('tells what is used of the budgets, and everything else while the store is away', async () => {
    const dailySpend = { limit: 50, price: () => 0.25 }
    const site = testSite({ dailyBudget: 200, dailySpend })
    const server = await TestServer.start({ sites: [site] })
    const metrics = createMetrics(SITES)
    const { store } = server.deps
    addBudgets(metrics.registry, store, new Map([['shop', site]]))
    for (const phoneNumber of ['+12025550123', '+12025550124']) await server.start({ phoneNumber })
    await server.stop()
    const budgets = async () =>
      [...(await seriesOf(metrics))].filter(([name]) => name.startsWith('otp_budget'))
    const limits = [
      ['otp_budget_limit{sitekey="shop",account="messages"}', 200],
      ['otp_budget_limit{sitekey="shop",account="money"}', 50],
    ]
    expect(await budgets()).toEqual([
      ...limits,
      ['otp_budget_used{sitekey="shop",account="messages"}', 2],
      ['otp_budget_used{sitekey="shop",account="money"}', 0.5],
    ])
    const counted = testSite({ dailyBudget: 200, dailySpend: { price: () => 0.25 } })
    expect(await readBudgets(store, new Map([['shop', counted]]))).toEqual([
      { sitekey: 'shop', account: 'messages', limit: 200, used: 2 },
    ])
    store.sums = () => Promise.reject(new StoreError('away'))
    expect(await budgets()).toEqual(limits)
  })
})

it('counts among failures what should not happen, and nothing that operators do', async () => {
  const metrics = createMetrics(SITES)
  const failures = async () => (await seriesOf(metrics)).get('otp_failures_total')
  metrics.observe({ event: 'pause', change: 'pause', by: 'ops' })
  expect(await failures()).toBe(0)
  metrics.observe({ event: 'evicting' })
  metrics.observe({ event: 'log-lost', lines: 3 })
  metrics.observe({ event: 'failure', operation: 'start', requestId: '', error: 'TypeError' })
  expect(await failures()).toBe(3)
})

describe('the count of its series', () => {
  const operations = [
    'sites',
    'numberingPlans',
    'start',
    'resend',
    'check',
  ] as const satisfies (keyof typeof PATHS)[]
  const reasons = [...Object.keys(RULES), ...Object.keys(REASONS)] as RefusalReason[]
  const outcomes = ['sent', 'undelivered', 'throttled', 'gone', 'unavailable', 'unknown'] as const
  const checks = [
    'approved',
    'incorrect',
    'expired',
    'exhausted',
    'throttled',
    'unavailable',
    'unknown',
  ] as const

  /** What may happen to number `n`: of a million, whatever can happen to any. */
  function eventOf(n: number): ServerEvent {
    const about = { sitekey: 'shop', ref: `r${n}`, country: ['US', 'GB', 'HR', 'XX', `Q${n}`][n % 5]! }
    const channel = n % 2 ? 'sms' : 'voice'
    const turn = Math.floor(n / 10)
    switch (n % 10) {
      case 0:
      case 1:
        return { event: 'started', ...about, channel }
      case 2:
      case 3:
        return { event: 'verified', ...about, channel }
      case 4:
        return { event: 'sent', ...about, channel, resend: turn % 2 === 0 }
      case 5:
        if (turn % 2)
          return { event: 'delivery', outcome: 'delivered', country: about.country, ref: about.ref }
        return { event: 'shadowed', ...about, code: 'cannot_send', rule: reasons[turn % 20] as Rule }
      case 6: {
        const code = PROBLEM_CODES[turn % PROBLEM_CODES.length]!
        const operation = operations[turn % 5]!
        const reason = reasons[turn % (reasons.length * 2)]
        return { event: 'refused', operation, code, requestId: `${n}`, ...about, reason }
      }
      case 7:
        return { event: 'checked', ...about, outcome: checks[turn % checks.length]! }
      case 8:
        return {
          event: 'redeemed',
          sitekey: 'shop',
          ref: `r${n}`,
          outcome: turn % 2 ? 'success' : 'duplicate',
        }
      default: {
        const call = { event: 'provider', milliseconds: turn % 9000, alarm: false } as const
        const sends = { operation: turn % 2 ? 'send' : 'resend', outcome: outcomes[turn % 6]! } as const
        const check = { operation: 'check', outcome: checks[turn % 7]! } as const
        return { ...call, ...(turn % 3 ? sends : check) }
      }
    }
  }

  it('is below five hundred after a million numbers, whatever happened to them (SR-G11)', async () => {
    const metrics = createMetrics(SITES)
    addBudgets(metrics.registry, memoryStore(), SITES)
    addReadiness(metrics.registry, async () => undefined)
    const half = 500_000
    for (let n = 0; n < half; n++) metrics.observe(eventOf(n))
    const after = await seriesOf(metrics)
    for (let n = half; n < 2 * half; n++) metrics.observe(eventOf(n))
    const series = await seriesOf(metrics)
    expect(series.size).toBe(after.size)
    const all = (await metrics.registry.metrics()).split('\n').filter((line) => line && !line.startsWith('#'))
    expect(all.length).toBeLessThan(500)
    const countries = [...series.keys()].flatMap((name) => /country="(\w+)"/.exec(name)?.[1] ?? [])
    expect(new Set(countries)).toEqual(new Set(['US', 'GB', 'HR', 'other']))
  })
})
