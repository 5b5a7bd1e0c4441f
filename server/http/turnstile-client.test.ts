import { randomUUID } from 'node:crypto'
import turnstilePlugin from '@cloudflare/pages-plugin-turnstile'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { PATHS, type SiteverifyError } from '../../contract/index.js'
import { memoryStore } from '../store/memory.js'
import { StoreError } from '../store/store.js'
import { NUMBER, ORIGIN, TestServer, testSite } from '../test/harness.js'
import { listen, type Listener } from './listen.js'

const SECRET = 'otps_0123456789abcdef0123456789abcdef'
const TURNSTILE = 'https://challenges.cloudflare.com/turnstile/v0/siteverify'

let server: TestServer
let listener: Listener
let sent: string[]

beforeEach(async () => {
  server = await TestServer.start({ sites: [testSite({ secrets: [SECRET] })] })
  listener = await listen({ fetch: (request) => server.app.fetch(request) }, '127.0.0.1', 0)
  sent = []
  const realFetch = fetch
  // The one thing that is not as it ships: where Cloudflare's name leads.
  vi.stubGlobal('fetch', (address: string | URL, init?: RequestInit) => {
    if (String(address) !== TURNSTILE) return realFetch(address, init)
    const request = new Request(`http://127.0.0.1:${listener.port}${PATHS.siteverify}`, init)
    sent.push(request.headers.get('Content-Type')!.split(';')[0]!)
    return realFetch(request)
  })
})

afterEach(async () => {
  vi.unstubAllGlobals()
  await listener.close(0)
  await server.stop()
})

async function verified(): Promise<string> {
  const started = await server.start({ action: 'signup', cdata: 'cart-7' })
  return (await server.check(started.body.verificationId, server.code())).body.token
}

/** A visitor's form arrives at a Cloudflare Page whose plugin guards it. */
async function submit(options: object, fields: Record<string, string> = {}) {
  const data: { turnstile?: unknown } = {}
  const response: Response = await turnstilePlugin({ secret: SECRET, ...options })({
    request: new Request('https://shop.example/signup', {
      method: 'POST',
      headers: { 'CF-Connecting-IP': '192.0.2.1' },
      body: new URLSearchParams(fields),
    }),
    functionPath: '/signup',
    next: async () => new Response('signed up'),
    data,
    env: {},
    params: {},
    waitUntil() {},
    passThroughOnException() {},
  })
  return { status: response.status, text: await response.text(), turnstile: data.turnstile }
}

/** What the client tells the visitor; it puts a full stop after sentences that have one. */
const confusion = (...words: string[]) =>
  `Could not confirm your humanity.\n\n${words.join('\n')}.\n\nPlease try again.`

/** Its own words for each code. */
const WORDS: Record<SiteverifyError, string> = {
  'missing-input-secret': 'The secret parameter was not passed.',
  'invalid-input-secret': 'The secret parameter was invalid or did not exist.',
  'missing-input-response': 'The response parameter was not passed.',
  'invalid-input-response': 'The response parameter is invalid or has expired.',
  'bad-request': 'The request was rejected because it was malformed.',
  'timeout-or-duplicate': 'The response parameter has already been validated before.',
  'internal-error': 'An internal error happened while validating the response. The request can be retried.',
}

describe('Cloudflare’s own client of Turnstile, unmodified', () => {
  it('lets a form with a good token through, from a field of Turnstile’s name, and hands on all members (SR-A15)', async () => {
    const token = await verified()
    expect(await submit({}, { 'cf-turnstile-response': token })).toEqual({
      status: 200,
      text: 'signed up',
      turnstile: {
        success: true,
        challenge_ts: new Date(server.time).toISOString(),
        hostname: new URL(ORIGIN).hostname,
        'error-codes': [],
        action: 'signup',
        cdata: 'cart-7',
        phone_number: NUMBER,
        country: 'US',
        channel: 'sms',
        nonce: '',
        token_id: expect.stringMatching(/^[\w-]{22}$/),
      },
    })
    expect(sent).toEqual(['multipart/form-data'])
  })

  it('explains each refusal in its own words (SR-A15)', async () => {
    const response = await verified()
    const expectRefusal = async (code: SiteverifyError, options: object) => {
      expect(await submit({ response, ...options })).toEqual({
        status: 400,
        text: confusion(WORDS[code]),
        turnstile: { success: false, 'error-codes': [code] },
      })
    }
    await expectRefusal('missing-input-secret', { secret: '' })
    await expectRefusal('invalid-input-secret', { secret: 'x' })
    await expectRefusal('missing-input-response', { response: '' })
    await expectRefusal('invalid-input-response', { response: 'made-up' })
    await expectRefusal('bad-request', { idempotency_key: 'x' })
    expect((await submit({ response })).status).toBe(200)
    await expectRefusal('timeout-or-duplicate', {})
    await loseTheStore()
    await expectRefusal('internal-error', {})
    expect(sent).toHaveLength(8)
  })

  it('names two mistakes at once, a line each', async () => {
    const { text } = await submit({ secret: '', response: '' })
    expect(text).toBe(confusion(WORDS['missing-input-secret'], WORDS['missing-input-response']))
  })

  it('leaves a refusal to the page’s own handler', async () => {
    const onError = (context: { data: { turnstile: { 'error-codes': string[] } } }) =>
      new Response(context.data.turnstile['error-codes'].join(), { status: 418 })
    const { status, text } = await submit({ response: 'made-up', onError })
    expect({ status, text }).toEqual({ status: 418, text: 'invalid-input-response' })
  })

  it('may try again under its idempotency key (SR-A13)', async () => {
    const options = { response: await verified(), idempotency_key: randomUUID() }
    const first = await submit(options)
    expect(first.status).toBe(200)
    expect(await submit(options)).toEqual(first)
  })
})

async function loseTheStore(): Promise<void> {
  const { signingKeys, sites } = server.deps
  const claim = () => Promise.reject(new StoreError('away'))
  const store = { ...memoryStore(), now: async () => server.time, claim }
  await server.stop()
  server = await TestServer.start({ deps: { store, signingKeys, sites } })
}
