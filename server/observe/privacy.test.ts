import { inspect } from 'node:util'
import { afterEach, describe, expect, it } from 'vitest'
import { NUMBER, PUBLIC_URL, TestServer, testSite } from '../test/harness.js'
import { createLogger, logEvents } from './log.js'
import { createMetrics } from './metrics.js'

const API_KEY = 'canary-api-key-0123456789'
const SECRET = 'otps_canary-site-secret-0123456789abcdef'
const NONCE = 'canary-nonce-0123456789'
const PEPPER = Buffer.from('canary-pepper-0123456789-0123456789')

let server: TestServer
afterEach(() => server.stop())

describe('what the server says of itself', () => {
  it('holds no number, code, handle, token, key or secret, whatever goes wrong (SR-G04, SR-G05, SR-G06)', async () => {
    const lines: string[] = []
    const metrics = createMetrics(new Map([['shop', testSite()]]))
    const log = logEvents(createLogger('trace', { write: (line: string) => void lines.push(line) }))
    server = await TestServer.start({
      patience: 500,
      sites: [testSite({ secrets: [SECRET] })],
      sandbox: { apiKey: API_KEY },
      deps: {
        pepper: PEPPER,
        observe: (event) => {
          log(event)
          metrics.observe(event)
        },
      },
    })
    const answers: string[] = []
    const told: string[] = []
    const keep = <T>(answer: { body: T; headers: Headers }) => {
      answers.push(JSON.stringify(answer.body), JSON.stringify([...answer.headers]))
      return answer
    }
    const { body } = keep(await server.start({ nonce: NONCE }))
    const codes = [server.code()]
    for (const kind of ['hang-headers', 'reset', 'html', 'truncated', 'forbidden'] as const) {
      for (const operation of ['verify', 'send', 'resend'] as const) server.sandbox.arm({ kind, operation })
      keep(await server.check(body.verificationId, server.code()))
      keep(await server.start({ phoneNumber: '+12025550199', nonce: NONCE, ticket: 'canary.ticket.text' }))
      keep(await server.start({ phoneNumber: '+12025550199', nonce: NONCE }))
      server.advance(61)
      keep(await server.resend(body.verificationId))
      keep(await server.check(body.verificationId, 'not a code'))
      keep(await server.post(`/v1/${NUMBER}/${body.verificationId}`, { code: codes[0] }))
    }
    server.sandbox.disarm()
    const restart = async () => (second = await server.start({ nonce: NONCE })).status
    let second!: Awaited<ReturnType<typeof server.start>>
    // So many failures open the circuit breaker, whose time is no test's.
    await expect.poll(restart, { timeout: 15_000, interval: 500 }).toBe(201)
    codes.push(server.code())
    const approved = await server.check(second.body.verificationId, server.code())
    expect(approved.status).toBe(200)
    told.push(...lines, await metrics.registry.metrics(), inspect(server.events, { depth: 9 }))

    const secrets = [
      API_KEY,
      SECRET,
      NONCE,
      PEPPER.toString(),
      'canary',
      body.verificationId,
      approved.body.token,
    ]
    const numbers = [NUMBER, NUMBER.slice(1), NUMBER.slice(2), '2025550199']
    expect(lines.length).toBeGreaterThan(20)
    for (const text of [...secrets, ...numbers, ...codes, PUBLIC_URL]) {
      expect(told.join('\n').includes(text), `in the logs or metrics: ${text.slice(0, 12)}`).toBe(false)
    }
    for (const text of [API_KEY, SECRET, PEPPER.toString(), ...numbers, ...codes, 'pinId', 'msisdn']) {
      expect(answers.join('\n').includes(text), `in an answer: ${text.slice(0, 12)}`).toBe(false)
    }
    for (const line of lines) expect(line.trimEnd()).not.toContain('\n')
  })

  it('names numbers by one keyed digest, so that two lines about one number can be seen as such (SR-G07)', async () => {
    server = await TestServer.start()
    await server.start()
    await server.start()
    await server.start({ phoneNumber: '+12025550199' })
    const refs = server.events.flatMap((event) => (event.event === 'sent' ? [event.ref] : []))
    expect(refs[0]).toMatch(/^[A-Za-z0-9_-]{12}$/)
    expect(refs[0]).toBe(refs[1])
    expect(refs[2]).not.toBe(refs[0])
  })
})
