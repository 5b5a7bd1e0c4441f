import { inspect } from 'node:util'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { tells } from '../../test/by-chance.js'
import { infobipProvider } from './infobip.js'
import {
  type Behaviour,
  deadUrl,
  fakeInfobip,
  hang,
  json,
  listeningProvider,
  raw,
} from './test/fake-infobip.js'
import { MESSAGE_SENT, PIN_ID, settingsFor, VERIFIED } from './test/fake-infobip.js'

const API_KEY = settingsFor('').apiKey
const CODE = '739182'
const PHONE_NUMBER = '+12025550177'

/** Everything this process writes while a test runs. */
function watchOutput(): () => string {
  const written: unknown[] = []
  const methods = ['log', 'info', 'warn', 'error', 'debug', 'trace'] as const
  for (const method of methods)
    vi.spyOn(console, method).mockImplementation((...parts) => void written.push(parts))
  for (const stream of [process.stdout, process.stderr]) {
    vi.spyOn(stream, 'write').mockImplementation((chunk) => written.push(String(chunk)) > 0)
  }
  const warn = (warning: Error): void => void written.push(warning)
  process.on('warning', warn)
  onTestFinished(() => {
    vi.restoreAllMocks()
    process.off('warning', warn)
  })
  return () => inspect(written, { depth: null })
}

describe('the API key, the code and the number (SR-G06)', () => {
  const echo: Behaviour = (response, heard) =>
    json(400, { requestError: heard, errorCode: CODE })(response, heard)

  it.each<[string, Behaviour]>([
    ['an approval', json(200, { ...VERIFIED, ...MESSAGE_SENT })],
    ['a wrong code', json(200, { pinId: PIN_ID, verified: false, pinError: `WRONG ${CODE}` })],
    ['an answer that echoes the request', echo],
    [
      'a refused key',
      json(401, { requestError: { serviceException: { messageId: API_KEY, text: API_KEY } } }),
    ],
    ['a server error', raw(500, `App ${API_KEY}`)],
    ['a redirect', raw(302, '', { Location: `https://evil.example/?key=${API_KEY}` })],
    ['a hang', hang],
    ['a reset', (response) => response.socket?.resetAndDestroy()],
    ['a malformed answer', raw(200, `{"pin":"${CODE}`, { 'Content-Type': 'application/json' })],
  ])(
    'trap 19: appear in nothing that is returned, thrown, logged or reported after %s',
    async (_, behaviour) => {
      const output = watchOutput()
      const fake = await fakeInfobip(behaviour)
      const { provider, calls } = listeningProvider(fake.url, { timeout: 150 })
      const outcomes = await Promise.allSettled([
        provider.send({ phoneNumber: PHONE_NUMBER, channel: 'sms' }),
        provider.resend(PIN_ID, 'sms'),
        provider.check(PIN_ID, CODE),
      ])
      expect(outcomes.map((outcome) => outcome.status)).toEqual(Array(3).fill('fulfilled'))
      expect(calls).toHaveLength(3)
      const everything = inspect([outcomes, calls, provider], { depth: null, showHidden: true }) + output()
      for (const secret of [API_KEY, CODE, PHONE_NUMBER.slice(1)])
        expect(tells(everything, secret), secret.slice(0, 3)).toBe(false)
    },
  )

  it('trap 19: appear in nothing when nobody listens', async () => {
    const output = watchOutput()
    const { provider, calls } = listeningProvider(await deadUrl())
    const outcomes = [
      await provider.send({ phoneNumber: PHONE_NUMBER, channel: 'voice' }),
      await provider.check(PIN_ID, CODE),
    ]
    const everything =
      inspect([outcomes, calls], { depth: null }) + JSON.stringify([outcomes, calls]) + output()
    for (const secret of [API_KEY, CODE, PHONE_NUMBER.slice(1)]) expect(everything).not.toContain(secret)
  })

  it('appear in no address', async () => {
    const fake = await fakeInfobip(json(200, { ...VERIFIED, ...MESSAGE_SENT }))
    const { provider } = listeningProvider(fake.url)
    await provider.send({ phoneNumber: PHONE_NUMBER, channel: 'sms' })
    await provider.check(PIN_ID, CODE)
    for (const { url } of fake.heard) expect(url).not.toMatch(new RegExp(`${CODE}|${API_KEY}|12025550177`))
  })

  it.each([
    ['a key that cannot be one', { apiKey: `App ${API_KEY}` }],
    ['an address that cannot be one', { baseUrl: `https://${API_KEY}:x@evil.example` }],
  ])('appear in no error about %s', (_, wrong) => {
    let thrown: unknown
    try {
      infobipProvider({ ...settingsFor('https://api.infobip.com'), ...wrong })
    } catch (error) {
      thrown = error
    }
    expect(thrown).toBeInstanceOf(Error)
    expect(inspect(thrown, { depth: null })).not.toContain(API_KEY)
  })

  it('appear in nothing that can be seen of the provider', () => {
    const provider = infobipProvider(settingsFor('https://api.infobip.com'))
    expect(inspect(provider, { depth: null, showHidden: true, getters: true })).not.toContain(API_KEY)
    expect(JSON.stringify(provider)).toBe('{}')
  })
})
