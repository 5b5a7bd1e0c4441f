import { SignJWT } from 'jose'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { AppDeps } from '../app.js'
import { StoreError, type Receipt, type Store } from '../store/store.js'
import { away, failing } from '../store/test/failing.js'
import { NUMBER, TestServer, testSite } from '../test/harness.js'

const SECRET = 'otps_0123456789abcdef0123456789abcdef'
const KEY = { 'Idempotency-Key': '0'.repeat(36) }

let server: TestServer
let store: Store
afterEach(() => server.stop())

/** What was charged so far. */
let consumed: Receipt[]

async function serve(requireTicket: boolean, deps: Partial<AppDeps> = {}): Promise<void> {
  const sites = [testSite({ shadow: false, requireTicket, secrets: [SECRET] })]
  server = await TestServer.start({ sites, deps })
  ;({ store } = server.deps)
  consumed = []
  const { consume } = store
  store.consume = async (...args) => {
    const answer = await consume(...args)
    if ('charges' in answer) consumed.push(answer)
    return answer
  }
}

/** Has the store take that many milliseconds to give back. @returns what it has given back so far */
function refunds(wait = 0): Receipt[] {
  const givenBack: Receipt[] = []
  const { refund } = store
  store.refund = async (receipt) => {
    await new Promise((resolve) => setTimeout(resolve, wait))
    await refund(receipt)
    givenBack.push(receipt)
  }
  return givenBack
}

const messages = () => server.sandbox.messages(NUMBER).length

describe('a start with a ticket, when the store goes away', () => {
  beforeEach(() => serve(true))

  function ticket(): Promise<string> {
    return new SignJWT({ sid: 's', exp: Math.floor(server.time / 1000) + 110 })
      .setProtectedHeader({ alg: 'HS256', typ: 'otp-start+jwt' })
      .sign(new TextEncoder().encode(SECRET))
  }

  it.each(['unheard', 'answer lost'] as const)('leaves its ticket good (%s)', async (how) => {
    const start = { ticket: await ticket() }
    failing(store, 'claim', 1, how)
    expect((await server.start(start, KEY)).body.code).toBe('service_unavailable')
    expect((await server.start(start, KEY)).status).toBe(201)
    server.advance(30)
    expect((await server.start(start)).body.code).toBe('ticket_invalid')
    expect(messages()).toBe(1)
  })

  it('leaves a ticket good that the store takes late', async () => {
    const start = { ticket: await ticket() }
    const { claim, release } = store
    let late: (() => Promise<unknown>) | undefined
    store.claim = async (...args) => {
      late = () => claim(...args)
      throw new StoreError('away')
    }
    let releases = 0
    store.release = async (...args) => {
      await release(...args)
      // It is given back at once, with the charges, and when no call can be on its way any more.
      if (++releases === 2) await late?.()
    }
    expect((await server.start(start)).body.code).toBe('service_unavailable')
    store.claim = claim
    await expect.poll(() => releases).toBe(3)
    expect((await server.start(start)).status).toBe(201)
  })

  it('is given back what it was charged, once the store is back', async () => {
    const start = { ticket: await ticket() }
    away(store, 6, 'claim')
    expect((await server.start(start, KEY)).body.code).toBe('service_unavailable')
    await expect.poll(async () => (await server.start(start, KEY)).status).toBe(201)
    expect(messages()).toBe(1)
  })

  it('has its charges back when it is answered that another has used its ticket meanwhile', async () => {
    const start = { ticket: await ticket() }
    const givenBack = refunds(50)
    store.claim = async () => false
    expect((await server.start(start)).body.code).toBe('ticket_invalid')
    expect(givenBack).toHaveLength(1)
  })

  it('keeps its ticket good though its charges cannot be given back', async () => {
    const start = { ticket: await ticket() }
    failing(store, 'add', 1)
    failing(store, 'refund', 1)
    expect((await server.start(start, KEY)).body.code).toBe('service_unavailable')
    server.advance(31)
    expect((await server.start(start, KEY)).status).toBe(201)
  })
})

describe('a refused call', () => {
  // Waits as long as it is told to: the refusal has to be first.
  beforeEach(() => serve(false, { sleep: (wait) => new Promise((resolve) => setTimeout(resolve, wait)) }))

  /** The step of the store that refuses each call. */
  const STEPS = [
    ['start', 'add'],
    ['resend', 'reserveResend'],
    ['check', 'reserveAttempt'],
  ] as const
  type Operation = (typeof STEPS)[number][0]

  /** Makes a call that the store refuses in that step. @param then what happens just before it does */
  async function refused(operation: Operation, step: string, then = () => {}): Promise<void> {
    const { verificationId } = (await server.start()).body
    server.advance(30)
    Object.assign(store, {
      async [step]() {
        then()
        return step === 'add' ? 'busy' : { refused: 'too_soon', wait: 1000 }
      },
    })
    const call = {
      start: () => server.start({ phoneNumber: '+12025550199' }),
      resend: () => server.resend(verificationId),
      check: () => server.check(verificationId, server.code()),
    }[operation]
    expect((await call()).body).toMatchObject({ retryAfter: 1 })
  }

  it.each(STEPS)(
    'is answered, and has its charges back once the store is back (%s)',
    async (operation, step) => {
      const givenBack = refunds()
      const { now } = store
      // For as long as nobody waits for its answer.
      await refused(operation, step, () => (store.now = () => Promise.reject(new StoreError('away'))))
      expect(givenBack).toEqual([])
      store.now = now
      await expect.poll(() => givenBack).toHaveLength(1)
    },
  )

  it.each(STEPS)(
    'has just its charges back when it is answered, however slow the store (%s)',
    async (operation, step) => {
      const givenBack = refunds(50)
      const charged: Receipt[] = []
      await refused(operation, step, () => charged.push(...consumed.slice(-1)))
      expect(givenBack).toEqual(charged)
    },
  )
})
