import { expect, it, onTestFinished } from 'vitest'
import { PATHS } from '../../contract/index.js'
import { memoryStore } from '../store/memory.js'
import { NUMBER, ORIGIN, TestServer, testSite } from '../test/harness.js'

const HANDLE = 'x'.repeat(43)
const CALLS: [path: string, body?: object][] = [
  [PATHS.start, { sitekey: 'shop', phoneNumber: NUMBER }],
  [PATHS.resend, { verificationId: HANDLE }],
  [PATHS.check, { verificationId: HANDLE, code: '123456' }],
  [PATHS.status, { verificationId: HANDLE }],
  [PATHS.token, { verificationId: HANDLE }],
  [PATHS.challenges, { sitekey: 'shop', phoneNumber: NUMBER }],
  [PATHS.jwks],
  [`${PATHS.sites}/shop${PATHS.numberingPlans}/385`],
]
const SECRET = 'postgres://user:password@host'

/** What is thrown is not always an error. */
const THROWN = [
  new Error(SECRET),
  new TypeError(SECRET),
  SECRET,
  undefined,
  null,
  { status: 200, message: SECRET },
]

it('ten thousand throws, in every handler, are that many answers that tell nothing (SR-I08)', async () => {
  let thrown = 0
  let broken = false
  const fail = () => {
    // eslint-disable-next-line @typescript-eslint/only-throw-error -- That is what is tried.
    throw THROWN[thrown++ % THROWN.length]
  }
  const breaking = <T extends object>(whole: T): T =>
    new Proxy(whole, { get: (target, name) => (broken ? fail() : Reflect.get(target, name)) as unknown })
  const site = testSite({ challenge: { kind: 'altcha' } })
  const phoneRules = breaking(site.phoneRules)
  const server = await TestServer.start({
    sites: [{ ...site, phoneRules }],
    deps: { store: breaking(memoryStore()) },
  })
  onTestFinished(() => server.stop())
  const { signingKeys } = server.deps
  const published = signingKeys.published.bind(signingKeys)
  signingKeys.published = () => (broken ? fail() : published())
  const headers = { Origin: ORIGIN, 'Content-Type': 'application/json' }
  const ask = ([path, body]: (typeof CALLS)[number]) =>
    server.app.request(path, { headers, ...(body && { method: 'POST', body: JSON.stringify(body) }) })

  broken = true
  for (let n = 0; n < 10_000; n++) {
    const call = CALLS[n % CALLS.length]!
    const answer = await ask(call)
    const text = await answer.text()
    if (answer.status !== 500 || text.includes('password'))
      expect.fail(`${call[0]}: ${answer.status} ${text}`)
  }
  expect(thrown).toBeGreaterThanOrEqual(10_000)
  expect(JSON.stringify(server.events)).not.toContain('password')

  broken = false
  expect((await ask(CALLS[0]!)).status).toBe(201)
})

it.each([
  [PATHS.start, 'application/json'],
  [PATHS.siteverify, 'multipart/form-data; boundary=x'],
])('a client that goes away in the middle of its own request is no failure (%s)', async (path, type) => {
  const server = await TestServer.start()
  onTestFinished(() => server.stop())
  const gone = new AbortController()
  const body = new ReadableStream({
    pull(controller) {
      gone.abort()
      controller.error(new Error('gone'))
    },
  })
  const headers = { Origin: ORIGIN, 'Content-Type': type }
  const init = { method: 'POST', headers, body, duplex: 'half', signal: gone.signal } as RequestInit
  await server.app.request(path, init)
  expect(server.events.filter(({ event }) => event === 'failure')).toEqual([])
})
