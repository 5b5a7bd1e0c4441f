import { execFile, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { createServer, request, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { promisify } from 'node:util'
import { expect, it, onTestFinished } from 'vitest'
import { listen } from '../../server/http/listen.js'
import { TestServer, testSite } from '../../server/test/harness.js'
import { scriptsOf } from './documented-commands.js'

const HAS_CURL = spawnSync('curl', ['--version']).status === 0
const SCRIPT = scriptsOf('docs/deploying.md').find((text) => text.startsWith('wrong() {'))!

/** What a proxy writes into X-Forwarded-For, by what its caller wrote there. */
type Forwards = (client: string, written: string | undefined) => string | undefined

const appends: Forwards = (client, written) =>
  [...(written === undefined ? [] : [written]), client].join(', ')
const replaces: Forwards = (client) => client
const passesOn: Forwards = (client, written) => written ?? client

/** A proxy before a server, as clients of one address see it. @returns its URL */
async function proxyTo(port: number, client: string, forwards: Forwards): Promise<string> {
  const proxy = createServer((incoming, answer) => {
    const written = forwards(client, incoming.headers['x-forwarded-for'] as string | undefined)
    const { 'x-forwarded-for': _, ...others } = incoming.headers
    const headers: IncomingHttpHeaders =
      written === undefined ? others : { ...others, 'x-forwarded-for': written }
    const passed = request({ port, method: incoming.method, path: incoming.url, headers }, (told) => {
      answer.writeHead(told.statusCode!, told.headers)
      told.pipe(answer)
    })
    incoming.pipe(passed)
  }).listen(0, '127.0.0.1')
  await once(proxy, 'listening')
  onTestFinished(() => void proxy.close().closeAllConnections())
  return `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`
}

/** The statuses that the commands of the page show, with one more request from another network at the end. */
async function seen(
  trustedProxies: number,
  forwards: Forwards,
): Promise<{ here: number[]; elsewhere: number[] }> {
  const server = await TestServer.start({
    sites: [testSite({ secrets: [`otps_${'proxied'.repeat(5)}`] })],
    deps: { trustedProxies },
  })
  onTestFinished(() => server.stop())
  const { port, close } = await listen(server.app, '127.0.0.1', 0)
  onTestFinished(() => close(0))
  const [here, elsewhere] = [
    await proxyTo(port, '203.0.113.7', forwards),
    await proxyTo(port, '203.0.113.8', forwards),
  ]
  const [define] = SCRIPT.split('\n')
  const run = async (script: string, url: string) => {
    const { stdout } = await promisify(execFile)('sh', ['-euc', script.replace('https://otp.example', url)])
    return stdout.trim().split(' ').map(Number)
  }
  return { here: await run(SCRIPT, here), elsewhere: await run(`${define}\nwrong`, elsewhere) }
}

const TWENTY = Array<number>(20).fill(200)

it.skipIf(!HAS_CURL).each<[string, number, Forwards, number[], number]>([
  ['is right', 1, appends, [...TWENTY, 429, 429], 200],
  ['is right, with a proxy that replaces the header', 1, replaces, [...TWENTY, 429, 429], 200],
  ['lacks a proxy', 0, appends, [...TWENTY, 429, 429], 429],
  ['has one proxy too many', 2, appends, [...TWENTY, 200, 200], 200],
  ['has one too many, with a proxy that replaces the header', 2, replaces, [...TWENTY, 200, 200], 200],
  ['is of a proxy that writes no header', 1, () => undefined, [...TWENTY, 200, 200], 200],
])(
  'docs/deploying.md shows what is seen when OTP_TRUST_PROXY %s',
  async (_, trusted, forwards, here, there) => {
    expect(await seen(trusted, forwards)).toEqual({ here, elsewhere: [there] })
  },
)

it.skipIf(!HAS_CURL)(
  'docs/deploying.md shows what is seen when clients choose their IP address',
  async () => {
    const mixed: Forwards = (client, written) => passesOn(client, written) ?? client
    expect(await seen(1, mixed)).toEqual({ here: [...TWENTY, 429, 200], elsewhere: [200] })
  },
)
