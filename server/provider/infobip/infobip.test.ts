import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { infobipProvider } from './infobip.js'
import { fakeInfobip, type Heard, json, listeningProvider, raw, settingsFor } from './test/fake-infobip.js'
import { MESSAGE_SENT, PIN_ID, TO_ALICE, VERIFIED } from './test/fake-infobip.js'

const CALL_PLACED = { pinId: PIN_ID, to: '12025550123', callStatus: 'PENDING_ACCEPTED' }

const requireHere = createRequire(import.meta.url)
const OUR_PACKAGE = fileURLToPath(new URL('../../../package.json', import.meta.url))

function readJson(path: string): { version: string } {
  return JSON.parse(readFileSync(path, 'utf8')) as { version: string }
}

function requestLine({ method, url }: Heard): string {
  return `${method} ${url}`
}

describe('the requests', () => {
  it.each([true, false])(
    'trap 7: says ncNeeded=%s itself when it sends a text message (SR-B13)',
    async (numberLookup) => {
      const fake = await fakeInfobip(json(200, MESSAGE_SENT))
      await infobipProvider({ ...settingsFor(fake.url), numberLookup }).send(TO_ALICE)
      expect(new URL(fake.heard[0]!.url, fake.url).searchParams.getAll('ncNeeded')).toEqual([
        String(numberLookup),
      ])
    },
  )

  it('trap 8: writes addresses as Infobip documents them, without the slash of the SDK', async () => {
    const fake = await fakeInfobip(json(200, MESSAGE_SENT))
    await listeningProvider(fake.url).provider.send(TO_ALICE)
    expect(requestLine(fake.heard[0]!)).toBe('POST /2fa/2/pin?ncNeeded=false')
  })

  it('trap 10: leaves nothing undefined in any address or body', async () => {
    const fake = await fakeInfobip(json(200, MESSAGE_SENT))
    const { provider } = listeningProvider(fake.url)
    await provider.send({ ...TO_ALICE, language: undefined })
    await provider.send({ ...TO_ALICE, channel: 'voice' })
    await provider.resend(PIN_ID, 'sms')
    await provider.resend(PIN_ID, 'voice')
    await provider.check(PIN_ID, '123456')
    expect(fake.heard).toHaveLength(5)
    expect(JSON.stringify(fake.heard)).not.toMatch(/undefined|null|NaN/)
  })

  it('trap 11: sends the code as a string, zeros in front kept', async () => {
    const fake = await fakeInfobip(json(200, VERIFIED))
    await listeningProvider(fake.url).provider.check(PIN_ID, '001234')
    expect(requestLine(fake.heard[0]!)).toBe(`POST /2fa/2/pin/${PIN_ID}/verify`)
    expect(fake.heard[0]!.body).toBe('{"pin":"001234"}')
  })

  it('trap 12: calls, where the SDK has no types, with the members that Infobip documents', async () => {
    const fake = await fakeInfobip(json(200, CALL_PLACED))
    const { provider } = listeningProvider(fake.url)
    expect(await provider.send({ ...TO_ALICE, channel: 'voice' })).toEqual({
      outcome: 'sent',
      reference: PIN_ID,
    })
    expect(requestLine(fake.heard[0]!)).toBe('POST /2fa/2/pin/voice')
    expect(JSON.parse(fake.heard[0]!.body)).toEqual({
      applicationId: 'APPLICATION1',
      messageId: 'MESSAGE1',
      to: '12025550123',
    })
  })

  it('trap 13: resends by either channel with an empty object', async () => {
    const fake = await fakeInfobip(json(200, MESSAGE_SENT))
    const { provider } = listeningProvider(fake.url)
    await provider.resend(PIN_ID, 'sms')
    await provider.resend(PIN_ID, 'voice')
    expect(fake.heard.map(requestLine)).toEqual([
      `POST /2fa/2/pin/${PIN_ID}/resend`,
      `POST /2fa/2/pin/${PIN_ID}/resend/voice`,
    ])
    expect(fake.heard.map(({ body }) => body)).toEqual(['{}', '{}'])
  })

  it('names the page’s host where the templates have a placeholder for it, and nothing where they have none', async () => {
    const fake = await fakeInfobip(json(200, MESSAGE_SENT))
    const host = 'shop.example'
    for (const hostPlaceholder of [undefined, 'page']) {
      const provider = infobipProvider({ ...settingsFor(fake.url), hostPlaceholder })
      for (const channel of ['sms', 'voice'] as const) {
        await provider.send({ ...TO_ALICE, channel, host })
        await provider.resend(PIN_ID, channel, host)
      }
    }
    const told = fake.heard.map(({ body }) => (JSON.parse(body) as { placeholders?: unknown }).placeholders)
    expect(told).toEqual([...Array<undefined>(4), ...Array<object>(4).fill({ page: host })])
  })

  it('SR-B12: sends what the operator configured and nothing else of the caller', async () => {
    const fake = await fakeInfobip(json(200, MESSAGE_SENT))
    const provider = infobipProvider({
      ...settingsFor(fake.url),
      messageIds: { default: 'MESSAGE1', de: 'MESSAGE2' },
      sender: 'Shop',
    })
    const meddling = {
      from: 'Evil',
      placeholders: { x: 'y' },
      messageId: 'M',
      applicationId: 'A',
      ncNeeded: true,
    }
    await provider.send({ ...meddling, ...TO_ALICE, language: 'de-AT' })
    expect(JSON.parse(fake.heard[0]!.body)).toEqual({
      applicationId: 'APPLICATION1',
      messageId: 'MESSAGE2',
      to: '12025550123',
      from: 'Shop',
    })
    expect(fake.heard[0]!.url).toBe('/2fa/2/pin?ncNeeded=false')
  })

  it('trap 18: sends the key trimmed, under its scheme once', async () => {
    const fake = await fakeInfobip(json(200, VERIFIED))
    await infobipProvider({ ...settingsFor(fake.url), apiKey: ' 0123\n' }).check(PIN_ID, '123456')
    expect(fake.heard[0]!.headers).toMatchObject({
      authorization: 'App 0123',
      'content-type': 'application/json',
      ...{ accept: expect.stringContaining('application/json'), 'accept-encoding': 'identity' },
    })
  })

  it.each([
    '',
    '+',
    '12025550123',
    '+1202555abcd',
    '+0123456789',
    '+1/../../x',
    'alice@shop.example',
    '+1234567890123456',
  ])('asks nothing for %j, which is no number', async (phoneNumber) => {
    const fake = await fakeInfobip(json(200, MESSAGE_SENT))
    const { provider, calls } = listeningProvider(fake.url)
    expect(await provider.send({ phoneNumber, channel: 'sms' })).toEqual({ outcome: 'unavailable' })
    expect(fake.heard).toEqual([])
    expect(calls).toMatchObject([{ outcome: 'unavailable', reason: 'malformed_number', status: undefined }])
  })
})

