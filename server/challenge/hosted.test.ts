import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { startFake, type FakeSiteverify } from './test/fake-siteverify.js'
import {
  code,
  hostedServer,
  KINDS,
  OTHER_NUMBER,
  OTHER_ORIGIN,
  SECRET,
  stranger,
  type HostedServer,
} from './test/hosted-server.js'
import type { TestServer } from '../test/harness.js'

describe.each(['turnstile', 'hcaptcha'] as const)('with %s', (kind) => {
  let fake: FakeSiteverify
  let server: TestServer
  let start: HostedServer['start']
  let token: HostedServer['token']
  /** Starts the server, which waits for them that many milliseconds. */
  async function serve(patience?: number): Promise<void> {
    ;({ server, start, token } = await hostedServer(kind, fake, { ...(patience && { patience }) }))
  }
  beforeEach(async () => {
    fake = await startFake(SECRET, KINDS[kind].manner)
    await serve()
  })
  afterEach(async () => {
    await server.stop()
    await fake.stop()
  })

  it('a token is good for one start, and theirs is the only word on it (SR-K14)', async () => {
    const one = await token()
    expect(code(await start(one))).toBe(201)
    expect(code(await start(one))).toBe('challenge_failed')
    expect(code(await start('0.nobody-made-it'))).toBe('challenge_failed')
    const [call] = fake.calls
    expect(Object.fromEntries(call!)).toEqual({
      ...{ secret: SECRET, response: one, remoteip: '203.0.113.7' },
      ...(kind === 'hcaptcha' && { sitekey: 'public-name' }),
    })
  })

  it('of a hundred parallel starts with one token one is let through (SR-K14)', async () => {
    const one = await token()
    const answers = await Promise.all(Array.from({ length: 100 }, () => start(one, {}, stranger())))
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1)
    expect(new Set(answers.map(code))).toEqual(new Set([201, 'challenge_failed']))
  })

  it('a refused start does not use a token up, for the same number and no other (SR-K14)', async () => {
    const one = await token()
    server.sandbox.arm({ kind: 'status', operation: 'send', status: 429, retryAfter: 1 })
    expect(code(await start(one))).toBe('rate_limited')
    expect(code(await start(one, { phoneNumber: OTHER_NUMBER }))).toBe('challenge_failed')
    expect(code(await start(one))).toBe(201)
    expect(code(await start(one))).toBe('challenge_failed')
  })

  it('a token of another page’s host is refused (SR-K14)', async () => {
    expect(code(await start(await token({ hostname: 'evil.example' })))).toBe('challenge_failed')
    expect(code(await start(await token(), {}, { Origin: OTHER_ORIGIN }))).toBe('challenge_failed')
  })

  it('a token is good for five minutes, and one from the future for none (SR-K14)', async () => {
    expect(code(await start(await token({ at: server.time - 5 * 60_000 })))).toBe('challenge_failed')
    expect(code(await start(await token({ at: server.time + 61_000 })))).toBe('challenge_failed')
    expect(code(await start(await token({ at: server.time - 5 * 60_000 + 1 })))).toBe(201)
    // One that was found good and then not used grows old all the same.
    const one = await token()
    server.sandbox.arm({ kind: 'status', operation: 'send', status: 429, retryAfter: 1 })
    expect(code(await start(one))).toBe('rate_limited')
    server.advance(300)
    expect(code(await start(one))).toBe('challenge_failed')
  })

  it('what was found good early is good no longer than that (SR-K14)', async () => {
    const one = await token()
    server.advance(240)
    server.sandbox.arm({ kind: 'status', operation: 'send', status: 429, retryAfter: 1 })
    expect(code(await start(one))).toBe('rate_limited')
    server.advance(61)
    expect(code(await start(one))).toBe('challenge_failed')
  })

  it('a token of a clock that is ahead is good for one start, however long after (SR-K14)', async () => {
    const one = await token({ at: server.time + 59_000 })
    expect(code(await start(one))).toBe(201)
    server.advance(301)
    expect(code(await start(one))).toBe('challenge_failed')
  })

  it('what they say of a token is the visitor’s failure, all else is ours (SR-K16)', async () => {
    const ofToken = [
      ...['missing-input-response', 'invalid-input-response', 'timeout-or-duplicate'],
      ...['expired-input-response', 'already-seen-response', 'invalid-or-already-seen-response'],
    ]
    const ofSetup = [
      ...[
        'missing-input-secret',
        'invalid-input-secret',
        'bad-request',
        'internal-error',
        'missing-remoteip',
      ],
      ...[
        'invalid-remoteip',
        'invalid-sitekey',
        'not-using-dummy-passcode',
        'sitekey-secret-mismatch',
        'new',
      ],
    ]
    for (const error of [...ofToken, ...ofSetup]) {
      fake.misbehave((response) => response.end(JSON.stringify({ success: false, 'error-codes': [error] })))
      const expected = ofToken.includes(error) ? 'challenge_failed' : 'service_unavailable'
      expect(code(await start('0.some-token', {}, stranger())), error).toBe(expected)
    }
    expect(server.sandbox.messages()).toEqual([])
  })

  it('nothing is sent or charged while they are away, slow or talk nonsense, and the token stays good (SR-K16)', async () => {
    await server.stop()
    await serve(1500)
    const one = await token()
    const truth = {
      success: true,
      challenge_ts: new Date(server.time).toISOString(),
      hostname: 'shop.example',
    }
    const consume = server.deps.store.consume.bind(server.deps.store)
    let charged = 0
    server.deps.store.consume = (charges) => {
      if (charges.some(({ kind }) => kind === 'credit')) charged++
      return consume(charges)
    }
    const ways: Parameters<FakeSiteverify['misbehave']>[0][] = [
      (response) => response.destroy(),
      // Never answers.
      () => {},
      // Begins and never ends.
      (response) => void response.write('{'),
      (response) => response.end(''),
      (response) => response.end('<html>'),
      (response) => response.end('true'),
      (response) => response.end(JSON.stringify({ ...truth, success: 'true' })),
      (response) => response.end(JSON.stringify({ ...truth, challenge_ts: 'yesterday' })),
      (response) => response.end(JSON.stringify({ ...truth, hostname: undefined })),
      (response) => response.end(JSON.stringify({ success: false })),
      (response) => response.end(JSON.stringify({ ...truth, filler: 'x'.repeat(20_000) })),
      (response) => response.writeHead(500).end(JSON.stringify(truth)),
      (response) => response.writeHead(307, { Location: '/elsewhere' }).end(),
      (response) => response.writeHead(302, { Location: `${fake.url}?again` }).end(JSON.stringify(truth)),
    ]
    for (const [n, way] of ways.entries()) {
      fake.misbehave(way)
      const before = fake.calls.length
      const answer = await start(one, {}, stranger())
      expect([code(answer), answer.body.retryAfter], `way ${n}`).toEqual(['service_unavailable', 5])
      expect(fake.calls.length - before, `way ${n}`).toBe(1)
    }
    expect([charged, server.sandbox.messages().length]).toEqual([0, 0])
    const told = server.events.filter(({ event }) => event === 'refused')
    expect(told).toHaveLength(ways.length)
    for (const one of told) expect(one).toMatchObject({ reason: 'challenge_provider', sitekey: 'shop' })
    for (const text of [SECRET, one]) expect(JSON.stringify(server.events)).not.toContain(text)
    fake.misbehave(undefined)
    expect(code(await start(one))).toBe(201)
  })

  it('they have five seconds to answer (SR-K16)', async () => {
    const one = await token()
    const patience = vi.spyOn(AbortSignal, 'timeout').mockReturnValueOnce(AbortSignal.abort())
    onTestFinished(() => patience.mockRestore())
    expect(code(await start(one))).toBe('service_unavailable')
    expect(patience.mock.calls).toEqual([[5000]])
    expect(code(await start(one))).toBe(201)
  })

  it('an address may have ten tokens a minute asked about, and is told to wait (SR-K16)', async () => {
    for (let n = 0; n < 10; n++) expect(code(await start('0.nobody-made-it'))).toBe('challenge_failed')
    const { status, body } = await start('0.nobody-made-it')
    expect([status, body.code, body.retryAfter]).toEqual([429, 'rate_limited', 60])
    expect(fake.calls).toHaveLength(10)
    expect(server.events.at(-1)).toMatchObject({ event: 'refused', reason: 'challenges', sitekey: 'shop' })
  })

  it('an answer that no token is gets no further than here', async () => {
    for (const text of ['', ' ', 'a b', 'a\n', 'é', '\0', 'x'.repeat(3900)]) {
      const answer = code(await start(text))
      expect(['challenge_failed', 'invalid_request', 'service_unavailable'], text).toContain(answer)
    }
    expect(fake.calls.map((form) => form.get('response')?.length)).toEqual([3900])
  })
})
