import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { PATHS, PROBLEM_MEDIA_TYPE } from '../../contract/index.js'
import { createLogger, logEvents } from '../observe/log.js'
import { memoryStore } from '../store/memory.js'
import { StoreError, StoreFullError } from '../store/store.js'
import { TestServer, testSite } from '../test/harness.js'

const SECRET = 'otps_0123456789abcdef0123456789abcdef'
const OTHER_SECRET = 'otps_another-site-another-site-secret-'
const [OURS, THEIRS] = ['192.0.2.7', '198.51.100.1']

let server: TestServer
beforeEach(async () => {
  server = await TestServer.start({
    sites: [
      testSite({ secrets: [SECRET] }),
      testSite({ sitekey: 'other', secrets: [OTHER_SECRET] }, 'https://other.example'),
    ],
    deps: { trustedProxies: 1 },
    patience: 10_000,
  })
})
afterEach(() => server.stop())

/** @param address `undefined` for a call that did not come by the proxy */
async function redeem(secret: string, address: string | undefined, response = 'no.token.at-all') {
  const { status, headers, body } = await server.post<{ success: boolean; 'error-codes': string[] }>(
    PATHS.siteverify,
    { secret, response },
    address === undefined ? {} : { 'X-Forwarded-For': address },
  )
  return { status, headers, body, told: status === 200 ? body['error-codes'].join() : status }
}

async function told(times: number, ...call: Parameters<typeof redeem>): Promise<unknown[]> {
  const all: unknown[] = []
  for (let n = 0; n < times; n++) all.push((await redeem(...call)).told)
  return all
}

const WRONG = Array<string>(20).fill('invalid-input-secret')
const PASSED = Array<string>(50).fill('invalid-input-response')

describe('wrong site secrets', () => {
  it('are twenty a minute for an address, and a right one after them is not told to be right (SR-D01)', async () => {
    expect(await told(20, 'wrong', OURS)).toEqual(WRONG)
    const { body: started } = await server.start({}, { 'X-Forwarded-For': THEIRS })
    const { body } = await server.check(started.verificationId, server.code(), { 'X-Forwarded-For': THEIRS })
    server.advance(10)
    for (const secret of ['wrong', SECRET]) {
      const answer = await redeem(secret, OURS, body.token)
      expect(answer.status).toBe(429)
      expect(answer.headers.get('Retry-After')).toBe('50')
      expect(answer.headers.get('Content-Type')).toContain(PROBLEM_MEDIA_TYPE)
      // A client of Turnstile's looks at these two.
      expect(answer.body).toMatchObject({
        ...{ code: 'rate_limited', status: 429, retryAfter: 50 },
        ...{ success: false, 'error-codes': ['internal-error'] },
      })
    }
    // From elsewhere nobody is slowed, and the token was not used up.
    expect((await redeem(SECRET, THEIRS, body.token)).body.success).toBe(true)
    server.advance(50)
    expect(await told(21, 'wrong', OURS)).toEqual([...WRONG, 429])
  })

  it('are not made more by calls at once, other spellings of the address or a whole /64', async () => {
    const at = (address: string) => redeem('wrong', address).then((answer) => answer.told)
    const once = await Promise.all(Array.from({ length: 60 }, (_, n) => at(`2001:db8::${n.toString(16)}`)))
    expect(once.filter((one) => one === 'invalid-input-secret')).toHaveLength(20)
    expect(await told(20, 'wrong', OURS)).toEqual(WRONG)
    expect(await at(`::ffff:${OURS}`)).toBe(429)
  })

  it('count for nobody where the address is not known, as of a backend that calls from within', async () => {
    expect(await told(40, 'wrong', undefined)).toEqual([...WRONG, ...WRONG])
    expect(await told(1, SECRET, undefined)).toEqual(['invalid-input-response'])
  })

  it('that are missing are no guesses', async () => {
    await told(40, '', OURS)
    expect(await told(1, 'wrong', OURS)).toEqual(['invalid-input-secret'])
  })
})

describe('redeems of a site', () => {
  it('are fifty a second from wherever, and those of another site are its own', async () => {
    const all = await Promise.all(
      Array.from({ length: 70 }, (_, n) => redeem(SECRET, `192.0.2.${n}`).then((answer) => answer.told)),
    )
    expect(all.filter((one) => one === 'invalid-input-response')).toHaveLength(50)
    expect(all.filter((one) => one === 429)).toHaveLength(20)
    expect((await redeem(SECRET, undefined)).headers.get('Retry-After')).toBe('1')
    expect(await told(1, OTHER_SECRET, OURS)).toEqual(['invalid-input-response'])
    server.advance(1)
    expect(await told(51, SECRET, undefined)).toEqual([...PASSED, 429])
  })

  it('go on where a full store cannot count them, and not where it is away', async () => {
    const consume = server.deps.store.consume.bind(server.deps.store)
    server.deps.store.consume = () => Promise.reject(new StoreFullError('full'))
    expect(await told(1, SECRET, OURS)).toEqual(['invalid-input-response'])
    server.deps.store.consume = () => Promise.reject(new StoreError('away'))
    expect(await told(1, SECRET, OURS)).toEqual(['internal-error'])
    server.deps.store.consume = consume
    expect(await told(1, SECRET, OURS)).toEqual(['invalid-input-response'])
  })
})

it('the operator is told who was too fast, and no secret (SR-G10)', async () => {
  const lines: string[] = []
  const log = logEvents(createLogger('info', { write: (line) => lines.push(line) }))
  const { sites, signingKeys } = server.deps
  await server.stop()
  server = await TestServer.start({
    deps: { sites, signingKeys, store: memoryStore({ now: () => 0 }), observe: log, trustedProxies: 1 },
  })
  await told(21, 'a-wrong-secret', OURS)
  await told(51, SECRET, THEIRS)
  const refused = lines.map((line) => JSON.parse(line)).filter(({ event }) => event === 'refused')
  expect(refused).toMatchObject([
    { operation: 'siteverify', code: 'rate_limited', reason: 'secrets' },
    { operation: 'siteverify', code: 'rate_limited', reason: 'redeems', sitekey: 'shop' },
  ])
  expect(lines.join('')).not.toMatch(/a-wrong-secret|otps_|192\.0\.2/)
})
