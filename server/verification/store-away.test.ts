import { setTimeout } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Store } from '../store/store.js'
import { failing } from '../store/test/failing.js'
import { NUMBER, TestServer, testSite } from '../test/harness.js'

let server: TestServer
let store: Store
beforeEach(async () => {
  server = await TestServer.start({ sites: [testSite({ shadow: false, dailyBudget: 2 })] })
  ;({ store } = server.deps)
})
afterEach(() => server.stop())

const KEY = { 'Idempotency-Key': '0'.repeat(36) }

type Failure = [method: keyof Store, times: number, how?: 'unheard' | 'answer lost']
const away = (...failure: Failure) => failing(store, ...failure)

/** Lets the store fail from the moment at which the provider has answered. */
function awayOnceAsked(operation: 'send' | 'resend' | 'check', ...fail: Failure): void {
  const { provider } = server.deps
  const ask = provider[operation].bind(provider) as (...args: unknown[]) => Promise<unknown>
  Object.assign(provider, {
    async [operation](...args: unknown[]) {
      const outcome = await ask(...args)
      away(...fail)
      return outcome
    },
  })
}

/** Has the provider take that many seconds to answer a check. */
function slowCheck(seconds: number): void {
  const { provider } = server.deps
  const ask = provider.check.bind(provider)
  provider.check = async (...args) => {
    const outcome = await ask(...args)
    server.advance(seconds)
    return outcome
  }
}

const messages = () => server.sandbox.messages(NUMBER).length

