import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { expect, it, onTestFinished } from 'vitest'
import { PATHS } from '../../contract/index.js'
import { createLogger, logEvents } from '../observe/log.js'
import { NUMBER, TestServer, testSite } from '../test/harness.js'
import { whyCommand } from './why-command.js'

const ADDRESS = { 'X-Forwarded-For': '192.0.2.7' }

/** A guarded server, and its log as it would stand in a file. */
async function logged() {
  const lines: string[] = []
  let now = () => Date.UTC(2026, 0, 15)
  // By the machine's clock the day may end in the middle of a test.
  const write = (line: string) =>
    lines.push(line.replace(/"time":"[^"]*"/, `"time":"${new Date(now()).toISOString()}"`))
  const log = logEvents(createLogger('info', { write }))
  const server = await TestServer.start({
    sites: [testSite({ shadow: false })],
    deps: { trustedProxies: 1, observe: log },
    patience: 10_000,
  })
  now = () => server.time
  onTestFinished(() => server.stop())
  const refused = async (phoneNumber = NUMBER) => {
    const { body } = await server.start({ phoneNumber }, ADDRESS)
    if (body.code === undefined) throw new Error('It was sent.')
    return body
  }
  return { server, lines, refused }
}

let failed: boolean

/** What `otp-verify why` prints. */
async function why(requestId: string, log: string | string[], ...args: string[]): Promise<string> {
  const printed: string[] = []
  const input = Readable.from(typeof log === 'string' ? [log] : log)
  failed = false
  const verdict = { print: (text: string) => void printed.push(text), fail: () => void (failed = true) }
  const command = whyCommand(verdict, input).exitOverride()
  await command.parseAsync([requestId, ...args], { from: 'user' })
  return printed.join('\n')
}

it('tells the rule behind a refusal, and the day of its number (SR-K13)', async () => {
  const { server, lines, refused } = await logged()
  await server.start({ phoneNumber: '+12025550199' }, ADDRESS)
  const { verificationId } = (await server.start({}, ADDRESS)).body
  const again = await refused()
  await refused()
  await server.check(verificationId, server.wrongCode(), ADDRESS)
  server.advance(3600)
  await server.start({ phoneNumber: '+12025550198' }, ADDRESS)
  const dry = await refused()
  expect(dry.code).toBe('cannot_send')
  expect(JSON.stringify(dry)).not.toMatch(/range|credit/)
  const log = lines.join('')
  const [first, told, rule, , ...day] = (await why(dry.requestId!, log)).split('\n')
  expect(first).toMatch(
    /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC: the request start \(\/v1\/verifications\) for site shop was refused\.$/,
  )
  expect(told).toBe('The answer was cannot_send: No message can be sent for this request.')
  expect(rule).toBe('The rule "range" of the guard refused it. It checks credit of the number\'s range.')
  expect(day.map((line) => line.replaceAll(/\d\d:\d\d:\d\d/g, 'T'))).toEqual([
    'The same number that day:',
    '  T  a message was requested (sms)',
    '  T  a message was sent (sms)',
    '  T  start was refused: rate_limited (number), 2 times until T',
    '  T  a code was checked: incorrect',
    '  T  check was refused: code_incorrect',
    '  T  start was refused: cannot_send (range)',
  ])
  expect(await why(again.requestId!, log)).toContain('It checks messages to the number.')
  expect(failed).toBe(false)
  expect(await why('3b241101-e2bb-4255-8caf-4136c566a962', log)).toMatch(/^The log has no refusal/)
  expect(failed).toBe(true)
})

it('names the member of a body that was not of the right form', async () => {
  const { server, lines } = await logged()
  const { body } = await server.start({ cdata: '<b>' }, ADDRESS)
  const told = await why(body.requestId!, lines)
  expect(told).toContain('Its "cdata" is missing, malformed, unknown, or not accepted by the site')
  expect(told).not.toContain('<b>')
  expect(JSON.parse(await why(body.requestId!, lines, '--json'))).toMatchObject({ member: 'cdata' })
})

it('tells scripts the same, and of a failure what it was (SR-K13)', async () => {
  const { server, lines, refused } = await logged()
  await server.start({}, ADDRESS)
  const { requestId } = await refused()
  server.deps.store.consume = () => Promise.reject(new TypeError('a mistake'))
  const failed = await refused()
  const log = lines.join('')
  const { ref } = JSON.parse(lines.find((line) => line.includes('"sent"'))!) as { ref: string }
  expect(JSON.parse(await why(requestId!, log, '--json'))).toEqual({
    found: true,
    time: expect.stringMatching(/Z$/),
    ...{ operation: 'start', code: 'rate_limited', sitekey: 'shop', reason: 'number', ref },
    why: expect.stringContaining('"number"'),
    day: [
      expect.objectContaining({ what: 'a message was requested (sms)', times: 1 }),
      expect.objectContaining({ what: 'a message was sent (sms)' }),
      expect.objectContaining({ what: 'start was refused: rate_limited (number)' }),
    ],
  })
  expect(JSON.parse(await why(failed.requestId!, log, '--json'))).toMatchObject({
    ...{ code: 'internal_error', error: 'TypeError', day: [] },
  })
  expect(JSON.parse(await why('another', log, '--json'))).toEqual({ found: false })
})

it('passes over lines of others, and what they put before ours (SR-K13)', async () => {
  const { server, lines, refused } = await logged()
  await server.start({}, ADDRESS)
  const { requestId } = await refused()
  const forged = JSON.stringify({ event: 'refused', requestId, time: 'today', code: 'x', operation: 'start' })
  const cursor = JSON.stringify({
    event: 'refused',
    requestId,
    time: '2026-01-15T12:00:00.000Z',
    code: '\u001b[2J',
  })
  const noise = [
    '',
    'plain words',
    '{"event":',
    'null',
    '{"a":1}',
    '[]',
    '"event"',
    forged,
    cursor,
    `{${'"event"'.repeat(9000)}`,
    '{"time":"2026-01-15T12:00:01.000Z","event":"page view","user":{"toString":"x"}}',
    `{"time":"2026-01-15T12:00:01.000Z","event":"page view","user":${'['.repeat(4900)}${']'.repeat(4900)}}`,
  ]
  const file = [...noise, ...lines.map((line) => `2026-01-15T12:00:00Z stdout F ${line.trimEnd()}`), ...noise]
  const whole = await why(requestId!, file.join('\n'))
  expect(whole).toContain('The answer was rate_limited')
  // However it comes in pieces, and without a line end at its end.
  const pieces = file.join('\r\n').match(/[^]{1,7}/g)!
  expect(await why(requestId!, pieces)).toBe(whole)
})

it('reads a file, and says when it cannot', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'otp-verify-why-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const { server, lines, refused } = await logged()
  await server.post(PATHS.start, {}, ADDRESS)
  await server.start({}, ADDRESS)
  const { requestId } = await refused()
  writeFileSync(join(folder, 'server.log'), lines.join(''))
  expect(await why(requestId!, '', '--log', join(folder, 'server.log'))).toContain('"number"')
  await expect(why(requestId!, '', '--log', join(folder, 'none.log'))).rejects.toThrow(/^--log: .*ENOENT/)
})

