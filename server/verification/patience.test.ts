import { randomBytes } from 'node:crypto'
import { setImmediate as pass } from 'node:timers/promises'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { createApp } from '../app.js'
import { PROVIDER_PATIENCE, type Provider } from '../provider/provider.js'
import { insist, STORE_PATIENCE } from '../store/insist.js'
import { StoreError, type Store } from '../store/store.js'
import { NUMBER, TestServer } from '../test/harness.js'
import { ATTEMPT_PATIENCE, CALL_PATIENCE, RESEND_PATIENCE, SEND_PATIENCE } from './patience.js'

let server: TestServer
let store: Store
/** What the store was asked and has done, one after the other. */
let done: { method: keyof Store; args: unknown[]; at: number }[]
beforeEach(async () => {
  server = await TestServer.start()
  ;({ store } = server.deps)
  done = []
  const sleep = async (milliseconds: number) => void (server.time += milliseconds)
  // With two peppers a call has two names to begin and to complete.
  server.deps = { ...server.deps, sleep, otherPepper: randomBytes(32) }
})
afterEach(() => server.stop())

/** Just less than the second that is allowed: a lease ends with its last millisecond. */
const SLOW = STORE_PATIENCE - 1

const KEY = { 'Idempotency-Key': '0'.repeat(36) }

/**
 * Has every call take as long as it may: the store's, after what takes a lease and before what ends one, and the
 * provider's. Once the provider was asked, the store is away for the first calls of these methods.
 */
function slowestWith(away: Partial<Record<keyof Store, number>>): void {
  const { provider } = server.deps
  let isAsked = false
  for (const method of Object.keys(store) as (keyof Store)[]) {
    // The time is remembered; sums are asked for the alerts, beside the call.
    if (method === 'recent' || method === 'sums') continue
    const call = store[method].bind(store) as (...args: unknown[]) => Promise<unknown>
    let left = away[method] ?? 0
    Object.assign(store, {
      async [method](...args: unknown[]) {
        if (!isAsked) {
          done.push({ method, args, at: server.time })
          return call(...args).finally(() => (server.time += SLOW))
        }
        server.time += SLOW
        if (left-- > 0) throw new StoreError('away')
        done.push({ method, args, at: server.time })
        return call(...args)
      },
    })
  }
  for (const operation of ['send', 'resend', 'check'] as const satisfies (keyof Provider)[]) {
    const ask = provider[operation].bind(provider) as (...args: unknown[]) => Promise<unknown>
    Object.assign(provider, {
      async [operation](...args: unknown[]) {
        const outcome = await ask(...args)
        server.time += PROVIDER_PATIENCE
        isAsked = true
        return outcome
      },
    })
  }
  server.app = createApp(server.deps)
}

/** How often the store may be away before `insist` gives up. */
async function mostTries(): Promise<number> {
  let tries = 0
  const never = async () => {
    tries++
    throw new StoreError('away')
  }
  await insist(never, async () => {}).catch(() => {})
  return tries - 1
}

const timeOf = (one: keyof Store, which: 'first' | 'last' = 'last') => {
  const all = done.filter(({ method }) => method === one)
  return (which === 'first' ? all[0] : all.at(-1))!.at
}

it('a resend is under way until its message is recorded, and a retry finds its answer, however long both take (SR-C13)', async () => {
  const { verificationId } = (await server.start()).body
  server.advance(60)
  const tries = await mostTries()
  slowestWith({ recordSend: tries, get: tries })
  const { status } = await server.resend(verificationId, {}, KEY)
  for (let n = 0; n < 20; n++) await pass()
  expect(status).toBe(200)
  const held = timeOf('recordSend') - timeOf('claim')
  expect(held).toBeLessThan(RESEND_PATIENCE)
  // No longer than it has to be: a visitor whose server has crashed waits for it.
  expect(held).toBeGreaterThan(RESEND_PATIENCE - 1000)
  expect(timeOf('complete') - timeOf('begin', 'first')).toBeLessThan(CALL_PATIENCE)
  expect((await server.resend(verificationId, {}, KEY)).status).toBe(200)
  expect(server.sandbox.messages(NUMBER)).toHaveLength(2)
})

it('a right code is a token though the provider take all its time and the store be away for six seconds (SR-C13)', async () => {
  const { verificationId } = (await server.start()).body
  server.advance(60)
  slowestWith({ settleAttempt: 4 })
  const { status } = await server.check(verificationId, server.code())
  expect(status).toBe(200)
  expect(timeOf('settleAttempt') - timeOf('reserveAttempt')).toBeLessThan(ATTEMPT_PATIENCE)
})

it('a message is recorded though the provider take all its time and the store be away for six seconds (SR-C13)', async () => {
  slowestWith({ recordSend: 3 })
  const { status } = await server.start({}, KEY)
  expect(status).toBe(201)
  expect(timeOf('recordSend') - timeOf('add')).toBeLessThan(SEND_PATIENCE)
})

it('leases last as long as documents say', () => {
  expect({ ATTEMPT_PATIENCE, SEND_PATIENCE, CALL_PATIENCE }).toEqual({
    ATTEMPT_PATIENCE: 20_000,
    SEND_PATIENCE: 20_000,
    CALL_PATIENCE: 75_000,
  })
})
