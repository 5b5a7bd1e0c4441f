import { inspect } from 'node:util'
import { afterEach, describe, expect, it } from 'vitest'
import { PATHS } from '../../contract/index.js'
import { tells } from '../test/by-chance.js'
import { NUMBER, ORIGIN, PUBLIC_URL, TestServer, testSite } from '../test/harness.js'
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
      expect(tells(told.join('\n'), text), `in the logs or metrics: ${text.slice(0, 12)}`).toBe(false)
    }
    for (const text of [API_KEY, SECRET, PEPPER.toString(), ...numbers, ...codes, 'pinId', 'msisdn']) {
      expect(tells(answers.join('\n'), text), `in an answer: ${text.slice(0, 12)}`).toBe(false)
    }
    for (const line of lines) expect(line.trimEnd()).not.toContain('\n')
  })

  it('stays one object a line, and tells nobody anything, whatever comes in for text at any route (SR-G05, SR-G07)', async () => {
    const lines: string[] = []
    const log = logEvents(createLogger('trace', { write: (line: string) => void lines.push(line) }))
    server = await TestServer.start({
      sites: [testSite({ secrets: [SECRET] })],
      deps: { pepper: PEPPER, observe: log, trustedProxies: 1 },
    })
    const from = { 'X-Forwarded-For': '198.51.100.7' }
    const { verificationId } = (await server.start({}, from)).body
    const { token } = (await server.check(verificationId, server.code(), from)).body
    const answers: string[] = []
    const good: Record<string, Record<string, string>> = {
      [PATHS.start]: {
        ...{ sitekey: 'shop', phoneNumber: NUMBER, channel: 'sms', language: 'en', action: 'a', cdata: 'c' },
        ...{ nonce: NONCE, ticket: 'a.b.c', challenge: 'c', supersedes: verificationId },
      },
      [PATHS.resend]: { verificationId, channel: 'sms', challenge: 'c' },
      [PATHS.check]: { verificationId, code: '123456' },
      [PATHS.status]: { verificationId },
      [PATHS.token]: { verificationId },
      [PATHS.challenges]: { sitekey: 'shop', phoneNumber: NUMBER, action: 'a' },
      [PATHS.siteverify]: { secret: SECRET, response: token, remoteip: '::1', idempotency_key: 'k' },
    }
    const forged = '{"level":50,"msg":"forged"}'
    const texts = [
      `\r\n${forged}\r\n`,
      `\n${forged}`,
      '\u001b[2J\u001b[31mforged',
      '\u0000\u0085\u2028\u2029forged',
    ]
    const keep = async (answer: Response | Promise<Response>) => {
      const { status, headers } = await answer
      expect(status).toBeLessThan(500)
      answers.push(JSON.stringify([...headers]), await (await answer).text())
    }
    const ask = (path: string, body: string, headers: Record<string, string> = {}) =>
      keep(
        server.app.request(path, {
          ...{ method: 'POST', body },
          headers: {
            'Content-Type': 'application/json',
            'X-Forwarded-Proto': 'https',
            Origin: ORIGIN,
            ...from,
            ...headers,
          },
        }),
      )
    for (const [path, members] of Object.entries(good)) {
      for (const text of texts) {
        for (const name of Object.keys(members)) {
          await ask(path, JSON.stringify({ ...members, [name]: members[name]! + text }))
          await ask(path, JSON.stringify({ ...members, [name]: text }))
        }
        await ask(path, JSON.stringify({ ...members, [text]: text }))
        await ask(path, text)
        // A header takes no line breaks: an escape and the rest of them it does.
        const inHeader = `\u001b[31mforged ${forged}`
        for (const name of [
          'Origin',
          'User-Agent',
          'Idempotency-Key',
          'X-Forwarded-For',
          'Content-Type',
          'DPoP',
        ])
          await ask(path, JSON.stringify(members), { [name]: inHeader })
      }
    }
    for (const text of texts) {
      await keep(server.app.request(`${PATHS.sites}/${encodeURIComponent(text)}`))
      await keep(server.app.request(`/${encodeURIComponent(text)}?${encodeURIComponent(text)}`))
    }
    const told = answers.join('\n')
    expect(answers.length).toBeGreaterThan(500)
    for (const text of [
      SECRET,
      PEPPER.toString(),
      ...new Set(server.sandbox.messages().map(({ pin }) => pin)),
    ])
      expect(tells(told, text), text.slice(0, 12)).toBe(false)
    for (const text of ['pinId', 'msisdn', 'node_modules', '    at ']) expect(told).not.toContain(text)
    expect(lines.length).toBeGreaterThan(100)
    for (const line of lines) {
      expect(line.endsWith('\n')).toBe(true)
      expect(line.slice(0, -1)).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/)
      expect(JSON.parse(line)).not.toMatchObject({ msg: 'forged' })
      expect(line).not.toContain('forged')
      expect(line, 'of the address not even its network').not.toContain('198.51.100')
    }
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