it('tells one story of logs of several servers, in whichever order they are read', async () => {
  const line = (day: number, time: string, more: object) =>
    `${JSON.stringify({ time: `2026-01-${day}T${time}.000Z`, sitekey: 'shop', ref: 'mine', ...more })}\n`
  const sent = (day: number, time: string) =>
    line(day, time, { event: 'sent', channel: 'sms', resend: false, country: 'US' })
  const checked = (time: string) => line(12, time, { event: 'checked', outcome: 'incorrect' })
  const refused = { event: 'refused', operation: 'start', code: 'cannot_send', reason: 'range' }
  const days = [10, 11, 13, 14]
  const one = [sent(12, '10:00:00'), sent(12, '10:10:00'), ...days.map((day) => sent(day, '10:00:00'))].sort()
  const other = [
    ...days.map((day) => sent(day, '11:00:00')),
    ...[checked('10:05:00'), checked('10:06:00')],
    line(12, '10:20:00', { ...refused, requestId: 'one' }),
  ].sort()
  const told = await why('one', [...one, ...other])
  expect(told.split('\n').slice(4)).toEqual([
    'The same number that day:',
    '  10:00:00  a message was sent (sms)',
    '  10:05:00  a code was checked: incorrect, 2 times until 10:06:00',
    '  10:10:00  a message was sent (sms)',
    '  10:20:00  start was refused: cannot_send (range)',
  ])
  expect(await why('one', [...other, ...one])).toBe(told)
  expect(await why('one', [...one, ...other].sort())).toBe(told)
})

it('tells of no day but that of the answer, and of the day only what is asked for (SR-K13)', async () => {
  const line = (day: number, ref: string, more: object) =>
    `${JSON.stringify({ time: `2026-01-${String(day).padStart(2, '0')}T10:00:00.000Z`, sitekey: 'shop', ref, ...more })}\n`
  const sent = { event: 'sent', channel: 'sms', resend: false, country: 'US' }
  const refused = {
    event: 'refused',
    operation: 'start',
    code: 'cannot_send',
    reason: 'range',
    requestId: 'one',
  }
  function* log() {
    for (let day = 1; day < 20; day++) {
      yield line(day, 'mine', sent)
      yield line(day, 'other', sent)
      if (day === 10) yield line(day, 'mine', refused)
      yield line(day, 'mine', { event: 'checked', outcome: 'approved' })
    }
  }
  const { day } = JSON.parse(await why('one', [...log()], '--json')) as {
    day: { what: string; times: number }[]
  }
  expect(day.map(({ what, times }) => [what, times])).toEqual([
    ['a message was sent (sms)', 1],
    ['start was refused: cannot_send (range)', 1],
    ['a code was checked: approved', 1],
  ])
})
