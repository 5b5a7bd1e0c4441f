import { randomUUID } from 'node:crypto'
import { afterEach, describe, expect, it, onTestFinished } from 'vitest'
import { createApp } from '../app.js'
import { conversionOver } from '../guard/conversion.js'
import { namesUnder } from '../guard/names.js'
import { solvedChallenge } from '../guard/test/solved-challenge.js'
import type { Alert } from '../observe/alert.js'
import { digestsUnder } from '../pepper/digests.js'
import { infobipProvider } from '../provider/infobip/infobip.js'
import type { FaultInput } from '../sandbox/faults.js'
import { redisStore } from '../store/redis/redis.js'
import { HAS_REDIS_SERVER, startRedisServer } from '../store/redis/test/redis-server.js'
import type { Store } from '../store/store.js'
import { machineStores } from '../store/test/machine-stores.js'
import { accountOf, TestServer, testSite } from '../test/harness.js'

const MINUTE = 60
const PEPPER = Buffer.alloc(32, 7)

/** A number of one million, in a range that no other start asks for, and an address that is nobody else's. */
const number = (n: number) => `+12025${20 + n}0123`
const from = (n: number) => ({ 'X-Forwarded-For': `10.${n}.1.1` })

const { stores } = machineStores()
const STORES: [name: string, open: (now: () => number) => Promise<Store>][] = [
  ...stores.map(([name, open]): (typeof STORES)[number] => [
    name,
    async (now) => open({ now, capacity: 1000 }),
  ]),
  [
    'redis',
    async (now) => {
      const redis = await startRedisServer()
      const store = redisStore({ url: redis.url, prefix: `${randomUUID()}:`, now })
      onTestFinished(async () => {
        await store.close()
        await redis.stop()
      })
      return store
    },
  ],
]

describe.each(STORES)('starts that Infobip left unanswered (%s)', (name, open) => {
  let server: TestServer
  let alerts: Alert[]
  afterEach(() => server?.stop())

  async function serve(): Promise<void> {
    alerts = []
    const time = Date.UTC(2026, 0, 15, 12)
    const store = await open(() => server?.time ?? time)
    server = await TestServer.start({
      sites: [testSite({ shadow: false, challenge: { kind: 'altcha' } })],
      patience: 1000,
      deps: {
        ...{ store, pepper: PEPPER, challenge: solvedChallenge, trustedProxies: 1 },
        notify: (alert) => void alerts.push(alert),
      },
    })
  }

  /** Has a server take over, at whose provider nothing is amiss, and that knows of the outage what is in the store. */
  function another(numberLookup = false): void {
    const provider = infobipProvider({ ...accountOf(server.sandbox), numberLookup })
    server.app = createApp({ ...server.deps, provider })
  }

  /** Twenty-four visitors at once, who solve a challenge and get no code. @returns what they are told */
  async function outage(fault: FaultInput): Promise<Set<string | undefined>> {
    server.sandbox.arm(fault)
    const visitors = Array.from({ length: 24 }, (_, n) =>
      server.start({ phoneNumber: number(n), challenge: 'solved' }, from(n)),
    )
    const told = new Set((await Promise.all(visitors)).map(({ body }) => body.code))
    server.sandbox.disarm()
    return told
  }

  const conversion = () => conversionOver(server.deps.store, namesUnder(digestsUnder(PEPPER)))
  const route = {
    ...{ sitekey: 'shop', country: 'US', e164: number(0) },
    ...{ address: undefined, ticketed: false },
  }

  it.skipIf(name === 'redis' && !HAS_REDIS_SERVER)(
    'count on neither side of what becomes of codes: the network stays whole (SR-K05)',
    async () => {
      await serve()
      const told = await outage({ kind: 'hang-headers', operation: 'send', times: 'always' })
      expect(told).toEqual(new Set(['provider_unavailable']))
      another()
      server.advance(5 * MINUTE)
      expect(await conversion().recent('shop')).toEqual({
        lately: { started: 0, proven: 0 },
        week: { started: 0, proven: 0 },
      })
      expect(await conversion().isBroken(route)).toBe(false)
      const { status } = await server.start({ phoneNumber: number(30), challenge: 'solved' }, from(30))
      expect({ status, alerts: alerts.filter(({ alert }) => alert === 'network') }).toEqual({
        status: 201,
        alerts: [],
      })
    },
  )

  it.skipIf(name === 'redis' && !HAS_REDIS_SERVER)(
    'unlike numbers that a lookup finds unreachable: who asks for those is what a network is watched for (SR-K05)',
    async () => {
      await serve()
      another(true)
      const told = await outage({ kind: 'not-sent', operation: 'send', times: 'always' })
      expect(told).toEqual(new Set(['delivery_failed']))
      server.advance(5 * MINUTE)
      expect(await conversion().isBroken(route)).toBe(true)
      expect((await conversion().recent('shop')).lately.started).toBe(24)
    },
  )

  it.skipIf(name === 'redis' && !HAS_REDIS_SERVER)(
    'stay charged: the message may have been sent',
    async () => {
      await serve()
      await outage({ kind: 'hang-headers', operation: 'send', times: 'always', after: true })
      another()
      server.advance(5 * MINUTE)
      server.reconfigure({ dailyBudget: 5 })
      expect((await server.start({ phoneNumber: number(31), challenge: 'solved' }, from(31))).body.code).toBe(
        'cannot_send',
      )
    },
  )

  it.skipIf(name === 'redis' && !HAS_REDIS_SERVER)(
    'leave a resend its start: the first code may still be entered',
    async () => {
      await serve()
      const { verificationId } = (await server.start({ phoneNumber: number(0) }, from(0))).body
      server.advance(30)
      server.sandbox.arm({ kind: 'hang-headers', operation: 'resend' })
      expect((await server.resend(verificationId, {}, from(0))).status).toBe(503)
      server.advance(5 * MINUTE)
      expect((await conversion().recent('shop')).lately).toEqual({ started: 1, proven: 0 })
    },
  )
})
