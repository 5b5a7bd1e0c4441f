import { randomUUID } from 'node:crypto'
import { SignJWT } from 'jose'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  PATHS,
  SITEVERIFY_ERRORS,
  TOKEN_MAX_LENGTH,
  TOKEN_TYPE,
  type SiteverifyAnswer,
  type SiteverifyError,
} from '../../contract/index.js'
import { memoryStore } from '../store/memory.js'
import { StoreError } from '../store/store.js'
import { ORIGIN, TestServer, testSite } from '../test/harness.js'

const SECRET = 'otps_0123456789abcdef0123456789abcdef'

type Fields = Record<string, string>
type Body = NonNullable<RequestInit['body']>

/** The three ways to write a body that Turnstile's clients use. */
const ENCODINGS: [string, (fields: Fields) => Body, Record<string, string>][] = [
  ['JSON', (fields) => JSON.stringify(fields), { 'Content-Type': 'application/json' }],
  ['application/x-www-form-urlencoded', (fields) => new URLSearchParams(fields), {}],
  ['multipart/form-data', multipart, {}],
]

function multipart(fields: Fields): FormData {
  const form = new FormData()
  for (const [name, value] of Object.entries(fields)) form.set(name, value)
  return form
}

let server: TestServer
beforeEach(async () => {
  server = await TestServer.start({ sites: [testSite({ secrets: [SECRET] })] })
})
afterEach(() => server.stop())

async function verified(body: Record<string, unknown> = {}): Promise<string> {
  const started = await server.start(body)
  return (await server.check(started.body.verificationId, server.code())).body.token
}

async function answerTo(body: Body, headers: Record<string, string> = {}): Promise<SiteverifyAnswer> {
  const response = await server.app.request(PATHS.siteverify, { method: 'POST', headers, body })
  expect(response.status).toBe(200)
  expect(response.headers.get('Content-Type')).toBe('application/json; charset=utf-8')
  return (await response.json()) as SiteverifyAnswer
}

const json = (body: object) => answerTo(JSON.stringify(body), { 'Content-Type': 'application/json' })

const failure = (...codes: SiteverifyError[]) => ({ success: false, 'error-codes': codes })

describe.each(ENCODINGS)('siteverify in %s', (_name, encode, headers) => {
  const ask = (fields: Fields) => answerTo(encode(fields), headers)

  it('takes no coding', async () => {
    const coded = encode({ secret: SECRET, response: await verified() })
    expect(await answerTo(coded, { ...headers, 'Content-Encoding': 'gzip' })).toEqual(failure('bad-request'))
    expect(await answerTo(coded, { ...headers, 'Content-Encoding': 'identity' })).toMatchObject({
      success: true,
    })
  })

  it('takes an empty field for one that is left out', async () => {
    const fields = { secret: SECRET, response: await verified(), remoteip: '', idempotency_key: '' }
    expect(await ask(fields)).toMatchObject({ success: true })
  })

  it('reaches each of Turnstile’s codes, always with status 200 (SR-A15)', async () => {
    const response = await verified()
    const right = { secret: SECRET, response }
    const reached = [
      await ask({ response }),
      await ask({ secret: SECRET.replace('0', '1'), response }),
      await ask({ secret: SECRET }),
      await ask({ secret: SECRET, response: 'XXXX.DUMMY.TOKEN.XXXX' }),
      await ask({ ...right, idempotency_key: 'not-a-uuid' }),
      await ask(right),
      await ask(right),
    ]
    await failing(new StoreError('away'))
    reached.push(await ask(right))
    expect(reached.map((answer) => answer['error-codes'])).toEqual([
      ['missing-input-secret'],
      ['invalid-input-secret'],
      ['missing-input-response'],
      ['invalid-input-response'],
      ['bad-request'],
      [],
      ['timeout-or-duplicate'],
      ['internal-error'],
    ])
    const codes = reached.flatMap((answer) => answer['error-codes'])
    expect(new Set(codes)).toEqual(new Set(SITEVERIFY_ERRORS))
    for (const refused of reached.filter(({ success }) => !success)) {
      expect(Object.keys(refused)).toEqual(['success', 'error-codes'])
    }
  })

  it('answers with Turnstile’s members and ours, and takes members that neither knows', async () => {
    const fields = {
      secret: SECRET,
      response: await verified(),
      remoteip: 'no address',
      sitekey: 'x',
      r: '1',
    }
    expect(Object.keys(await ask(fields)).sort()).toEqual(
      [
        ...['success', 'challenge_ts', 'hostname', 'error-codes', 'action', 'cdata'],
        ...['phone_number', 'country', 'channel', 'nonce', 'token_id'],
      ].sort(),
    )
  })

  it('takes what is empty for missing', async () => {
    const empty = { secret: '', response: '' }
    expect(await ask(empty)).toEqual(failure('missing-input-secret', 'missing-input-response'))
  })
})

