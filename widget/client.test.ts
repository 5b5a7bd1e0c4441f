import { expect } from '@open-wc/testing'
import {
  answer,
  approved,
  calls,
  callsTo,
  fakeFetch,
  HANDLE,
  pending,
  problem,
  resetServer,
  SERVER,
  site,
  tellTime,
} from './test/fake-server.js'
import { IDEMPOTENCY_KEY_PATTERN, PROBLEM_STATUS } from '../contract/index.js'
import { createClient, type Client } from './client.js'
import { OtpError } from './failure.js'

const START = '/v1/verifications'
const CHECK = '/v1/verifications/check'
const NOW = Date.UTC(2026, 0, 1)
const body = { sitekey: 'shop', phoneNumber: '+385912345667' }
const check = { verificationId: HANDLE, code: '123456' }

let client: Client
let naps: number[]

async function errorOf(call: Promise<unknown>): Promise<OtpError> {
  const error = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  expect(error).to.be.instanceOf(OtpError)
  return error as OtpError
}

beforeEach(() => {
  resetServer(NOW)
  naps = []
  const sleep = async (milliseconds: number) => void naps.push(milliseconds)
  client = createClient({ server: SERVER, fetch: fakeFetch, now: () => NOW, sleep })
})

describe('createClient', () => {
  it('asks for the site, starts, resends, checks and asks for the status', async () => {
    expect(await client.site('shop')).to.deep.equal(site())
    expect(await client.start(body)).to.deep.equal(pending(NOW))
    expect((await client.resend({ verificationId: HANDLE, channel: 'voice' })).channel).to.equal('voice')
    expect(await client.check(check)).to.deep.equal(approved(NOW))
    expect((await client.status({ verificationId: HANDLE })).state).to.equal('sent')
    expect(calls.map(({ path }) => path)).to.deep.equal([
      '/v1/sites/shop',
      START,
      '/v1/verifications/resend',
      CHECK,
      '/v1/verifications/status',
    ])
  })

  it('sends no credentials, follows no redirect and keeps handles out of addresses', async () => {
    await client.start(body)
    await client.check(check)
    for (const { init, url } of calls) {
      expect(init).to.include({ method: 'POST', credentials: 'omit', redirect: 'error' })
      expect(url).to.not.contain(HANDLE)
    }
  })

  it('gives every intent an unguessable key of its own', async () => {
    await client.start(body)
    await client.start(body)
    await client.check(check)
    const keys = calls.map(({ key }) => key!)
    expect(new Set(keys).size).to.equal(3)
    for (const key of keys) expect(key).to.match(IDEMPOTENCY_KEY_PATTERN)
  })

  it('repeats a lost request twice, with growing pauses and the same key', async () => {
    answer(START, 'lost', 'lost', { status: 201, json: pending(NOW) })
    await client.start(body)
    expect(callsTo(START)).to.have.length(3)
    expect(new Set(calls.map(({ key }) => key)).size).to.equal(1)
    expect(naps).to.deep.equal([400, 800])
  })

  it('gives up after two repetitions, and uses the same key when the visitor tries the same again', async () => {
    answer(START, 'lost')
    expect(await errorOf(client.start(body))).to.include({ code: 'network_error', retryable: true })
    answer(START, { status: 201, json: pending(NOW) })
    await client.start(body)
    expect(callsTo(START)).to.have.length(4)
    expect(new Set(calls.map(({ key }) => key)).size).to.equal(1)
    await client.start(body)
    expect(new Set(calls.map(({ key }) => key)).size, 'an answered intent is over').to.equal(2)
  })

  it('does not repeat by itself a request whose time was over, but means the same when the visitor does', async () => {
    answer(START, () => Promise.reject(new DOMException('', 'TimeoutError')))
    expect(await errorOf(client.start(body))).to.include({ code: 'network_error', retryable: true })
    expect([callsTo(START).length, naps]).to.deep.equal([1, []])
    answer(START, { status: 201, json: pending(NOW) })
    await client.start(body)
    expect(callsTo(START)).to.have.length(2)
    expect(new Set(calls.map(({ key }) => key)).size).to.equal(1)
  })

  for (const [what, reply] of [
    ['a proxy’s page of HTML', { status: 504, text: '<h1>Gateway Timeout</h1>' }],
    ['a success that broke off', { status: 201, text: '{"verif' }],
    ['that the same call is still under way', problem(503, 'service_unavailable', { retryAfter: 1 })],
    ['that something broke halfway', problem(500, 'internal_error')],
  ] as const) {
    it(`means the same message and the same check again after ${what}`, async () => {
      for (const [path, call] of [
        [START, () => client.start(body)],
        ['/v1/verifications/resend', () => client.resend({ verificationId: HANDLE, channel: 'sms' })],
        [CHECK, () => client.check(check)],
      ] as const) {
        answer(path, reply)
        expect(await errorOf(call())).to.include({ retryable: true })
        await errorOf(call())
        const [first, second] = callsTo(path).map(({ key }) => key)
        expect(second, path).to.equal(first)
      }
    })
  }

  it('takes a new key after a refusal, which has an answer', async () => {
    answer(START, problem(503, 'provider_unavailable'))
    await errorOf(client.start(body))
    await errorOf(client.start(body))
    expect(new Set(calls.map(({ key }) => key)).size).to.equal(2)
  })

  it('takes a new key for another number after a lost request', async () => {
    answer(START, 'lost')
    await errorOf(client.start(body))
    await errorOf(client.start({ ...body, phoneNumber: '+385912345668' }))
    expect(new Set(calls.map(({ key }) => key)).size).to.equal(2)
  })

  it('counts an answer that breaks off in the middle as lost', async () => {
    const broken: typeof fetch = async (...args) => {
      const response = await fakeFetch(...args)
      if (calls.length === 1)
        Object.defineProperty(response, 'text', { value: () => Promise.reject(new TypeError()) })
      return response
    }
    client = createClient({ server: SERVER, fetch: broken, now: () => NOW, sleep: async () => {} })
    await client.start(body)
    expect(calls).to.have.length(2)
    expect(calls[0]!.key).to.equal(calls[1]!.key)
  })

  it('limits every request in time', async () => {
    await client.start(body)
    expect(calls[0]!.init.signal).to.be.instanceOf(AbortSignal)
    expect(calls[0]!.init.signal!.aborted).to.equal(false)
  })

  it('does not repeat a refused start by itself', async () => {
    answer(START, problem(429, 'rate_limited', { retryAfter: 2 }))
    expect(await errorOf(client.start(body))).to.include({
      code: 'rate_limited',
      retryAfter: 2,
      retryable: true,
    })
    expect(calls).to.have.length(1)
  })

  for (const [status, code] of [
    [429, 'rate_limited'],
    [409, 'check_in_progress'],
  ] as const) {
    it(`repeats a check that is answered ${code}, after the pause and with the same key`, async () => {
      answer(CHECK, problem(status, code, { retryAfter: 3 }), { json: approved(NOW) })
      expect((await client.check(check)).token).to.equal(approved(NOW).token)
      expect(naps).to.deep.equal([3000])
      expect(calls[0]!.key).to.equal(calls[1]!.key)
    })
  }

  it('does not wait out a pause of more than five seconds', async () => {
    answer(CHECK, problem(429, 'rate_limited', { retryAfter: 6 }))
    expect(await errorOf(client.check(check))).to.include({ code: 'rate_limited', retryAfter: 6 })
    expect(calls).to.have.length(1)
  })

  it('does not repeat a check for ever', async () => {
    answer(CHECK, problem(429, 'rate_limited', { retryAfter: 1 }))
    await errorOf(client.check(check))
    expect(calls).to.have.length(4)
  })

  it('tells how many attempts are left', async () => {
    answer(CHECK, problem(422, 'code_incorrect', { attemptsRemaining: 2 }))
    expect(await errorOf(client.check(check))).to.include({ code: 'code_incorrect', attemptsRemaining: 2 })
  })

  it('knows every code of the contract by its name', async () => {
    for (const [code, status] of Object.entries(PROBLEM_STATUS)) {
      answer(CHECK, problem(status, code))
      expect((await errorOf(client.check(check))).code).to.equal(code)
    }
  })

  for (const [what, reply, code] of [
    ['a page of HTML', { status: 502, text: '<h1>Bad Gateway</h1>' }, 'service_unavailable'],
    ['an empty refusal', { status: 403, text: '' }, 'service_unavailable'],
    ['a truncated problem', { status: 422, text: '{"code":"code_inc' }, 'service_unavailable'],
    ['an unknown code', problem(400, 'toString'), 'service_unavailable'],
    ['a failure that only a browser has', problem(400, 'network_error'), 'service_unavailable'],
    ['a list of a code', { status: 400, text: '{"code":["invalid_code"]}' }, 'service_unavailable'],
    ['a code that reads like another', problem(404, 'unknown_site'), 'unknown_site'],
    ['a limit without a body', { status: 429, text: '' }, 'rate_limited'],
    ['an empty success', { status: 200, text: '' }, 'internal_error'],
    ['a success that is a list', { status: 200, json: [] }, 'internal_error'],
    ['a success that is null', { status: 200, text: 'null' }, 'internal_error'],
    ['a success of another shape', { status: 200, json: { token: 1 } }, 'internal_error'],
  ] as const) {
    it(`answers ${what} with a stable code`, async () => {
      answer(CHECK, reply)
      expect((await errorOf(client.check(check))).code).to.equal(code)
    })
  }

  it('refuses answers whose parts have the wrong shape', async () => {
    const good = pending(NOW)
    for (const bad of [
      { ...good, verificationId: 'short' },
      { ...good, channel: 'pigeon' },
      { ...good, codeLength: 900 },
      { ...good, expiresAt: 'soon' },
      { ...good, attemptsRemaining: -1 },
      { ...good, resend: { ...good.resend, channels: ['sms', 1] } },
      { ...good, resend: null },
    ]) {
      answer(START, { status: 201, json: bad })
      expect((await errorOf(client.start(body))).code).to.equal('internal_error')
    }
    for (const bad of [
      { ...site(), callingCodes: {} },
      { ...site(), countries: 'HR' },
      { ...site(), channels: [2] },
    ]) {
      answer('/v1/sites', { json: bad })
      expect((await errorOf(client.site('shop'))).code).to.equal('internal_error')
    }
  })

  it('reads Retry-After where the body has none', async () => {
    answer(START, { status: 429, text: '', headers: { 'Retry-After': '17' } })
    expect(await errorOf(client.start(body))).to.include({ retryAfter: 17 })
  })

  it('follows the clock of the server, but not the date of a cached configuration', async () => {
    tellTime(NOW - 3_600_000)
    await client.site('shop')
    expect(client.now()).to.equal(NOW)
    tellTime(NOW + 120_000)
    await client.start(body)
    expect(client.now()).to.equal(NOW + 120_000)
  })

  it('trusts the page’s clock where the difference may be the answer’s own age, so that a minute begins at 1:00', async () => {
    tellTime(NOW - 1500)
    await client.start(body)
    expect(client.now()).to.equal(NOW)
  })

  it('says nothing but the code in an error', async () => {
    answer(CHECK, problem(422, 'code_incorrect', { detail: '123456 +385912345667' }))
    const error = await errorOf(client.check(check))
    expect(`${error.message}${JSON.stringify(error)}${error.stack}`).to.not.match(/123456|38591/)
  })

  it('goes on with the fetch that it found when it was loaded (SR-H06)', async () => {
    const before = globalThis.fetch
    let stolen = 0
    globalThis.fetch = async () => {
      stolen++
      return new Response()
    }
    try {
      await createClient({ server: SERVER }).start(body)
    } finally {
      globalThis.fetch = before
    }
    expect(stolen).to.equal(0)
    expect(calls).to.have.length(1)
  })
})
