import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { StoreError } from '../store/store.js'
import { NUMBER, startTwoSites, TestServer } from '../test/harness.js'

let server: TestServer
beforeEach(async () => {
  server = await TestServer.start({ patience: 500 })
})
afterEach(() => server.stop())

const key = (name: string) => ({ 'Idempotency-Key': name.padEnd(36, '0') })

describe('the Idempotency-Key header (SR-C10)', () => {
  it('makes five retried starts one message with one handle', async () => {
    const answers = []
    for (let tries = 0; tries < 5; tries++) answers.push(await server.start({}, key('start')))
    expect(new Set(answers.map(({ body }) => body.verificationId)).size).toBe(1)
    expect(answers.map(({ status }) => status)).toEqual([201, 201, 201, 201, 201])
    expect(server.sandbox.messages(NUMBER)).toHaveLength(1)
  })

  it('asks nobody again what was answered for good: a message that cannot be delivered, a code that is gone', async () => {
    server.sandbox.arm({ kind: 'not-sent', operation: 'send' })
    const failed = [await server.start({}, key('lost')), await server.start({}, key('lost'))]
    expect(failed.map(({ body }) => body.code)).toEqual(['delivery_failed', 'delivery_failed'])
    const { status: again, body } = await server.start({}, key('again'))
    expect(again).toBe(201)
    server.advance(30)
    server.sandbox.arm({ kind: 'status', operation: 'resend', status: 404 })
    const resend = () => server.resend(body.verificationId, {}, key('resend'))
    const gone = [await resend(), await resend()]
    expect(gone.map(({ status, body }) => [status, body.code])).toEqual([
      [410, 'verification_expired'],
      [410, 'verification_expired'],
    ])
  })

  it('gives the same answer to retries that arrive while the first is under way', async () => {
    const answers = await Promise.all(Array.from({ length: 10 }, () => server.start({}, key('start'))))
    expect(new Set(answers.map(({ body }) => body.verificationId)).size).toBe(1)
    expect(server.sandbox.messages(NUMBER)).toHaveLength(1)
  })

  /** Holds starts before anything is charged, until they are let go. */
  function held(): () => void {
    let open!: () => void
    const opened = new Promise<void>((resolve) => (open = resolve))
    const { store } = server.deps
    const add = store.add.bind(store)
    store.add = async (...args) => {
      await opened
      return add(...args)
    }
    return open
  }

  it('lets nine retries wait, and turns away the others at once (SR-D23)', async () => {
    const open = held()
    let turnedAway = 0
    const answers = Array.from({ length: 30 }, async () => {
      const answer = await server.start({}, key('start'))
      if (answer.status === 503) turnedAway++
      return answer
    })
    await expect.poll(() => turnedAway).toBe(20)
    open()
    const told = await Promise.all(answers)
    const refused = told.filter(({ status }) => status !== 201)
    expect(refused.map(({ body }) => [body.code, body.retryAfter])).toEqual(
      Array.from({ length: 20 }, () => ['service_unavailable', 1]),
    )
    expect((await server.start({}, key('start'))).status).toBe(201)
    expect(server.sandbox.messages(NUMBER)).toHaveLength(1)
  })

  it('tells retries that wait of a call without effect, and does not make it for each (SR-D23)', async () => {
    server.sandbox.arm({ kind: 'status', operation: 'send', status: 429, times: 1 })
    const answers = await Promise.all(Array.from({ length: 10 }, () => server.start({}, key('start'))))
    expect(new Set(answers.map(({ body }) => body.code))).toEqual(new Set(['rate_limited']))
    expect(server.asked('/pin')).toBe(1)
    expect((await server.start({}, key('start'))).status).toBe(201)
  })

  it('refuses another request under the key of a call that is under way', async () => {
    const open = held()
    const first = server.start({}, key('start'))
    const other = await server.start({ phoneNumber: '+12025550199' }, key('start'))
    expect(other.body).toMatchObject({ code: 'invalid_request', member: 'Idempotency-Key' })
    open()
    expect((await first).status).toBe(201)
  })

  it('gives a retried check the same token, asking the provider once', async () => {
    const { body } = await server.start()
    const first = await server.check(body.verificationId, server.code(), key('check'))
    server.advance(30)
    const second = await server.check(body.verificationId, server.code(), key('check'))
    expect(second.body.token).toBe(first.body.token)
    expect(server.asked('/verify')).toBe(1)
  })

  it('keeps the answer to a check for five minutes, and no longer', async () => {
    const { body } = await server.start()
    const check = () => server.check(body.verificationId, server.code(), key('check'))
    const { token } = (await check()).body
    expect(token).toEqual(expect.any(String))
    for (const later of [60, 239]) {
      server.advance(later)
      expect((await check()).body.token).toBe(token)
    }
    server.advance(2)
    const { status, body: late } = await check()
    expect(status).not.toBe(200)
    expect(late.token).toBeUndefined()
    expect(server.asked('/verify')).toBe(1)
  })

  it('spends one attempt on a retried wrong code', async () => {
    const { body } = await server.start()
    const wrong = server.wrongCode()
    for (let tries = 0; tries < 3; tries++) {
      const answer = await server.check(body.verificationId, wrong, key('check'))
      expect(answer.body).toMatchObject({ code: 'code_incorrect', attemptsRemaining: 4 })
    }
  })

  it('never sends a second message for a start whose outcome is unknown', async () => {
    server.sandbox.arm({ kind: 'hang-headers', operation: 'send', after: true })
    const first = await server.start({}, key('start'))
    const second = await server.start({}, key('start'))
    expect([first.body.code, second.body.code]).toEqual(['provider_unavailable', 'provider_unavailable'])
    expect(server.sandbox.messages(NUMBER)).toHaveLength(1)
  })

  it('never spends a second attempt on a check whose outcome is unknown', async () => {
    const { body } = await server.start()
    server.sandbox.arm({ kind: 'hang-headers', operation: 'verify', after: true })
    for (let tries = 0; tries < 2; tries++) {
      const answer = await server.check(body.verificationId, server.wrongCode(), key('check'))
      expect(answer.body).toMatchObject({ code: 'provider_unavailable', attemptsRemaining: 4 })
      server.advance(1)
    }
    expect(server.asked('/verify')).toBe(1)
  })

  it('lets a refusal that says when to come back be tried again with the same key', async () => {
    const { body } = await server.start()
    expect((await server.resend(body.verificationId, {}, key('resend'))).status).toBe(429)
    server.advance(30)
    expect((await server.resend(body.verificationId, {}, key('resend'))).status).toBe(200)
    expect((await server.resend(body.verificationId, {}, key('resend'))).status).toBe(200)
    expect(server.sandbox.messages(NUMBER)).toHaveLength(2)
  })

  it('keeps nothing of a call that was refused before anything happened', async () => {
    let kept = 0
    await server.stop()
    server = await TestServer.start({ patience: 500 })
    const { store } = server.deps
    const complete = store.complete.bind(store)
    store.complete = (...args) => {
      kept++
      return complete(...args)
    }
    for (let n = 0; n < 20; n++) await server.start({ phoneNumber: '+1202555' }, key(`refused-${n}`))
    expect(kept).toBe(0)
    await server.start({}, key('start'))
    expect(kept).toBe(1)
  })

  it('lets a call be made again once a store that was away is back, when nothing had happened', async () => {
    const { store } = server.deps
    const consume = store.consume.bind(store)
    store.consume = () => Promise.reject(new StoreError('away'))
    expect((await server.start({}, key('start'))).body.code).toBe('service_unavailable')
    store.consume = consume
    expect((await server.start({}, key('start'))).status).toBe(201)
  })

  it('refuses another request under a used key', async () => {
    await server.start({}, key('start'))
    const other = await server.start({ phoneNumber: '+12025550199' }, key('start'))
    expect(other).toMatchObject({
      status: 422,
      body: { code: 'invalid_request', member: 'Idempotency-Key' },
    })
    expect(server.sandbox.messages('+12025550199')).toHaveLength(0)
  })

  it('belongs to one page and one call: elsewhere the same key is another', async () => {
    const { body } = await server.start({}, key('same'))
    expect((await server.check(body.verificationId, server.wrongCode(), key('same'))).body.code).toBe(
      'code_incorrect',
    )
  })

  it('tells another site nothing of an answer, though it has the key and the whole call', async () => {
    await server.stop()
    server = await startTwoSites()
    const { verificationId } = (await server.start()).body
    const check = (headers: object) =>
      server.check(verificationId, server.code(), { ...key('check'), ...headers })
    expect((await check({})).status).toBe(200)
    expect((await check({ Origin: 'https://other.example' })).body.code).toBe('verification_not_found')
  })

  it('refuses a key that could be guessed', async () => {
    for (const name of ['short', 'x'.repeat(129), 'spaces are not allowed', '']) {
      const answer = await server.start({}, { 'Idempotency-Key': name })
      expect(answer.body, name).toMatchObject({ code: 'invalid_request', member: 'Idempotency-Key' })
    }
    expect(server.sandbox.messages(NUMBER)).toHaveLength(0)
  })
})
