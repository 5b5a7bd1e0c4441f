import { once } from 'node:events'
import { connect } from 'node:net'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { PATHS } from '../../contract/index.js'
import { StoreError } from '../store/store.js'
import { NUMBER, ORIGIN, TestServer } from '../test/harness.js'
import { listen, type Listener } from './listen.js'

const BODY = JSON.stringify({ sitekey: 'shop', phoneNumber: NUMBER })

let server: TestServer
let listener: Listener
beforeEach(async () => {
  server = await TestServer.start()
  listener = await listen(server.app, '127.0.0.1', 0)
})
afterEach(async () => {
  await listener.close(0)
  await server.stop()
})

const failures = () => server.events.filter(({ event }) => event === 'failure')

/** Sends a request as it stands. @returns what leaves without waiting for the answer */
async function send(path: string, headers: string, body: string): Promise<() => Promise<void>> {
  const socket = connect(listener.port, '127.0.0.1')
  const head = `POST ${path} HTTP/1.1\r\nHost: otp.example\r\nOrigin: ${ORIGIN}\r\nX-Forwarded-Proto: https\r\n`
  socket.write(`${head}${headers}\r\n\r\n${body}`)
  return async function leave() {
    socket.destroy()
    await once(socket, 'close')
  }
}

it.each([
  [new StoreError('It is away.'), 'StoreError'],
  [new TypeError('A mistake of ours.'), 'TypeError'],
])('a failure is told of though its client did not wait for the answer: %s', async (error, name) => {
  let fail: (reason: Error) => void = () => {}
  const away = new Promise<never>((_, reject) => (fail = reject))
  const asked = vi.spyOn(server.deps.store, 'consume').mockReturnValue(away)
  const json = `Content-Type: application/json\r\nContent-Length: ${BODY.length}`
  const leave = await send(PATHS.start, json, BODY)
  await expect.poll(() => asked.mock.calls.length).toBe(1)
  await leave()
  // The server hears of it later than its client.
  await new Promise((heard) => setTimeout(heard, 50))
  fail(error)
  await expect.poll(failures).toMatchObject([{ operation: 'start', error: name }])
})

it.each([
  [PATHS.start, 'application/json'],
  [PATHS.siteverify, 'application/json'],
  [PATHS.siteverify, 'application/x-www-form-urlencoded'],
])('a client that leaves in the middle of its request is no failure: %s as %s', async (path, type) => {
  for (const [length, part] of [
    ['Content-Length: 200', BODY],
    ['Transfer-Encoding: chunked', `${BODY.length.toString(16)}\r\n${BODY}\r\n`],
  ] as const) {
    const leave = await send(path, `Content-Type: ${type}\r\n${length}`, part)
    await new Promise((read) => setTimeout(read, 50))
    await leave()
    await new Promise((heard) => setTimeout(heard, 50))
  }
  expect(failures()).toEqual([])
})
