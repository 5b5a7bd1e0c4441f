import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { memoryStore } from '../store/memory.js'
import type { Store } from '../store/store.js'
import { tally } from '../store/test/bench.js'
import { fill } from '../store/test/machine-stores.js'
import { NUMBER, TestServer, testSite } from '../test/harness.js'
import { startFake, type FakeSiteverify } from './test/fake-siteverify.js'
import { code, hostedServer, KINDS, OTHER_NUMBER, SECRET, stranger } from './test/hosted-server.js'
import { solution } from './test/visitors.js'

const CAPACITY = 200
const DAY = 24 * 60 * 60_000

let server: TestServer
let store: Store

/** Has newcomers keep all that they may. */
async function fillStore(): Promise<void> {
  await fill((n) => store.claim(`key ${n}`, 'newcomer', DAY))
  await fill((n) => store.consume([tally(`account ${n}`, 3, DAY)]))
}

/** Expects of a store that is full now that a solution is good for a resend, once, and another for no start. */
async function expectRoomFor(verificationId: string, challenge: unknown, other: unknown): Promise<void> {
  server.advance(30)
  await fillStore()
  const start = await server.start({ phoneNumber: OTHER_NUMBER, challenge: other }, stranger())
  expect(code(start)).toBe('service_unavailable')
  expect(code(await server.resend(verificationId, { challenge }, stranger()))).toBe(200)
  server.advance(60)
  expect(code(await server.resend(verificationId, { challenge }, stranger()))).toBe('challenge_failed')
}

const open = () => (store = memoryStore({ now: () => server.time, capacity: CAPACITY }))

describe('in a store that newcomers have filled a solution lets', () => {
  afterEach(() => server.stop())

  it('those under way go on, and no start, with a challenge of ours (SR-D20, SR-K14)', async () => {
    server = await TestServer.start({
      sites: [testSite({ challenge: { kind: 'altcha' } })],
      deps: { store: open(), trustedProxies: 1 },
    })
    const { body } = await server.start({}, stranger())
    const [first, other] = await Promise.all(
      [NUMBER, OTHER_NUMBER].map((phoneNumber) => solution(server, { phoneNumber }, stranger())),
    )
    await expectRoomFor(body.verificationId, first, other)
  })

  describe.each(['turnstile', 'hcaptcha'] as const)('with %s', (kind) => {
    let fake: FakeSiteverify
    let token: (over?: object, asked?: object) => Promise<string>
    beforeEach(async () => {
      fake = await startFake(SECRET, KINDS[kind].manner)
      ;({ server, token } = await hostedServer(kind, fake, { store: open() }))
    })
    afterEach(() => fake.stop())

    it('those under way go on, and no start (SR-D20, SR-K14)', async () => {
      const { body } = await server.start({}, stranger())
      const [first, other] = [await token(), await token({}, { phoneNumber: OTHER_NUMBER })]
      await expectRoomFor(body.verificationId, first, other)
    })

    it('nobody fill the room of those under way with answers that solve nothing (SR-D20)', async () => {
      const { body } = await server.start({}, stranger())
      await fillStore()
      for (let n = 0; n < CAPACITY; n++) {
        const answer = await server.resend(body.verificationId, { challenge: `0.made-up-${n}` }, stranger())
        expect(['challenge_failed', 'rate_limited']).toContain(code(answer))
      }
      expect(await store.consume([tally('of another', 3, DAY)], 'under way')).toHaveProperty('charges')
      expect(await store.claim('of another', 'another', DAY, 'under way')).toBe(true)
    })
  })
})