describe('a store that goes away when the provider has answered (SR-C13)', () => {
  it.each([
    ['unheard', 'settleAttempt'],
    ['answer lost', 'settleAttempt'],
    ['unheard', 'recent'],
  ] as const)('the right code is a token all the same (%s: %s)', async (how, method) => {
    const { verificationId } = (await server.start()).body
    awayOnceAsked('check', method, 3, how)
    const { status, body } = await server.check(verificationId, server.code())
    expect({ status, token: typeof body.token }).toEqual({ status: 200, token: 'string' })
    expect(server.asked('/verify')).toBe(1)
    expect((await server.check(verificationId, server.code())).body.code).toBe('already_verified')
  })

  it.each(['unheard', 'answer lost'] as const)('a wrong code costs one attempt (%s)', async (how) => {
    const { verificationId } = (await server.start()).body
    awayOnceAsked('check', 'settleAttempt', 3, how)
    const { body } = await server.check(verificationId, server.wrongCode())
    expect(body).toMatchObject({ code: 'code_incorrect', attemptsRemaining: 4 })
    server.advance(1)
    expect((await server.check(verificationId, server.code())).status).toBe(200)
  })

  it('a lease that is void by then proves nothing', async () => {
    const { verificationId } = (await server.start()).body
    awayOnceAsked('check', 'settleAttempt', 1)
    slowCheck(20)
    const { body } = await server.check(verificationId, server.code())
    expect(body.code).toBe('provider_unavailable')
    expect((await server.status(verificationId)).body.state).toBe('sent')
  })

  it('a wrong code that is told too late counts as not answered, and its retry asks nobody', async () => {
    const { verificationId } = (await server.start()).body
    slowCheck(21)
    for (let tries = 0; tries < 2; tries++) {
      const { body } = await server.check(verificationId, server.wrongCode(), KEY)
      expect(body.code).toBe('provider_unavailable')
      server.advance(4)
    }
    expect(server.asked('/verify')).toBe(1)
  })

  it.each([
    ['check', 'consume', undefined, 'code_incorrect'],
    ['check', 'refund', 401, 'provider_unavailable'],
    ['resend', 'returnResend', 429, 'rate_limited'],
  ] as const)(
    'what the provider said to a %s is told, though %s fails for good',
    async (call, method, status, code) => {
      const { verificationId } = (await server.start()).body
      server.advance(30)
      const operation = call === 'check' ? 'verify' : call
      if (status !== undefined) server.sandbox.arm({ kind: 'status', operation, status })
      awayOnceAsked(call, method, Infinity)
      const made =
        call === 'check' ? server.check(verificationId, server.wrongCode()) : server.resend(verificationId)
      expect((await made).body.code).toBe(code)
    },
  )

  it.each(['unheard', 'answer lost'] as const)('a start is one message (%s)', async (how) => {
    awayOnceAsked('send', 'recordSend', 3, how)
    const { status, body } = await server.start({}, KEY)
    expect(status).toBe(201)
    expect((await server.start({}, KEY)).body.verificationId).toBe(body.verificationId)
    expect(messages()).toBe(1)
    expect((await server.check(body.verificationId, server.code())).status).toBe(200)
  })

  it('a message recorded too late does not replace a newer one', async () => {
    let newer = ''
    awayOnceAsked('send', 'recordSend', 1)
    const { now } = store
    store.now = async () => {
      store.now = now
      server.advance(60)
      newer = (await server.start()).body.verificationId
      return now()
    }
    expect((await server.start()).body.code).toBe('verification_not_found')
    expect((await server.check(newer, server.code())).status).toBe(200)
  })

  it('a message whose time is over once it is sent is not sent again', async () => {
    vi.spyOn(store, 'recordSend').mockResolvedValueOnce(false)
    for (let tries = 0; tries < 2; tries++) {
      expect((await server.start({}, KEY)).body.code).toBe('verification_not_found')
      server.advance(61)
    }
    expect(messages()).toBe(1)
  })

  it('a resend is one message', async () => {
    const { verificationId } = (await server.start()).body
    server.advance(30)
    awayOnceAsked('resend', 'recordSend', 3)
    expect((await server.resend(verificationId, {}, KEY)).status).toBe(200)
    expect((await server.resend(verificationId, {}, KEY)).status).toBe(200)
    expect(messages()).toBe(2)
  })

  it('a retry finds the answer that could not be recorded at once', async () => {
    away('complete', 5)
    const { status, body } = await server.start({}, KEY)
    const { verificationId } = body
    expect({ status, verificationId }).toEqual({ status: 201, verificationId: expect.any(String) })
    expect((await server.start({}, KEY)).body.verificationId).toBe(verificationId)
    server.advance(31)
    expect((await server.start({}, KEY)).body.verificationId).toBe(verificationId)
    expect(messages()).toBe(1)
  })

  it('away for good: the message is not sent again', async () => {
    awayOnceAsked('send', 'recordSend', Infinity)
    expect((await server.start({}, KEY)).body.code).toBe('service_unavailable')
    // No call that began under the key takes as long.
    for (const seconds of [0, 74]) {
      server.advance(seconds)
      expect((await server.start({}, KEY)).body.code).toBe('service_unavailable')
      expect(messages()).toBe(1)
    }
  })
})