describe('siteverify', () => {
  it('refuses as malformed what says a thing twice, is no text, or is no body of the three kinds (SR-A15)', async () => {
    const response = await verified()
    const twice = new URLSearchParams([['secret', SECRET], ...Object.entries({ secret: SECRET, response })])
    const doubled = multipart({ secret: SECRET, response })
    doubled.append('response', response)
    const file = multipart({ secret: SECRET })
    file.set('response', new Blob([response]), 'token')
    const type = { 'Content-Type': 'application/json' }
    for (const answer of [
      await answerTo(twice),
      await answerTo(doubled),
      await answerTo(file),
      await answerTo('no parts', { 'Content-Type': 'multipart/form-data' }),
      await answerTo(JSON.stringify({ secret: SECRET, response }), { 'Content-Type': 'text/plain' }),
      await answerTo(`{"secret":"${SECRET}","response":"${response}"`, type),
      await answerTo(`{"secret":"${SECRET}","response":"a","response":"${response}"}`, type),
      await json({ secret: SECRET, response: [response] }),
      await json({ secret: SECRET, response, idempotency_key: 7 }),
      await json({ secret: SECRET, response, remoteip: 'x'.repeat(5000) }),
    ]) {
      expect(answer).toEqual(failure('bad-request'))
    }
    expect((await json({ secret: SECRET, response, remoteip: null })).success).toBe(true)
  })

  it('takes an idempotency key that is a UUID, in either case, and no other (SR-A13)', async () => {
    const right = { secret: SECRET, response: await verified() }
    const uuid = randomUUID()
    for (const idempotency_key of [
      uuid.slice(1),
      `${uuid}0`,
      uuid.replaceAll('-', ''),
      `{${uuid}}`,
      `${uuid}\n`,
    ]) {
      expect(await json({ ...right, idempotency_key }), idempotency_key).toEqual(failure('bad-request'))
    }
    const first = await json({ ...right, idempotency_key: uuid.toUpperCase() })
    expect(first.success).toBe(true)
    expect(await json({ ...right, idempotency_key: uuid })).toEqual(first)
  })

  it('refuses a token of more than 2048 characters, even under our own signature', async () => {
    const { privateKey, algorithm, kid } = server.deps.signingKeys.signer()
    const claims = JSON.parse(Buffer.from((await verified()).split('.')[1]!, 'base64url').toString())
    const tokenOf = (cdata: string) =>
      new SignJWT({ ...claims, cdata })
        .setProtectedHeader({ alg: algorithm, typ: TOKEN_TYPE, kid })
        .sign(privateKey)
    const room = Math.floor(((TOKEN_MAX_LENGTH - (await tokenOf('')).length) * 3) / 4)
    const [fitting, tooLong] = [await tokenOf('x'.repeat(room - 1)), await tokenOf('x'.repeat(room + 3))]
    expect(tooLong.length - TOKEN_MAX_LENGTH).toBeLessThan(6)
    expect(await json({ secret: SECRET, response: tooLong })).toEqual(failure('invalid-input-response'))
    expect((await json({ secret: SECRET, response: fitting })).success).toBe(true)
  })

  it('never gets a token of more than 2048 characters from its own server, however long the names are', async () => {
    const host = `${'a'.repeat(63)}.${'b'.repeat(63)}.${'c'.repeat(63)}.${'d'.repeat(53)}.example`
    const origin = `https://${host}:65535`
    const site = testSite({ sitekey: 's'.repeat(64), secrets: [SECRET] }, origin)
    await server.stop()
    server = await TestServer.start({ sites: [site], deps: { publicUrl: `https://${host}` } })
    const { sitekey } = site
    const longest = { sitekey, action: 'a'.repeat(32), cdata: 'c'.repeat(255), nonce: 'n'.repeat(128) }
    const started = await server.start(longest, { Origin: origin })
    const { token } = (await server.check(started.body.verificationId, server.code(), { Origin: origin }))
      .body
    expect(token.length).toBeLessThanOrEqual(TOKEN_MAX_LENGTH)
    expect((await json({ secret: SECRET, response: token })).success).toBe(true)
  })

  it('takes POST alone', async () => {
    for (const method of ['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']) {
      const response = await server.app.request(PATHS.siteverify, { method, headers: { Origin: ORIGIN } })
      expect({ status: response.status, allow: response.headers.get('Allow') }, method).toEqual({
        status: 405,
        allow: 'POST',
      })
    }
  })

  it('lets no page read its answer, not even one of the site (SR-E04)', async () => {
    const preflight = {
      'Access-Control-Request-Method': 'POST',
      'Access-Control-Request-Headers': 'content-type',
    }
    const body = JSON.stringify({ secret: SECRET, response: await verified() })
    for (const init of [
      { method: 'POST', headers: { Origin: ORIGIN, 'Content-Type': 'application/json' }, body },
      { method: 'OPTIONS', headers: { Origin: ORIGIN, ...preflight } },
    ]) {
      const { headers } = await server.app.request(PATHS.siteverify, init)
      expect([...headers.keys()].filter((name) => name.startsWith('access-control-'))).toEqual([])
    }
    const start = await server.start({}, { Origin: ORIGIN })
    expect(start.headers.get('Access-Control-Allow-Origin')).toBe(ORIGIN)
  })

  it('says in Turnstile’s words that something went wrong, and tells the operator what (SR-C15)', async () => {
    const body = { secret: SECRET, response: await verified() }
    for (const [error, name] of [
      [new StoreError('away'), 'StoreError'],
      [new TypeError(`a mistake about ${SECRET}`), 'TypeError'],
    ] as const) {
      await failing(error)
      server.events.length = 0
      expect(await json(body)).toEqual(failure('internal-error'))
      expect(server.events).toEqual([
        { event: 'failure', operation: 'siteverify', requestId: expect.any(String), error: name },
      ])
    }
  })
})

/** Starts the server anew, with the same keys, over a store that fails. */
async function failing(error: Error): Promise<void> {
  const { signingKeys, sites } = server.deps
  const now = async () => server.time
  const store = { ...memoryStore(), now, claim: () => Promise.reject(error) }
  await server.stop()
  server = await TestServer.start({ deps: { store, signingKeys, sites } })
}

it('siteverify in JSON takes null for what is left out', async () => {
  const body = { secret: SECRET, response: await verified(), remoteip: null, idempotency_key: null }
  expect(await json(body)).toMatchObject({ success: true })
})
