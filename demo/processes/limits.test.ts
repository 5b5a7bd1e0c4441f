import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { PATHS, type VerificationApproved, type VerificationPending } from '../../contract/index.js'
import { ORIGIN, startInstances, type Instances } from './instances.js'

const MEGABYTE = 2 ** 20
const HEAD = `POST ${PATHS.start} HTTP/1.1\r\nHost: localhost\r\nOrigin: ${ORIGIN}\r\nContent-Type: application/json\r\n`

/** How many connections are slow at once; `npm run soak` asks for more. */
const SLOW = process.env['SOAK'] === '1' ? 5000 : 2200

let instances: Instances
const sockets: Socket[] = []
beforeAll(async () => {
  instances = await startInstances(1, () => 'memory:')
})
afterAll(async () => {
  for (const socket of sockets) socket.destroy()
  await instances.stop()
})

async function open(begin: string): Promise<Socket> {
  const socket = connect(Number(new URL(instances.addresses[0]!).port), '127.0.0.1')
  sockets.push(socket)
  // Whether the server ends a connection or resets it is all the same.
  socket.on('error', () => {})
  await once(socket, 'connect')
  socket.write(begin)
  return socket
}

async function call<T>(path: string, body: object): Promise<T> {
  const headers = { 'Content-Type': 'application/json', Origin: ORIGIN }
  const answer = await instances.fetch(path, { method: 'POST', headers, body: JSON.stringify(body) })
  if (!answer.ok) throw new Error(`${path} answers ${answer.status}: ${await answer.text()}`)
  return (await answer.json()) as T
}

async function signUp(phoneNumber: string): Promise<string> {
  const { verificationId } = await call<VerificationPending>(PATHS.start, { sitekey: 'shop', phoneNumber })
  const { pin } = instances.sandbox.messages(phoneNumber).at(-1)!
  return (await call<VerificationApproved>(PATHS.check, { verificationId, code: pin })).token
}

/** Memory of the server, in bytes. */
function residentBytes(): number {
  return Number(execFileSync('ps', ['-o', 'rss=', '-p', String(instances.children[0]!.pid)])) * 1024
}

/** Sends a body that has no end for as long as the server lets it, and gives the answer. */
async function pourEndlessly(): Promise<string> {
  const socket = await open(`${HEAD}Transfer-Encoding: chunked\r\n\r\n`)
  const chunk = `10000\r\n${' '.repeat(0x10000)}\r\n`
  const pour = () => {
    while (!socket.destroyed && socket.write(chunk));
  }
  let said = ''
  socket.on('data', (data) => (said += String(data)))
  socket.on('drain', pour)
  pour()
  // Not `once`, which a reset would reject.
  await new Promise((resolve) => socket.on('close', resolve))
  return said
}

describe('a server that is abused', () => {
  it('takes no memory for bodies without an end, and closes their connections (SR-D23)', async () => {
    await signUp('+12025550100')
    for (let n = 0; n < 3; n++) await pourEndlessly()
    const before = residentBytes()
    const answers = await Promise.all(Array.from({ length: 20 }, pourEndlessly))
    for (const answer of answers) expect(answer).toMatch(/^HTTP\/1\.1 413 /)
    // Less than a megabyte cannot be seen: a process grows by some whatever it is sent. Bodies that are kept know no bound.
    expect(residentBytes() - before).toBeLessThan(64 * MEGABYTE)
  })

  it(`serves the next visitor while ${SLOW} connections send theirs slowly (SR-D23)`, async () => {
    await Promise.all(
      Array.from({ length: SLOW }, (_, n) =>
        open(n % 2 ? `${HEAD}X-Slow: 1` : `${HEAD}Content-Length: 100\r\n\r\n{`),
      ),
    )
    expect(await signUp('+12025550101')).toMatch(/^ey/)
  })
})
