import { afterEach, describe, expect, it } from 'vitest'
import { createApp } from '../app.js'
import { infobipProvider } from '../provider/infobip/infobip.js'
import { NUMBER, TestServer, template, testSite } from '../test/harness.js'

let server: TestServer
/** Hosts that resends named to the provider: the sandbox would also remember the one of the send. */
let resentFor: (string | undefined)[]
afterEach(() => server.stop())

/** Reads the last line of a message as browsers do (Origin-bound one-time codes, WICG, "parsing"). */
function boundTo(text: string): { host: string; code: string } | undefined {
  const [, host, code] = /^@([^ @#]+) #([^ @#]+)(?: .*)?$/.exec(text.split('\n').at(-1)!) ?? []
  return host === undefined ? undefined : { host, code: code! }
}

/** A server for pages of `origin` whose messages end with a line of their own. */
async function startBound(origin: string, hostPlaceholder: string | undefined): Promise<void> {
  server = await TestServer.start({ sites: [testSite({ channels: ['sms', 'voice'] }, origin)] })
  const { url: baseUrl, apiKey, applicationId } = server.sandbox
  const line = hostPlaceholder === undefined ? '' : `\n\n@{{${hostPlaceholder}}} #{{pin}}`
  const messageIds = { default: await template(server.sandbox, `Your code is {{pin}}.${line}`) }
  const provider = infobipProvider({
    ...{ baseUrl, apiKey, applicationId, messageIds, hostPlaceholder, numberLookup: false },
  })
  resentFor = []
  server.app = createApp({
    ...server.deps,
    provider: {
      ...provider,
      resend(reference, channel, host) {
        resentFor.push(host)
        return provider.resend(reference, channel, host)
      },
    },
  })
}

describe('a message', () => {
  it.each([
    ['https://shop.example', 'https://shop.example', 'shop.example'],
    ['https://shop.example:8443', 'https://shop.example:8443', 'shop.example'],
    // Whoever calls chooses the label: it would be a text that the site pays for.
    ['https://*.shop.example', 'https://eu.shop.example', 'shop.example'],
    ['https://*.shop.example', `https://${'x'.repeat(63)}.shop.example`, 'shop.example'],
  ])(
    'of a site at %s is bound to the page that asked, however often it is sent (SR-H11)',
    async (pattern, origin, host) => {
      await startBound(pattern, 'host')
      const headers = { Origin: origin }
      const { body } = await server.start({}, headers)
      server.advance(30)
      expect((await server.resend(body.verificationId, {}, headers)).status).toBe(200)
      server.advance(60)
      expect((await server.resend(body.verificationId, {}, headers)).status).toBe(200)
      const messages = server.sandbox.messages(NUMBER)
      expect(messages).toHaveLength(3)
      expect(resentFor).toEqual([host, host])
      for (const { text, pin } of messages) expect(boundTo(text)).toEqual({ host, code: pin })
    },
  )

  it('says nothing of the page where its template has no room for that', async () => {
    await startBound('https://shop.example', undefined)
    const { body } = await server.start({})
    server.advance(30)
    await server.resend(body.verificationId)
    for (const { text } of server.sandbox.messages(NUMBER)) expect(boundTo(text)).toBe(undefined)
  })

  it('names no host that the caller chose (SR-B12)', async () => {
    await startBound('https://shop.example', 'host')
    const refusal = await server.start({ placeholders: { host: 'evil.example' } })
    expect(refusal.body.code).toBe('invalid_request')
    expect(server.sandbox.messages(NUMBER)).toEqual([])
  })
})
