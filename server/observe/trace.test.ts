import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { beforeAll, describe, expect, it } from 'vitest'
import { PATHS } from '../../contract/index.js'
import { NUMBER, TestServer, testSite } from '../test/harness.js'
import { otlpTrace } from './otlp.js'
import { startOtlpReceiver, type ReceivedSpan } from './test/otlp-receiver.js'
import { finder, numberForms, pieces } from './test/traces.js'

const SECRET = `otps_${'canarySiteSecret'.repeat(3)}`
const ADDRESS = '203.0.113.77'
const TRACE_ID = '12025550123aaaaaaaaaaaaaaaaaaaaa'
const OTHER = '+12025550199'

/** What was told of some visits, and what only their visitors know. */
let spans: ReceivedSpan[]
let bodies: string[]
let secrets: string[]
let codes: string[]

beforeAll(async () => {
  const receiver = await startOtlpReceiver()
  const trace = otlpTrace({ url: `${receiver.url}/v1/traces`, version: '1.2.3', sleep })
  const pepper = randomBytes(32)
  const server = await TestServer.start({
    sites: [testSite({ secrets: [SECRET], shadow: false })],
    deps: { trace, pepper, trustedProxies: 1 },
    // Longer than a busy machine takes for an answer; one call waits all of it.
    patience: 2000,
  })
  const headers = { traceparent: `00-${TRACE_ID}-aaaaaaaaaaaaaaaa-01`, 'X-Forwarded-For': ADDRESS }
  const { body } = await server.start({ nonce: 'canary-nonce-0123456789' }, headers)
  codes = [server.code(), server.wrongCode()]
  await server.check(body.verificationId, server.wrongCode(), headers)
  server.advance(31)
  await server.resend(body.verificationId, {}, headers)
  const { token } = (await server.check(body.verificationId, server.code(), headers)).body
  await server.post(PATHS.siteverify, { secret: SECRET, response: token }, headers)
  await server.start({ phoneNumber: `${OTHER}x` }, headers)
  await server.start({ sitekey: OTHER }, headers)
  server.sandbox.arm({ kind: 'hang-headers', operation: 'send' })
  await server.start({ phoneNumber: OTHER }, headers)
  await server.post(`/v1/${NUMBER}/${body.verificationId}`, { code: codes[0] }, headers)
  server.deps.store.get = () => Promise.reject(new TypeError(`a mistake about ${NUMBER}`))
  await server.check(body.verificationId, codes[0], headers)
  await trace.stop()
  await server.stop()
  ;[spans, bodies] = [receiver.spans(), receiver.bodies]
  secrets = [body.verificationId, token, SECRET, pepper.toString('base64'), 'canary-nonce-0123456789']
  await receiver.stop()
})

const notes = ({ attributes }: ReceivedSpan) =>
  Object.fromEntries(attributes.map(({ key, value }) => [key, value.stringValue ?? value.intValue]))
const calls = () => spans.filter(({ parentSpanId }) => !parentSpanId)

describe('traces, as a collector receives them', () => {
  it('have one call each, with its site, country and outcome', () => {
    const told = calls().map((span) => {
      const { 'otp.sitekey': site, 'otp.country': country, 'otp.code': code } = notes(span)
      return [span.name, site, country, code]
    })
    expect(told).toEqual([
      ['start', 'shop', 'US', 'ok'],
      ['check', 'shop', 'US', 'code_incorrect'],
      ['resend', 'shop', 'US', 'ok'],
      ['check', 'shop', 'US', 'ok'],
      ['siteverify', 'shop', undefined, 'ok'],
      ['start', 'shop', undefined, 'invalid_phone_number'],
      ['start', undefined, undefined, 'invalid_request'],
      ['start', 'shop', 'US', 'provider_unavailable'],
      ['check', undefined, undefined, 'TypeError'],
    ])
    expect(notes(calls()[0]!)).toMatchObject({ 'otp.operation': 'start', 'http.response.status_code': 201 })
    expect(notes(calls()[1]!)['otp.request_id']).toMatch(/^[\w-]{36}$/)
  })

  it('have the guard, the provider, the token and the store as steps of it', () => {
    const [start, , , check] = calls()
    const under = (parent: ReceivedSpan) => spans.filter(({ parentSpanId }) => parentSpanId === parent.spanId)
    const names = (parent: ReceivedSpan) => under(parent).map(({ name }) => name)
    const stored = ['store add', 'provider send', 'store recordSend', 'store recent']
    expect(names(start!)).toEqual(['guard admitStart', ...stored])
    expect(names(check!)).toEqual(expect.arrayContaining(['provider check', 'guard proven', 'token issue']))
    const guard = under(start!)[0]!
    expect(names(guard)).toContain('store consume')
    expect(notes(under(start!)[2]!)).toEqual({ 'otp.outcome': 'sent' })
    for (const { traceId } of under(guard)) expect(traceId).toBe(start!.traceId)
  })

  it('are never those that a caller asks to be part of', () => {
    expect(new Set(calls().map(({ traceId }) => traceId)).size).toBe(calls().length)
    expect(bodies.join('')).not.toContain(TRACE_ID)
  })

  it('hold no number, code, handle, token, secret or address (SR-G06)', () => {
    const needles = [NUMBER, OTHER].flatMap((number) => [...numberForms(number)])
    const all = [...needles, ...secrets.flatMap((secret) => [...pieces('a secret', secret)])]
    expect([
      ...finder([...all, ['address', Buffer.from(ADDRESS)]])(bodies.map((body) => Buffer.from(body))),
    ]).toEqual([])
    const texts = spans.flatMap((span) => [span.name, ...Object.values(notes(span)).map(String)])
    for (const code of codes) expect(texts.filter((text) => text.includes(code))).toEqual([])
    expect(bodies.join('')).not.toMatch(/a mistake about|stacktrace/)
    expect(spans.length).toBeGreaterThan(30)
  })

  it('neither slow a call nor fail it, nor keep the server from stopping, when there is no collector', async () => {
    const trace = otlpTrace({
      url: 'http://127.0.0.1:9/v1/traces',
      version: undefined,
      sleep: async () => {},
    })
    expect(
      await trace.call('start', () =>
        trace.step(
          'guard',
          async () => 7,
          () => ({}),
        ),
      ),
    ).toBe(7)
    await trace.stop()
    // Outside of a call a step is only made.
    expect(
      await trace.step(
        'store',
        async () => 8,
        () => ({}),
      ),
    ).toBe(8)
  })
})
