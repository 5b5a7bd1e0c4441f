import { connect, type Socket } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, it, onTestFinished } from 'vitest'
import { listen, type Answering } from './listen.js'

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

const GET = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n'

/** An app whose answers wait until they are let go, and what it was asked. */
function holding() {
  const asked: WeakRef<object>[] = []
  let release = (): void => {}
  const released = new Promise<void>((resolve) => (release = resolve))
  const app: Answering = {
    async fetch(_, connection) {
      asked.push(new WeakRef(connection!.incoming!))
      await released
      return new Response('here')
    },
  }
  return { app, asked, release }
}

async function setUp(app: Answering) {
  const listener = await listen(app, '127.0.0.1', 0)
  onTestFinished(() => listener.close(0))
  const open = (): Socket => {
    const socket = connect(listener.port, '127.0.0.1').on('error', () => {})
    onTestFinished(() => void socket.destroy())
    return socket
  }
  return { listener, open }
}

const closed = (socket: Socket) => new Promise<void>((resolve) => socket.on('close', () => resolve()))

it('nothing is kept of requests whose connection ended before their turn to be answered came (SR-D23)', async () => {
  const { app, asked, release } = holding()
  const { open } = await setUp(app)
  const socket = open()
  socket.write(GET.repeat(5))
  await expect.poll(() => asked.length).toBe(5)
  socket.resetAndDestroy()
  release()
  await expect
    .poll(() => {
      collect()
      return asked.filter((request) => request.deref()).length
    })
    .toBe(0)
})

it('ten requests that are sent before the first is answered are answered, and one more ends the connection (SR-D23)', async () => {
  const { app, asked, release } = holding()
  const { open } = await setUp(app)
  const many = open()
  many.write(GET.repeat(2000))
  await closed(many)
  expect(asked).toHaveLength(10)
  const few = open()
  let said = ''
  few.on('data', (data) => (said += String(data)))
  few.write(GET.repeat(10))
  await expect.poll(() => asked.length).toBe(20)
  release()
  await expect.poll(() => said.match(/200 OK/g)).toHaveLength(10)
  few.write(GET)
  await expect.poll(() => said.match(/200 OK/g)).toHaveLength(11)
})

it('a listener that is closing waits for what is under way, and for nothing whose connection has ended', async () => {
  const { app, asked, release } = holding()
  const { listener, open } = await setUp(app)
  const gone = open()
  gone.write(GET.repeat(5))
  const here = open()
  let said = ''
  here.on('data', (data) => (said += String(data)))
  here.write(GET)
  await expect.poll(() => asked.length).toBe(6)
  gone.resetAndDestroy()
  let isClosed = false
  const stopped = listener.close(60_000).then(() => (isClosed = true))
  await wait(50)
  expect(isClosed).toBe(false)
  release()
  await stopped
  await expect.poll(() => said).toMatch(/^HTTP\/1\.1 200 OK[^]*Connection: close/)
})
