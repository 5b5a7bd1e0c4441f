import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { memoryStore } from '../store/memory.js'
import { StoreFullError, type Store } from '../store/store.js'
import { tally } from '../store/test/bench.js'
import { NUMBER, TestServer, testSite } from '../test/harness.js'
import { startFake, type FakeSiteverify } from './test/fake-siteverify.js'
import { code, hostedServer, KINDS, OTHER_NUMBER, SECRET, stranger } from './test/hosted-server.js'
import { solution } from './test/visitors.js'

const CAPACITY = 200
const DAY = 24 * 60 * 60_000

let server: TestServer
let store: Store

/** Keeps what newcomers may, with one thing after the other. */
async function fillWith(add: (n: number) => Promise<unknown>): Promise<void> {
  for (let n = 0, full = false; !full; n++) {
    await add(n).catch((error: unknown) => (full = error instanceof StoreFullError))
  }
}

async function fill(): Promise<void> {
  await fillWith((n) => store.claim(`key ${n}`, 'newcomer', DAY))
  await fillWith((n) => store.consume([tally(`account ${n}`, 3, DAY)]))
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
    server.advance(30)
    await fill()
    expect(code(await server.start({ phoneNumber: OTHER_NUMBER, challenge: other }, stranger()))).toBe(
      'service_unavailable',
    )
    expect(code(await server.resend(body.verificationId, { challenge: first }, stranger()))).toBe(200)
    server.advance(60)
    expect(code(await server.resend(body.verificationId, { challenge: first }, stranger()))).toBe(
      'challenge_failed',
    )
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
      server.advance(30)
      await fill()
      expect(code(await server.start({ phoneNumber: OTHER_NUMBER, challenge: other }, stranger()))).toBe(
        'service_unavailable',
      )
      expect(code(await server.resend(body.verificationId, { challenge: first }, stranger()))).toBe(200)
      server.advance(60)
      expect(code(await server.resend(body.verificationId, { challenge: first }, stranger()))).toBe(
        'challenge_failed',
      )
    })

    it('nobody fill the room of those under way with answers that solve nothing (SR-D20)', async () => {
      const { body } = await server.start({}, stranger())
      await fill()
      for (let n = 0; n < CAPACITY; n++) {
        const answer = await server.resend(body.verificationId, { challenge: `0.made-up-${n}` }, stranger())
        expect(['challenge_failed', 'rate_limited']).toContain(code(answer))
      }
      expect(await store.consume([tally('of another', 3, DAY)], 'under way')).toHaveProperty('charges')
      expect(await store.claim('of another', 'another', DAY, 'under way')).toBe(true)
    })
  })
})
