import { SignJWT } from 'jose'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { machineStores } from '../store/test/machine-stores.js'
import type { Store } from '../store/store.js'
import { TestServer, testSite } from '../test/harness.js'
import { TICKET_TYPE } from './ticket.js'

const DAY = 24 * 3600
const SECRET = `otps_${'s'.repeat(43)}`
const { stores } = machineStores()

const from = (n: number) => ({ 'X-Forwarded-For': `10.${(n >> 16) & 255}.${(n >> 8) & 255}.${n & 255}` })
/** Some two thousand numbers of as many ranges, so that nothing but the budget is in their way. */
const number = (n: number) =>
  `+1${['202', '213', '312', '415', '646', '713', '917'][n % 7]}${String(5_550_123 - Math.floor((n % 2000) / 7) * 10_000)}`
const CALLER = from(0xaa_0001)

describe.each(stores)(
  'whoever asks for one number after the other, of a server with a %s store,',
  (_, open) => {
    let server: TestServer
    let store: Store
    beforeEach(async () => {
      store = open({ now: () => server.time, capacity: 1500 })
      server = await TestServer.start({
        sites: [testSite({ shadow: false, dailyBudget: 50, secrets: [SECRET] })],
        deps: { trustedProxies: 1, store },
      })
    })
    afterEach(async () => {
      await server.stop()
      await store.close()
    })

    /** Makes a number known. */
    async function prove(n: number): Promise<void> {
      const { body } = await server.start({ phoneNumber: number(n) }, from(n << 8))
      expect((await server.check(body.verificationId, server.code(number(n)), from(n << 8))).status).toBe(200)
    }

    /** Leaves nothing of the day for strangers. */
    async function useUp(): Promise<void> {
      for (let n = 100; ; n++) {
        const { status } = await server.start({ phoneNumber: number(n) }, from(n << 8))
        if (status !== 201) return
      }
    }

    const reasons = () => server.events.flatMap((one) => (one.event === 'refused' ? [one.reason] : []))
    const count = (reason: string) => reasons().filter((one) => one === reason).length

    it('learns of sixty numbers an hour, also with all starts at once (SR-D01, SR-D07)', async () => {
      await prove(0)
      server.advance(DAY)
      await useUp()
      const before = reasons().length
      const all = Array.from({ length: 400 }, (_, n) =>
        server.start({ phoneNumber: number(n + 200) }, CALLER),
      )
      expect(new Set((await Promise.all(all)).map(({ body }) => body.code))).toEqual(new Set(['cannot_send']))
      expect(reasons().length - before).toBe(400)
      expect(count('refusals')).toBe(340)
      expect((await server.start({ phoneNumber: number(0) }, CALLER)).body.code).toBe('cannot_send')
      expect((await server.start({ phoneNumber: number(0) }, from(0))).status).toBe(201)
    })

    it('pays with refusals for what a ticket tells that is handed in for many at once (SR-D01, SR-D07)', async () => {
      for (let n = 0; n < 12; n++) await prove(n)
      server.advance(DAY)
      await useUp()
      const ticket = await new SignJWT({ sid: 'session', exp: server.time / 1000 + 60 })
        .setProtectedHeader({ alg: 'HS256', typ: TICKET_TYPE })
        .sign(new TextEncoder().encode(SECRET))
      // Each of them finds it unused before any uses it up.
      const claim = store.claim.bind(store)
      const waiting: (() => void)[] = []
      vi.spyOn(store, 'claim').mockImplementation(async (...claimed) => {
        await new Promise<void>((resolve) => {
          if (waiting.push(resolve) === 12) for (const go of waiting) go()
        })
        return claim(...claimed)
      })
      const all = Array.from({ length: 12 }, (_, n) =>
        server.start({ phoneNumber: number(n), ticket }, CALLER),
      )
      const answers = (await Promise.all(all)).map(({ body }) => body.code ?? 'sent')
      expect(answers.toSorted()).toEqual(['sent', ...Array.from({ length: 11 }, () => 'ticket_invalid')])
      for (let n = 0; n < 60; n++) await server.start({ phoneNumber: number(n + 200) }, CALLER)
      expect(count('refusals')).toBe(11)
    })

    it('fills no store with it, from however many addresses: there is room for who may be sent to (SR-D20)', async () => {
      await prove(0)
      server.advance(DAY)
      await useUp()
      for (let n = 0; n < 2000; n++) {
        const { body } = await server.start({ phoneNumber: number(200 + (n % 1000)) }, from((n + 500) << 8))
        expect(body.code).toBe('cannot_send')
      }
      expect((await server.start({ phoneNumber: number(0) }, from(0))).status).toBe(201)
    })
  },
)