describe('a hostile pinId (SR-B06)', () => {
  const hostile = [
    '../applications/APP1/messages/M?x=',
    '../../../sms/2/text/advanced?',
    '..',
    '%2e%2e%2f%2e%2e%2fsms',
    'a?x=123456',
    'PIN1234#x',
    '@evil.example/x',
    '//evil.example/x',
    'https://evil.example/',
    '\\\\evil.example\\x',
    'PIN1234\r\nX-Evil: 1',
    'PIN1234\n',
    'PIN1234\0',
    'PIN 1234',
    '\u2024\u2024/applications',
    '\uff0e\uff0e\uff0fsms',
    'PIN1234;x=1',
    'PIN_1234',
    'SHORT1',
    'A'.repeat(65),
    'A'.repeat(10_000),
    '',
  ]

  it.each(hostile.filter(Boolean))('trap 9: in an answer (%j) is not adopted', async (pinId) => {
    const fake = await fakeInfobip(json(200, { ...MESSAGE_SENT, pinId }))
    const { provider, calls } = listeningProvider(fake.url)
    expect(await provider.send(TO_ALICE)).toEqual({ outcome: 'unknown' })
    expect(await provider.resend(PIN_ID, 'sms')).toEqual({ outcome: 'unknown' })
    expect(calls.map((call) => call.reason)).toEqual(['malformed_reference', 'malformed_reference'])
  })

  it.each(hostile)('trap 9: in the store (%j) reaches no address', async (reference) => {
    const fake = await fakeInfobip(json(200, VERIFIED))
    const { provider, calls } = listeningProvider(fake.url)
    expect(await provider.check(reference, '123456')).toEqual({ outcome: 'unavailable' })
    expect(await provider.resend(reference, 'sms')).toEqual({ outcome: 'unavailable' })
    expect(await provider.resend(reference, 'voice')).toEqual({ outcome: 'unavailable' })
    expect(fake.heard).toEqual([])
    expect(calls.map((call) => call.reason)).toEqual(Array(3).fill('malformed_reference'))
  })
})

