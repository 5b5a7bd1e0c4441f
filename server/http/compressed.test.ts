import { brotliDecompressSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { PATHS } from '../../contract/index.js'
import { ORIGIN, startTwoSites, type TestServer } from '../test/harness.js'
import { listen } from './listen.js'

/** As browsers say it where the connection is secure. */
const BROWSER = 'gzip, deflate, br, zstd'

/** What a server of our own tells of the connection, and one that we are mounted in does not. */
const CONNECTED = { incoming: { socket: { remoteAddress: '127.0.0.1' } } }

const PUBLIC = [
  PATHS.script,
  '/otp-verify-1.2.3.js',
  '/otp-verify-1.2.3-726c9ed442c8.js',
  `${PATHS.locales}/de-abc.json`,
  `${PATHS.sites}/shop`,
  `${PATHS.sites}/shop${PATHS.numberingPlans}/385`,
]

describe('what anyone may read', () => {
  let server: TestServer
  beforeEach(async () => {
    server = await startTwoSites()
  })
  afterEach(() => server.stop())

  const ask = (path: string, encodings: string) =>
    server.app.request(path, { headers: { Origin: ORIGIN, 'Accept-Encoding': encodings } }, CONNECTED)

  it.each(PUBLIC)('travels in brotli, and is the same text: %s', async (path) => {
    const plain = await (await ask(path, 'gzip')).text()
    for (let time = 0; time < 2; time++) {
      const packed = await ask(path, BROWSER)
      expect(packed.headers.get('Content-Encoding')).toBe('br')
      expect(brotliDecompressSync(await packed.arrayBuffer()).toString()).toBe(plain)
    }
  })

  it.each(PUBLIC)('is told apart by caches, whoever asks for it: %s', async (path) => {
    for (const encodings of [BROWSER, 'identity']) {
      const vary = (await ask(path, encodings)).headers.get('Vary')!.split(', ')
      expect(vary).toEqual(path.startsWith('/v1/') ? ['Origin', 'Accept-Encoding'] : ['Accept-Encoding'])
    }
  })

  it('tells the length of what travels', async () => {
    const listener = await listen(server.app, '127.0.0.1', 0)
    const path = `${PATHS.sites}/shop`
    const headers = { Origin: ORIGIN, 'Accept-Encoding': 'br' }
    const answer = await fetch(`http://127.0.0.1:${listener.port}${path}`, { headers })
    const { byteLength } = await (await ask(path, 'br')).arrayBuffer()
    expect(answer.headers.get('Content-Length')).toBe(String(byteLength))
    expect(await answer.json()).toMatchObject({ sitekey: 'shop' })
    await listener.close(0)
  })

  it('is left to a server that this one is mounted in, which may take the name of the encoding away', async () => {
    const headers = { 'Accept-Encoding': BROWSER }
    const answer = await server.app.fetch(new Request(`https://otp.example${PATHS.script}`, { headers }))
    expect(answer.headers.get('Content-Encoding')).toBe(null)
    expect(await answer.text()).toBe('void 0')
  })

  it.each(['', 'gzip', 'identity', 'br;q=0', '*;q=0', 'brr'])(
    'stays as it is for whoever does not take brotli: "%s"',
    async (encodings) => {
      const answer = await ask(PATHS.script, encodings)
      expect(answer.headers.get('Content-Encoding')).toBe(null)
      expect(await answer.text()).toBe('void 0')
    },
  )
})

// The length of a compressed answer tells a page that can choose a part of it what the rest is.
it('no answer to a call is compressed', async () => {
  const server = await startTwoSites()
  const { verificationId } = (await server.start()).body
  const call = (path: string, body: object) =>
    server.app.request(
      path,
      {
        method: 'POST',
        headers: { Origin: ORIGIN, 'Content-Type': 'application/json', 'Accept-Encoding': BROWSER },
        body: JSON.stringify(body),
      },
      CONNECTED,
    )
  const answers = [
    await call(PATHS.start, { sitekey: 'shop', phoneNumber: '+12025550177' }),
    await call(PATHS.status, { verificationId }),
    await call(PATHS.check, { verificationId, code: server.code() }),
    await call(PATHS.token, { verificationId }),
    await call(PATHS.token, { verificationId: 'x'.repeat(43) }),
  ]
  expect(answers.map(({ status }) => status)).toEqual([201, 200, 200, 200, 404])
  for (const { headers } of answers) expect(headers.get('Content-Encoding')).toBe(null)
  await server.stop()
})
