import { once } from 'node:events'
import { request, Server } from 'node:http'
import { connect, type Socket } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { PATHS } from '../../contract/index.js'
import { ORIGIN, TestServer } from '../test/harness.js'
import { CALL_PATIENCE } from '../verification/patience.js'
import { listen, type Listener, type ListenLimits } from './listen.js'

const HEAD = `POST ${PATHS.start} HTTP/1.1\r\nHost: otp.example\r\nOrigin: ${ORIGIN}\r\nContent-Type: application/json\r\n`

let server: TestServer
let listener: Listener
const sockets: Socket[] = []

async function start(limits: ListenLimits = {}): Promise<void> {
  server = await TestServer.start()
  listener = await listen(server.app, '127.0.0.1', 0, limits)
}
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy()
  await listener.close(0)
  await server.stop()
})

async function open(): Promise<Socket> {
  const socket = connect(listener.port, '127.0.0.1')
  sockets.push(socket)
  // Whether the server ends a connection or resets it is all the same to these tests.
  socket.on('error', () => {})
  await once(socket, 'connect')
  return socket
}

/** Waits for the end of a connection. `once` would reject when it is reset. */
function closed(socket: Socket): Promise<void> {
  return new Promise((resolve) => socket.on('close', () => resolve()))
}

/** Sends a request as it stands and gives the status line of the answer. */
async function statusOf(socket: Socket, wholeRequest: string): Promise<string> {
  socket.write(wholeRequest)
  const [answer] = (await once(socket, 'data')) as [Buffer]
  return answer.toString().split('\r\n')[0]!
}

/** Sends one of `characters` after the other until the server closes the connection, and gives what it said. */
async function dribble(begin: string, characters: string): Promise<string> {
  const socket = await open()
  socket.write(begin)
  let sent = 0
  const drip = setInterval(() => socket.write(characters[sent++ % characters.length] ?? ''), 20)
  let said = ''
  socket.on('data', (chunk) => (said += String(chunk)))
  await closed(socket)
  clearInterval(drip)
  return said
}

const healthy = () => fetch(`http://127.0.0.1:${listener.port}${PATHS.jwks}`)

describe('a listener', () => {
  it('waits for an answer as long as one may take', async () => {
    const setTimeout = vi.spyOn(Server.prototype, 'setTimeout')
    onTestFinished(() => setTimeout.mockRestore())
    await start()
    expect(setTimeout.mock.lastCall?.[0]).toBeGreaterThanOrEqual(CALL_PATIENCE)
  })

  it('waits ten seconds for a request unless it is told otherwise: each that is late holds a connection (SR-D23)', async () => {
    const setTimeout = vi.spyOn(Server.prototype, 'setTimeout')
    onTestFinished(() => setTimeout.mockRestore())
    await start()
    expect(setTimeout.mock.contexts[0]).toMatchObject({ requestTimeout: 10_000, headersTimeout: 10_000 })
  })

  it('takes headers of 16 kB and refuses longer ones (SR-D23)', async () => {
    await start()
    const padded = (length: number) =>
      `GET ${PATHS.jwks} HTTP/1.1\r\nHost: otp.example\r\nX-Padding: ${'x'.repeat(length)}\r\n\r\n`
    expect(await statusOf(await open(), padded(15_000))).toBe('HTTP/1.1 200 OK')
    expect(await statusOf(await open(), padded(17_000))).toBe('HTTP/1.1 431 Request Header Fields Too Large')
  })

  it('counts the bytes of a body that comes in chunks, whatever it declares (SR-D23)', async () => {
    await start()
    const chunked = (body: string) =>
      `${HEAD}Transfer-Encoding: chunked\r\n\r\n${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`
    const body = '{"sitekey":"shop","phoneNumber":"+12025550123"}'
    expect(await statusOf(await open(), chunked(body))).toBe('HTTP/1.1 201 Created')
    expect(await statusOf(await open(), chunked(body + ' '.repeat(4096)))).toMatch(/^HTTP\/1.1 413 /)
    expect(await statusOf(await open(), `${HEAD}Content-Length: 5000000000\r\n\r\n{`)).toMatch(
      /^HTTP\/1.1 413 /,
    )
  })

  it('answers a body without an end, and closes the connection (SR-D23)', async () => {
    await start()
    const headers = { 'Content-Type': 'application/json', Origin: ORIGIN }
    const endless = request({ port: listener.port, path: PATHS.start, method: 'POST', headers })
    const ended = new Promise<void>((resolve) => endless.on('close', resolve).on('error', () => resolve()))
    const answered = once(endless, 'response')
    const chunk = Buffer.alloc(16_384, ' ')
    const pour = () => {
      while (!endless.destroyed && endless.write(chunk));
    }
    endless.on('drain', pour)
    pour()
    const [response] = (await answered) as [NodeJS.ReadableStream & { statusCode: number }]
    expect(response.statusCode).toBe(413)
    expect(JSON.parse(await text(response))).toMatchObject({ code: 'payload_too_large' })
    await ended
  })

  it('closes connections that are silent or send a byte now and then (SR-D23)', async () => {
    await start({ requestTimeout: 500 })
    const [, headers, body] = await Promise.all([
      dribble('', ''),
      dribble(HEAD, 'X-Slow: 1\r\n'),
      dribble(`${HEAD}Content-Length: 4000\r\n\r\n{`, ' '),
      dribble(`${HEAD}Transfer-Encoding: chunked\r\n\r\n`, '1\r\n \r\n'),
    ])
    expect(headers).toMatch(/^HTTP\/1.1 408 /)
    expect(body).toMatch(/^HTTP\/1.1 408 /)
    expect(server.events).not.toContainEqual(expect.objectContaining({ event: 'failure' }))
    expect((await healthy()).status).toBe(200)
  })

  it('closes connections beyond the most at once, and takes others when some are gone (SR-D23)', async () => {
    await start({ maxConnections: 2 })
    const [first] = [await open(), await open()]
    await closed(await open())
    first.destroy()
    await expect
      .poll(() =>
        healthy().then(
          ({ status }) => status,
          () => 'refused',
        ),
      )
      .toBe(200)
  })
})
