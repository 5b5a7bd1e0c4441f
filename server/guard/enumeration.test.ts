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
      store = open({ now: () => server.time, capacity: 1200 })
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

    /** Starts with one ticket, each of which finds it unused before any uses it up. */
    async function race(sid: string, numbers: readonly number[]): Promise<string[]> {
      const ticket = await new SignJWT({ sid, exp: server.time / 1000 + 60 })
        .setProtectedHeader({ alg: 'HS256', typ: TICKET_TYPE })
        .sign(new TextEncoder().encode(SECRET))
      const claim = store.claim.bind(store)
      const waiting: (() => void)[] = []
      const claims = vi.spyOn(store, 'claim').mockImplementation(async (...claimed) => {
        await new Promise<void>((resolve) => {
          if (waiting.push(resolve) === numbers.length) for (const go of waiting) go()
        })
        return claim(...claimed)
      })
      const starts = numbers.map((n) => server.start({ phoneNumber: number(n), ticket }, CALLER))
      const answers = (await Promise.all(starts)).map(({ body }) => body.code ?? 'sent')
      claims.mockRestore()
      return answers.toSorted()
    }

    const numbers = (count: number, first = 0) => Array.from({ length: count }, (_, n) => first + n)
    const oneOf = (count: number) => ['sent', ...numbers(count - 1).map(() => 'ticket_invalid')]

    it('pays with refusals for what a ticket tells that is handed in for many at once (SR-D01, SR-D07)', async () => {
      for (const n of numbers(12)) await prove(n)
      server.advance(DAY)
      await useUp()
      expect(await race('one', numbers(12))).toEqual(oneOf(12))
      for (const n of numbers(60, 200)) await server.start({ phoneNumber: number(n) }, CALLER)
      expect(count('refusals')).toBe(11)
    })

    it('is counted nowhere while the guard only shadows (SR-K11)', async () => {
      server.deps.sites.get('shop')!.shadow = true
      expect(await race('one', numbers(40))).toEqual(oneOf(40))
      expect(await race('two', numbers(40, 100))).toEqual(oneOf(40))
      expect((await server.start({ phoneNumber: number(200) }, CALLER)).status).toBe(201)
      const shadowed = server.events.flatMap((one) => (one.event === 'shadowed' ? [one.rule] : []))
      expect(shadowed).not.toContain('refusals')
      expect(shadowed.length).toBeGreaterThan(0)
    })

    it('fills no store with it, from however many addresses: there is room for who may be sent to (SR-D20)', async () => {
      await prove(0)
      server.advance(DAY)
      await useUp()
      for (let n = 0; n < 1300; n++) {
        const { body } = await server.start({ phoneNumber: number(200 + (n % 1000)) }, from((n + 500) << 8))
        expect(body.code).toBe('cannot_send')
        // Else the loop never turns, and connections that have long been closed look open.
        await new Promise(setImmediate)
      }
      expect((await server.start({ phoneNumber: number(0) }, from(0))).status).toBe(201)
    })
  },
)
