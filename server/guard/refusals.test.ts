import { expect, it, onTestFinished } from 'vitest'
import type { Channel } from '../../contract/index.js'
import { readBudgets } from '../operator/budgets.js'
import { digestsUnder } from '../pepper/digests.js'
import { POLICY } from '../site/policy.js'
import type { Charge } from '../store/store.js'
import { NUMBER, TestServer, testSite } from '../test/harness.js'
import { addressCharges } from './address-limits.js'
import { budgetCharges } from './budget.js'
import { creditCharges } from './credits.js'
import { namesUnder } from './names.js'
import { guessCharges, numberCharges } from './number-limits.js'
import { refusalCharges } from './refusals.js'
import type { Route } from './route.js'

const route: Route = { sitekey: 'shop', country: 'US', e164: NUMBER, address: '203.0.113.7', ticketed: false }

/** Every account that a start is charged to, or looks at. */
function accounts(server: TestServer): Charge[] {
  const names = namesUnder(digestsUnder(server.deps.pepper))
  const site = server.deps.sites.get('shop')!
  return [
    ...addressCharges(route, names, 'starts'),
    ...numberCharges(route, names, POLICY, []),
    ...guessCharges(route, names, POLICY),
    ...refusalCharges(route, names, POLICY, [], []).map((one) => ({ ...one, insteadOf: undefined })),
    ...creditCharges(route, names, POLICY, () => false, []),
    ...budgetCharges(site, route, 'sms', names, server.time),
  ]
}

async function guarded(): Promise<TestServer> {
  const site = testSite({ shadow: false, dailyBudget: 40, dailySpend: { limit: 4, price: () => 0.1 } })
  const server = await TestServer.start({ sites: [site], deps: { trustedProxies: 1 } })
  onTestFinished(() => server.stop())
  return server
}

/** Charges one account, and nothing else, until nothing is left of it for more than ten minutes. */
async function drain(server: TestServer, charge: Charge): Promise<void> {
  for (;;) {
    const consumed = await server.deps.store.consume([charge])
    if (!('refused' in consumed)) continue
    if (consumed.wait > 10 * 60_000) return
    server.time += Math.ceil(consumed.wait)
  }
}

it('for whichever reason of fraud it refuses, it says the very same (SR-D07)', async () => {
  const rules: string[] = []
  const answers = new Set<string>()
  for (const [n, { key }] of accounts(await guarded()).entries()) {
    const server = await guarded()
    await drain(server, accounts(server)[n]!)
    const { status, headers, body } = await server.start({}, { 'X-Forwarded-For': route.address! })
    const told = [...headers].filter(([name]) => name !== 'date')
    answers.add(JSON.stringify({ status, told, body: { ...body, instance: '', requestId: '' } }))
    expect(body.code, key).toBe('cannot_send')
    expect(server.sandbox.messages()).toEqual([])
    const refused = server.events.filter(({ event }) => event === 'refused')
    expect(refused).toMatchObject([{ code: 'cannot_send', reason: key.split(':')[0], sitekey: 'shop' }])
    rules.push(key.split(':')[0]!)
  }
  expect(rules).toEqual([
    ...['starts', 'number', 'guess', 'streak', 'refusals', 'refusals'],
    ...['range', 'address', 'neighbourhood', 'operator', 'country'],
    ...['budget-open', 'budget', 'spend-open', 'spend'],
  ])
  expect(answers.size).toBe(1)
})

it('in shadow the same is only told, and the budgets and the limits on wrong codes hold all the same (SR-K11)', async () => {
  for (const [n, { key }] of accounts(await guarded()).entries()) {
    const server = await guarded()
    const site = server.deps.sites.get('shop')!
    site.shadow = true
    await drain(server, accounts(server)[n]!)
    const { status } = await server.start({}, { 'X-Forwarded-For': route.address! })
    const enforced = /^(budget|spend|guess|streak)/.test(key)
    expect(status, key).toBe(enforced ? 403 : 201)
    const told = server.events.filter(({ event }) => event === 'refused' || event === 'shadowed')
    const rule = key.split(':')[0]
    expect(told).toMatchObject([enforced ? { reason: rule } : { event: 'shadowed', rule }])
  }
})

it('a daily ceiling in money is not exceeded by a message (SR-D09)', async () => {
  const site = testSite({ dailyBudget: 1_000_000, dailySpend: { limit: 50, price: () => 0.075 } })
  const server = await TestServer.start({ sites: [site] })
  onTestFinished(() => server.stop())
  const names = namesUnder(digestsUnder(server.deps.pepper))
  const bought = async (ticketed: boolean) => {
    let messages = 0
    const charges = () => budgetCharges(site, { ...route, ticketed }, 'sms', names, server.time)
    while (!('refused' in (await server.deps.store.consume(charges())))) messages++
    return messages
  }
  // Strangers get seven tenths of it; the rest is for known numbers and for visitors with a ticket (SR-K10).
  expect(await bought(false)).toBe(466)
  expect(await bought(true)).toBe(200)
  server.advance(24 * 3600)
  expect(await bought(true)).toBe(666)
})

it('a call takes its own price of the daily ceiling, and gives that back where none was made (SR-D09)', async () => {
  const price = (_: string, channel: Channel) => (channel === 'voice' ? 0.3 : 0.1)
  const site = testSite({ dailySpend: { limit: 1, price } })
  const server = await TestServer.start({ sites: [site] })
  onTestFinished(() => server.stop())
  const spent = async () => (await readBudgets(server.deps.store, server.deps.sites))[1]!.used
  const { verificationId } = (await server.start()).body
  expect(await spent()).toBeCloseTo(0.1)
  server.sandbox.arm({ kind: 'status', operation: 'resendVoice', status: 429, retryAfter: 3 })
  server.advance(30)
  const call = { channel: 'voice' }
  expect((await server.resend(verificationId, call)).status).toBe(429)
  expect(await spent()).toBeCloseTo(0.1)
  server.advance(60)
  expect((await server.resend(verificationId, call)).status).toBe(200)
  expect(await spent()).toBeCloseTo(0.4)
  // Strangers have seven tenths: there is room for one more call, and for no other.
  expect((await server.start({ ...call, phoneNumber: '+12025550124' })).status).toBe(201)
  expect((await server.start({ phoneNumber: '+12025550125' })).body.code).toBe('cannot_send')
  expect(server.sandbox.messages().map(({ channel }) => channel)).toEqual(['sms', 'voice', 'voice'])
})