describe('a store that goes away before the provider is asked', () => {
  it.each(['consume', 'add'] as const)(
    'a start may be made again under its key, and has cost nothing (%s)',
    async (step) => {
      for (let n = 0; n < 4; n++) {
        away(step, 1)
        expect((await server.start({}, KEY)).body.code).toBe('service_unavailable')
      }
      expect((await server.start({}, KEY)).status).toBe(201)
      expect(messages()).toBe(1)
    },
  )

  it.each(['get', 'consume', 'reserveAttempt'] as const)(
    'a check may be made again under its key, and costs no attempt (%s)',
    async (step) => {
      const { verificationId } = (await server.start()).body
      away(step, 1)
      expect((await server.check(verificationId, server.code(), KEY)).body.code).toBe('service_unavailable')
      expect((await server.status(verificationId)).body.attemptsRemaining).toBe(5)
      expect((await server.check(verificationId, server.code(), KEY)).status).toBe(200)
    },
  )

  it('an attempt, and what its check was charged, is given back for which no guess could be counted', async () => {
    const { verificationId } = (await server.start()).body
    const refund = vi.spyOn(store, 'refund')
    const { reserveAttempt } = store
    store.reserveAttempt = (...args) => {
      away('consume', 1)
      away('settleAttempt', 2)
      store.reserveAttempt = reserveAttempt
      return reserveAttempt(...args)
    }
    expect((await server.check(verificationId, server.code())).body.code).toBe('service_unavailable')
    await expect.poll(async () => (await server.status(verificationId)).body.attemptsRemaining).toBe(5)
    await expect.poll(() => refund).toHaveBeenCalledOnce()
    server.advance(1)
    expect((await server.check(verificationId, server.code())).status).toBe(200)
    expect(server.asked('/verify')).toBe(1)
  })

  it.each(['consume', 'reserveResend'] as const)(
    'a resend may be made again under its key, and has cost nothing (%s)',
    async (step) => {
      const { verificationId } = (await server.start()).body
      server.advance(30)
      for (let n = 0; n < 4; n++) {
        away(step, 1)
        expect((await server.resend(verificationId, {}, KEY)).body.code).toBe('service_unavailable')
      }
      expect((await server.resend(verificationId, {}, KEY)).status).toBe(200)
    },
  )

  it.each(['recent', 'reserveAttempt'] as const)(
    'a check is given back what it was charged (%s)',
    async (step) => {
      const { verificationId } = (await server.start()).body
      const refund = vi.spyOn(store, 'refund')
      away(step, 1)
      expect((await server.check(verificationId, server.code())).body.code).toBe('service_unavailable')
      await expect.poll(() => refund).toHaveBeenCalledOnce()
    },
  )

  it('a call is not made again before it has been given back what it was charged', async () => {
    const order: string[] = []
    const { refund, abandon } = store
    store.refund = async (receipt) => {
      await setTimeout(50)
      order.push('refund')
      return refund(receipt)
    }
    store.abandon = (...args) => {
      order.push('abandon')
      return abandon(...args)
    }
    away('add', 1)
    expect((await server.start({}, KEY)).body.code).toBe('service_unavailable')
    await expect.poll(() => order).toEqual(['refund', 'abandon'])
  })

  it('full: a start that finds no room has cost nothing', async () => {
    const { add } = store
    store.add = async () => 'full'
    for (let n = 0; n < 4; n++) expect((await server.start()).body.code).toBe('service_unavailable')
    store.add = add
    expect((await server.start()).status).toBe(201)
  })

  it('a verification ends with the guesses of its number', async () => {
    const { verificationId } = (await server.start()).body
    const { reserveAttempt, consume } = store
    store.reserveAttempt = async (...args) => {
      store.consume = async ([charge]) => ({ refused: charge!.key, left: 0, wait: 0 })
      return reserveAttempt(...args)
    }
    expect((await server.check(verificationId, server.code())).body.code).toBe('attempts_exhausted')
    Object.assign(store, { reserveAttempt, consume })
    expect((await server.status(verificationId)).body.state).toBe('exhausted')
  })

  it('a check that comes too soon is given back what it was charged', async () => {
    const { verificationId } = (await server.start()).body
    await server.check(verificationId, server.wrongCode())
    const refund = vi.spyOn(store, 'refund')
    expect((await server.check(verificationId, server.wrongCode())).body.code).toBe('rate_limited')
    expect(refund).toHaveBeenCalledOnce()
  })

  it('whoever has no guess left is told so, though the end cannot be noted', async () => {
    const { verificationId } = (await server.start()).body
    const { reserveAttempt } = store
    store.reserveAttempt = async (...args) => {
      store.consume = async ([charge]) => ({ refused: charge!.key, left: 0, wait: 0 })
      away('settleAttempt', Infinity)
      return reserveAttempt(...args)
    }
    expect((await server.check(verificationId, server.code(), KEY)).body.code).toBe('attempts_exhausted')
  })
})
