import { expect, it, onTestFinished } from 'vitest'
import type { Alert } from '../observe/alert.js'
import type { ServerEvent } from '../observe/events.js'
import { infobipProvider } from '../provider/infobip/infobip.js'
import type { ProviderCall } from '../provider/provider.js'
import { startSandbox } from '../sandbox/index.js'
import { memoryStore } from '../store/memory.js'
import { accountOf } from '../test/harness.js'
import { watchProvider } from './provider.js'
import { tellerOver } from './teller.js'

const NUMBER = '+12025550123'

function watched() {
  const alerts: Alert[] = []
  const events: ServerEvent[] = []
  const clock = { now: Date.UTC(2026, 0, 15) }
  const store = memoryStore({ now: () => clock.now })
  const notify = (alert: Alert) => void alerts.push(alert)
  const watch = watchProvider(tellerOver({ store, notify, observe: (event) => events.push(event) }))
  return { alerts, events, clock, watch }
}

/** The real adapter before a service whose next sends are refused so. */
async function refusing(status: number, onCall: (call: ProviderCall) => void) {
  const sandbox = await startSandbox({ port: 0 })
  onTestFinished(() => sandbox.stop())
  sandbox.arm({ kind: 'status', operation: 'send', status, times: 100 })
  return infobipProvider(accountOf(sandbox), { onCall })
}

it.each([401, 403])(
  'tells at once, for all sites, of a provider that refuses with %i (SR-K07)',
  async (status) => {
    const { alerts, events, watch } = watched()
    const provider = await refusing(status, watch)
    await provider.send({ phoneNumber: NUMBER, channel: 'sms' })
    await expect.poll(() => alerts).toEqual([{ alert: 'provider', reason: 'refused' }])
    expect(events).toEqual([{ event: 'alert', alert: 'provider', reason: 'refused' }])
  },
)

it('tells of a provider that answers nobody any more, before its circuit breaker has opened or after', async () => {
  const { alerts, watch } = watched()
  const provider = await refusing(503, watch)
  for (let n = 0; n < 4; n++) await provider.send({ phoneNumber: NUMBER, channel: 'sms' })
  expect(alerts).toEqual([])
  for (let n = 0; n < 4; n++) await provider.send({ phoneNumber: NUMBER, channel: 'sms' })
  await expect.poll(() => alerts).toEqual([{ alert: 'provider', reason: 'unanswered' }])
})

it('tells of a provider that asks for a pause only once five calls in a row had no answer', async () => {
  const { alerts, watch } = watched()
  const sandbox = await startSandbox({ port: 0 })
  onTestFinished(() => sandbox.stop())
  sandbox.arm({ kind: 'status', operation: 'send', status: 503, retryAfter: 3, times: 1 })
  const provider = infobipProvider(accountOf(sandbox), { onCall: watch })
  for (let n = 0; n < 4; n++) await provider.send({ phoneNumber: NUMBER, channel: 'sms' })
  await new Promise(setImmediate)
  expect(alerts).toEqual([])
  await provider.send({ phoneNumber: NUMBER, channel: 'sms' })
  await expect.poll(() => alerts).toEqual([{ alert: 'provider', reason: 'unanswered' }])
})

const CALL = { operation: 'send', outcome: 'unavailable', milliseconds: 1, alarm: false } as const

it('tells once an hour, of a breaker that is open too', async () => {
  const { alerts, clock, watch } = watched()
  for (const hours of [1, 2]) {
    for (let n = 0; n < 3; n++) watch({ ...CALL, reason: 'circuit_open' })
    await expect.poll(() => alerts).toHaveLength(hours)
    clock.now += 3_601_000
  }
})

it('tells of each cause, though another was told of within the hour (SR-K07)', async () => {
  const { alerts, watch } = watched()
  for (let n = 0; n < 6; n++) watch({ ...CALL, outcome: 'unknown' })
  for (let n = 0; n < 6; n++) watch({ ...CALL, status: 401, alarm: true })
  for (let n = 0; n < 6; n++) watch({ ...CALL, reason: 'circuit_open' })
  await new Promise(setImmediate)
  expect(alerts).toEqual([
    { alert: 'provider', reason: 'unanswered' },
    { alert: 'provider', reason: 'refused' },
  ])
})

it('takes no refusal for one more call without an answer', async () => {
  const { alerts, watch } = watched()
  for (let n = 0; n < 4; n++) watch({ ...CALL, status: 401, alarm: true })
  watch(CALL)
  await new Promise(setImmediate)
  expect(alerts).toEqual([{ alert: 'provider', reason: 'refused' }])
})

it('tells of five calls in a row that failed, of whatever kind, and not of four (SR-K07)', async () => {
  const { alerts, watch } = watched()
  for (let n = 0; n < 4; n++) watch(CALL)
  await new Promise(setImmediate)
  expect(alerts).toEqual([])
  watch({ ...CALL, outcome: 'unknown' })
  await expect.poll(() => alerts).toEqual([{ alert: 'provider', reason: 'unanswered' }])
})

it('tells of nothing where calls are answered between, or a number was refused', async () => {
  const { alerts, watch } = watched()
  for (let n = 0; n < 20; n++) watch({ ...CALL, ...(n % 5 === 4 && { outcome: 'sent' }) })
  for (let n = 0; n < 20; n++) watch({ ...CALL, status: 400 })
  for (let n = 0; n < 20; n++) watch({ ...CALL, outcome: 'throttled' })
  await new Promise(setImmediate)
  expect(alerts).toEqual([])
})
