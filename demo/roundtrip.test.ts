import { randomBytes } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createVerifier } from 'otp-verify/verify'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createApp } from '../server/app.js'
import { readConfig } from '../server/config/config.js'
import { infobipProvider } from '../server/provider/infobip/infobip.js'
import { startSandbox, type RunningSandbox } from '../server/sandbox/index.js'
import { memoryStore } from '../server/store/memory.js'
import { generateSigningJwk, signingKeys } from '../server/token/keys.js'
import { createClient, type Client } from '../widget/client.js'

const SERVER = 'https://otp.example'
const SHOP = 'https://shop.example'
const NUMBER = '+385912345678'

let folder: string
let sandbox: RunningSandbox
let app: ReturnType<typeof createApp>
let client: Client
let now = Date.UTC(2026, 0, 1)

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'otp-verify-roundtrip-'))
})

afterAll(() => rm(folder, { recursive: true }))

beforeEach(async () => {
  sandbox = await startSandbox({ port: 0, now: () => now })
  const configFile = join(folder, 'config.json')
  const site = { sitekey: 'shop', origins: [SHOP], countries: ['HR'], channels: ['sms', 'voice'] }
  const bound = { ...site, sitekey: 'bound', senderConstraint: true }
  await writeFile(configFile, JSON.stringify({ sites: [site, bound] }))
  const { url, apiKey, applicationId, messageId } = sandbox
  const settings = {
    baseUrl: url,
    apiKey,
    applicationId,
    messageIds: { default: messageId },
    numberLookup: false,
  }
  app = createApp({
    publicUrl: SERVER,
    sites: (await readConfig({}, configFile)).sites,
    provider: infobipProvider(settings),
    store: memoryStore({ now: () => now }),
    signingKeys: await signingKeys([await generateSigningJwk(randomBytes)], () => now),
    pepper: randomBytes(32),
    observe: () => {},
    random: randomBytes,
    sleep: () => Promise.resolve(),
  })
  client = clientOf(request)
  return () => sandbox.stop()
})

/** What a browser on the shop's page does to a call. */
function request(url: string | URL | Request, init: RequestInit = {}): Promise<Response> {
  const headers = new Headers(init.headers)
  headers.set('Origin', SHOP)
  return Promise.resolve(app.request(url as string, { ...init, headers }))
}

function clientOf(fetch: typeof request): Client {
  return createClient({ server: SERVER, fetch, now: () => now, sleep: pass })
}

/** Lets the time pass that a client waits, for itself and for everybody. */
function pass(milliseconds: number): Promise<void> {
  now += milliseconds
  return Promise.resolve()
}

function pin(): string {
  return sandbox.messages(NUMBER).at(-1)!.pin
}

