import { expect, it, onTestFinished } from 'vitest'
import { TestServer, testSite } from '../test/harness.js'

it.each([
  [0, 23],
  [7, 13],
  [14, 8],
])(
  '%d days after forty of its numbers were proven, a range takes %d messages to strangers: what widened it falls back by half every week (SR-K02)',
  async (days, messages) => {
    const server = await TestServer.start({
      sites: [testSite({ shadow: false })],
      deps: { trustedProxies: 1 },
    })
    onTestFinished(() => server.stop())
    let strangers = 0
    const stranger = () => ({ 'X-Forwarded-For': `2001:db8:${(++strangers).toString(16)}::1` })
    for (let n = 0; n < 40; n++) {
      const [phoneNumber, from] = [`+1202555${1000 + n}`, stranger()]
      const { body } = await server.start({ phoneNumber }, from)
      expect((await server.check(body.verificationId, server.code(phoneNumber), from)).status).toBe(200)
    }
    server.advance(days * 24 * 3600)
    const start = (n: number) => server.start({ phoneNumber: `+1202555${2000 + n}` }, stranger())
    for (let n = 0; n < messages; n++) expect((await start(n)).status).toBe(201)
    expect((await start(messages)).body.code).toBe('cannot_send')
    expect(server.events.at(-1)).toMatchObject({ event: 'refused', reason: 'range' })
  },
)
