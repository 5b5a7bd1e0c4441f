import { connect, type Socket } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { PATHS } from '../../contract/index.js'
import { infobipDeliveryReports, USERNAME } from '../provider/infobip/delivery-reports.js'
import { ORIGIN, TestServer } from '../test/harness.js'
import { listen, type Listener } from './listen.js'

const PASSWORD = 'delivery-password-canary-7c1b2f90'
const JSON_TYPE = 'Content-Type: application/json'
const OURS = [`Origin: ${ORIGIN}`, JSON_TYPE]
const BASIC = `Authorization: Basic ${Buffer.from(`${USERNAME}:${PASSWORD}`).toString('base64')}`

/** Every route that takes a body, and every reason to look at none. */
const CALLS: [string, string, string[]][] = [
  ...[PATHS.start, PATHS.resend, PATHS.check, PATHS.status, PATHS.token, PATHS.challenges].map(
    (path): [string, string, string[]] => [path, path, OURS],
  ),
  [PATHS.siteverify, PATHS.siteverify, [JSON_TYPE]],
  [PATHS.deliveryReports, PATHS.deliveryReports, [JSON_TYPE, BASIC]],
  ['siteverify with a form', PATHS.siteverify, ['Content-Type: application/x-www-form-urlencoded']],
  ['siteverify with a type of nobody’s', PATHS.siteverify, ['Content-Type: text/plain']],
  ['siteverify in a coding', PATHS.siteverify, [JSON_TYPE, 'Content-Encoding: gzip']],
  ['delivery reports of a stranger', PATHS.deliveryReports, [JSON_TYPE]],
  ['a start in a coding', PATHS.start, [...OURS, 'Content-Encoding: gzip']],
  ['a start of another type', PATHS.start, [`Origin: ${ORIGIN}`]],
  ['a start of another origin', PATHS.start, ['Origin: https://evil.example', JSON_TYPE]],
  ['a path that is none', '/nothing', [JSON_TYPE]],
  ['a method that is none', PATHS.jwks, [JSON_TYPE]],
]

const FRAMINGS: [string, (head: string, body: string) => string][] = [
  ['by its length', (head, body) => `${head}Content-Length: ${body.length}\r\n\r\n${body}`],
  [
    'in chunks',
    (head, body) =>
      `${head}Transfer-Encoding: chunked\r\n\r\n${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`,
  ],
]

const GOOD = `GET ${PATHS.jwks} HTTP/1.1\r\nHost: otp.example\r\nX-Forwarded-Proto: https\r\n\r\n`

let server: TestServer
let listener: Listener
beforeAll(async () => {
  server = await TestServer.start({ deps: { deliveryReports: infobipDeliveryReports(PASSWORD) } })
  listener = await listen(server.app, '127.0.0.1', 0)
})
afterAll(async () => {
  await listener.close(0)
  await server.stop()
})

const headOf = (path: string, headers: string[]) =>
  [`POST ${path} HTTP/1.1`, 'Host: otp.example', 'X-Forwarded-Proto: https', ...headers, ''].join('\r\n')

/** A connection as a proxy keeps it. */
function open(): Socket {
  const socket = connect(listener.port, '127.0.0.1').setEncoding('utf8')
  onTestFinished(() => void socket.destroy())
  return socket.on('error', () => {})
}

/** Sends what stands there, and gives the answer's head; none where the connection ends without one. */
function ask(socket: Socket, request: string): Promise<string> {
  return new Promise((resolve) => {
    let said = ''
    const done = () => {
      socket.off('data', hear).off('close', done)
      resolve(said.split('\r\n\r\n')[0]!)
    }
    const hear = (chunk: string) => {
      said += chunk
      if (said.includes('\r\n\r\n')) done()
    }
    socket.on('data', hear).on('close', done)
    socket.write(request)
  })
}

const isLast = (head: string) => /^Connection: close$/im.test(head)

/** Asks with a body, and a little later for somebody else, as a proxy does unless it is told not to. */
async function askTwice(request: string): Promise<{ first: string; then?: string }> {
  const socket = open()
  const first = await ask(socket, request)
  if (isLast(first)) return { first }
  await wait(200)
  return { first, then: (await ask(socket, GOOD)).split('\r\n')[0]! }
}

/** The answers to each of the calls with a body that comes so. */
function answersTo(body: string, frame: (head: string, body: string) => string) {
  return Promise.all(
    CALLS.map(async ([name, path, headers]) => ({
      name,
      ...(await askTwice(frame(headOf(path, headers), body))),
    })),
  )
}

describe.each(FRAMINGS)('a body that comes %s', (_, frame) => {
  it.each([5_000, 70_000, 300_000, 1_200_000])(
    'of %i bytes takes no answer from whoever is next on the connection (SR-D23)',
    async (size) => {
      const answered = await answersTo(' '.repeat(size), frame)
      const lost = answered.filter(({ first, then }) => !isLast(first) && then !== 'HTTP/1.1 200 OK')
      expect(lost).toEqual([])
      expect(answered.filter(({ first }) => !/^HTTP\/1.1 [24]\d\d /.test(first))).toEqual([])
    },
  )

  it('and is small costs no connection, whatever is said to it', async () => {
    const answered = await answersTo('{}', frame)
    expect(answered.filter(({ then }) => then !== 'HTTP/1.1 200 OK')).toEqual([])
  })
})

it.each([
  ['by its length', 'Content-Length: 2000000\r\n\r\n          '],
  ['in chunks', `Transfer-Encoding: chunked\r\n\r\n124f80\r\n${' '.repeat(1_200_000)}\r\n`],
])(
  'an answer to a body that is still on its way is the last on its connection, %s (SR-D23)',
  async (_, rest) => {
    const answered = await answersTo('', (head) => head + rest)
    expect(answered.filter(({ first }) => !isLast(first))).toEqual([])
  },
)

it('who sends on and on, and reads late, has the answer all the same (SR-D23)', async () => {
  const socket = open()
  const chunk = `10000\r\n${' '.repeat(0x10000)}\r\n`
  const pour = () => {
    while (!socket.destroyed && socket.write(chunk));
  }
  socket.write(`${headOf(PATHS.start, OURS)}Transfer-Encoding: chunked\r\n\r\n`)
  socket.on('drain', pour)
  pour()
  const closed = new Promise((resolve) => socket.on('close', resolve))
  await wait(200)
  let said = ''
  socket.on('data', (data: string) => (said += data))
  await closed
  expect(said).toMatch(/^HTTP\/1\.1 413 [^]*"payload_too_large"/)
})

it('nothing is done for who goes on after the last answer of a connection (SR-D23)', async () => {
  const body = JSON.stringify({ sitekey: 'shop', phoneNumber: '+12025550123' })
  const start = `${headOf(PATHS.start, OURS)}Content-Length: ${body.length}\r\n\r\n${body}`
  const socket = open()
  const closed = new Promise((resolve) => socket.on('close', resolve))
  const coded = headOf(PATHS.start, [...OURS, 'Content-Encoding: gzip'])
  expect(isLast(await ask(socket, `${coded}Content-Length: 2\r\n\r\n{`))).toBe(true)
  socket.write(`}${start}`)
  await closed
  expect(server.sandbox.messages()).toEqual([])
  expect(await ask(open(), start)).toMatch(/^HTTP\/1\.1 201 /)
})