describe('the element’s client and the server, in one process', () => {
  it('proves a number with a token that a backend believes', async () => {
    const { verificationId } = await client.start({
      sitekey: 'shop',
      phoneNumber: NUMBER,
      nonce: 'n'.repeat(16),
    })
    const { token, phoneNumber } = await client.check({ verificationId, code: pin() })
    expect(phoneNumber).toBe(NUMBER)
    const verifier = createVerifier({
      issuer: SERVER,
      audience: 'shop',
      replayStore: false,
      fetch: request,
      now: () => now,
    })
    const claims = await verifier.verify(token, { nonce: 'n'.repeat(16) })
    expect(claims).toMatchObject({ phone_number: NUMBER, country: 'HR', channel: 'sms', origin: SHOP })
  })

  it('reads the configuration of its site, and goes on with a verification by its handle', async () => {
    expect(await client.site('shop')).toMatchObject({
      codeLength: 6,
      countries: ['HR'],
      callingCodes: { HR: '385' },
    })
    const pending = await client.start({ sitekey: 'shop', phoneNumber: NUMBER })
    expect(await client.status({ verificationId: pending.verificationId })).toEqual({
      ...pending,
      state: 'sent',
    })
  })

  it('mints one token when two clients send the same correct code at once (SR-C05)', async () => {
    const { verificationId } = await client.start({ sitekey: 'shop', phoneNumber: NUMBER })
    const code = pin()
    const both = [clientOf(request), clientOf(request)].map((one) => one.check({ verificationId, code }))
    const results = await Promise.allSettled(both)
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  })

  it('waits by itself when the right code follows a wrong one too quickly', async () => {
    const { verificationId } = await client.start({ sitekey: 'shop', phoneNumber: NUMBER })
    const wrong = pin() === '000000' ? '111111' : '000000'
    await expect(client.check({ verificationId, code: wrong })).rejects.toMatchObject({
      code: 'code_incorrect',
      attemptsRemaining: 4,
    })
    expect((await client.check({ verificationId, code: pin() })).phoneNumber).toBe(NUMBER)
  })

  it('buys one message when the answer to a start is lost on its way (SR-C10)', async () => {
    let lost = 0
    const lossy = clientOf(async (url, init) => {
      const answer = await request(url, init)
      if (lost++ === 0) throw new TypeError('network error')
      return answer
    })
    await lossy.start({ sitekey: 'shop', phoneNumber: NUMBER })
    expect(lost).toBe(2)
    expect(sandbox.messages(NUMBER)).toHaveLength(1)
  })

  it('buys one message when a resend is asked for twice at once', async () => {
    const { verificationId } = await client.start({ sitekey: 'shop', phoneNumber: NUMBER })
    await pass(30_000)
    const both = [clientOf(request), clientOf(request)].map((one) => one.resend({ verificationId }))
    await Promise.allSettled(both)
    expect(sandbox.messages(NUMBER)).toHaveLength(2)
  })

  it('ends the verification that a changed number replaces (SR-C07)', async () => {
    const { verificationId } = await client.start({ sitekey: 'shop', phoneNumber: NUMBER })
    const code = pin()
    await client.start({ sitekey: 'shop', phoneNumber: '+385912345679', supersedes: verificationId })
    await expect(client.check({ verificationId, code })).rejects.toMatchObject({
      code: 'verification_not_found',
    })
  })

  it.each([
    ['unknown_site', { sitekey: 'other', phoneNumber: NUMBER }],
    ['invalid_phone_number', { sitekey: 'shop', phoneNumber: '+38591' }],
    ['country_not_allowed', { sitekey: 'shop', phoneNumber: '+12025550123' }],
  ])('understands the refusal %s', async (code, body) => {
    await expect(client.start(body)).rejects.toMatchObject({ code })
  })

  it('understands that the code has expired, and that Infobip is down', async () => {
    const { verificationId } = await client.start({ sitekey: 'shop', phoneNumber: NUMBER })
    const code = pin()
    await pass(301_000)
    await expect(client.check({ verificationId, code })).rejects.toMatchObject({
      code: 'verification_expired',
    })
    sandbox.arm({ kind: 'status', operation: 'send', status: 503 })
    await expect(client.start({ sitekey: 'shop', phoneNumber: NUMBER })).rejects.toMatchObject({
      code: 'provider_unavailable',
    })
  })
})

describe('the element’s client at a site with a sender constraint', () => {
  const start = { sitekey: 'bound', phoneNumber: NUMBER }

  it('is led from a number to fresh tokens, its key proven in every call (SR-A17)', async () => {
    await client.site('bound')
    const { verificationId } = await client.start(start)
    expect((await client.status({ verificationId })).state).toBe('sent')
    await pass(30_000)
    await client.resend({ verificationId })
    expect((await client.check({ verificationId, code: pin() })).phoneNumber).toBe(NUMBER)
    expect((await client.token({ verificationId })).phoneNumber).toBe(NUMBER)
  })

  it('is the only one for which its handle is good (SR-A17)', async () => {
    await client.site('bound')
    const { verificationId } = await client.start(start)
    const [keyless, keyed] = [clientOf(request), clientOf(request)]
    await keyed.site('bound')
    const unknown = { code: 'verification_not_found' }
    for (const thief of [keyless, keyed]) {
      await expect(thief.status({ verificationId })).rejects.toMatchObject(unknown)
      await expect(thief.check({ verificationId, code: pin() })).rejects.toMatchObject(unknown)
    }
    expect((await client.status({ verificationId })).attemptsRemaining).toBe(5)
  })

  it('starts although the visitor’s clock is an hour slow, and buys one message (SR-A17)', async () => {
    const dated: typeof request = async (url, init) => {
      const { status, headers, body } = await request(url, init)
      headers.set('Date', new Date(now).toUTCString())
      return new Response(body, { status, headers })
    }
    const slow = createClient({ server: SERVER, fetch: dated, now: () => now - 3_600_000, sleep: pass })
    await slow.site('bound')
    const { verificationId } = await slow.start(start)
    expect((await slow.status({ verificationId })).state).toBe('sent')
    expect(sandbox.messages(NUMBER)).toHaveLength(1)
  })

  it('buys one message when the answer to its start is lost on its way (SR-A17, SR-C10)', async () => {
    let lost = 0
    const lossy = clientOf(async (url, init) => {
      const answer = await request(url, init)
      if (init?.method === 'POST' && lost++ === 0) throw new TypeError('network error')
      return answer
    })
    await lossy.site('bound')
    await lossy.start(start)
    expect(lost).toBe(2)
    expect(sandbox.messages(NUMBER)).toHaveLength(1)
  })

  it('cannot start before it has asked what its site wants (SR-A17)', async () => {
    await expect(client.start(start)).rejects.toMatchObject({ code: 'invalid_request' })
    expect(sandbox.messages(NUMBER)).toHaveLength(0)
  })
})