describe('the SDK', () => {
  it('trap 1: returns errors that it should throw, and they become outcomes', async () => {
    const fake = await fakeInfobip(raw(500, ''))
    const { provider } = listeningProvider(fake.url)
    expect(await provider.send(TO_ALICE)).toEqual({ outcome: 'unknown' })
    expect(await provider.resend(PIN_ID, 'sms')).toEqual({ outcome: 'unknown' })
    expect(await provider.check(PIN_ID, '123456')).toEqual({ outcome: 'unknown' })
  })

  it.each(['', ' ', '12a456', '１２３４５６'])(
    'trap 2: never gets to refuse a code itself (%j): nothing is asked and nothing was looked at',
    async (code) => {
      const fake = await fakeInfobip(json(200, VERIFIED))
      const { provider, calls } = listeningProvider(fake.url)
      expect(await provider.check(PIN_ID, code)).toEqual({ outcome: 'unavailable' })
      expect(fake.heard).toEqual([])
      expect(calls).toMatchObject([{ reason: 'malformed_code' }])
    },
  )

  it.each([
    ['an empty key', { apiKey: '' }],
    ['a key with its scheme', { apiKey: 'App 0123' }],
    ['no address', { baseUrl: '' }],
    ['trap 17: an address in clear text', { baseUrl: 'http://abc12.api.infobip.com' }],
    ["trap 17: a stranger's address", { baseUrl: 'httpbin.local' }],
    ['no application', { applicationId: '' }],
    ['no template', { messageIds: { default: '' } }],
    ['an empty template of a language', { messageIds: { default: 'MESSAGE1', de: '' } }],
  ])('trap 6: refuses %s when it is built, not when it is used', (_, wrong) => {
    expect(() => infobipProvider({ ...settingsFor('https://api.infobip.com'), ...wrong })).toThrow(
      /^Infobip(?: API key| base URL)?: /,
    )
  })

  it('trap 20: has every method that we call, though its types promise any', async () => {
    const { Infobip, AuthType } = await import('@infobip-api/sdk')
    const sdk = new Infobip({ baseUrl: 'https://api.infobip.com', apiKey: '0123', authType: AuthType.ApiKey })
    const methods = [
      'sendPINCodeSMS',
      'sendPINCodeVoice',
      'resendPINCodeSMS',
      'resendPINCodeVoice',
      'verifyPhoneNumber',
    ]
    for (const method of methods) expect(sdk.service.twoFA[method]).toBeTypeOf('function')
    const { http } = sdk.service.twoFA
    for (const method of ['get', 'post', 'put']) expect(http[method]).toBeTypeOf('function')
  })

  it.each(['production', 'development'])(
    'trap 21: loads as an ES module where NODE_ENV is %s',
    (NODE_ENV) => {
      const script = `import { AuthType, Infobip } from '@infobip-api/sdk'
      const settings = { baseUrl: 'https://api.infobip.com', apiKey: '0123', authType: AuthType.ApiKey }
      const sdk = new Infobip(settings)
      process.stdout.write(typeof sdk.service.twoFA.http.axios.interceptors.request.use)`
      const environment = { ...process.env, NODE_ENV }
      const answer = execFileSync(process.execPath, ['--input-type=module', '-e', script], {
        env: environment,
      })
      expect(String(answer)).toBe('function')
    },
  )

  it('trap 22: runs on the axios release that these tests were written against', () => {
    const requireSdk = createRequire(requireHere.resolve('@infobip-api/sdk'))
    const axios = readJson(requireSdk.resolve('axios/package.json'))
    expect(readJson(OUR_PACKAGE)).toMatchObject({ dependencies: { axios: axios.version } })
  })

  it('trap 23: is the release, no longer worked on, that these tests were written against', () => {
    const sdk = readJson(requireHere.resolve('@infobip-api/sdk/package.json'))
    expect(readJson(OUR_PACKAGE)).toMatchObject({ dependencies: { '@infobip-api/sdk': sdk.version } })
  })
})

describe('onCall', () => {
  it('tells of each call once, with its time', async () => {
    const fake = await fakeInfobip(json(200, { ...VERIFIED, ...MESSAGE_SENT }))
    let clock = 1000
    const { provider, calls } = listeningProvider(fake.url, { now: () => (clock += 7) })
    await provider.send(TO_ALICE)
    await provider.resend(PIN_ID, 'voice')
    await provider.check(PIN_ID, '123456')
    const common = { status: 200, reason: undefined, milliseconds: 7, alarm: false }
    expect(calls).toEqual([
      { operation: 'send', channel: 'sms', outcome: 'sent', ...common },
      { operation: 'resend', channel: 'voice', outcome: 'sent', ...common },
      { operation: 'check', outcome: 'approved', ...common },
    ])
  })

  it('cannot spoil a call by throwing', async () => {
    const fake = await fakeInfobip(json(200, MESSAGE_SENT))
    const provider = infobipProvider(settingsFor(fake.url), {
      onCall: () => {
        throw new Error('The log is full.')
      },
    })
    expect(await provider.send(TO_ALICE)).toEqual({ outcome: 'sent', reference: PIN_ID })
  })
})
