import { randomBytes } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  PATHS,
  type ProblemCode,
  type SiteverifyAnswer,
  type SiteverifyError,
  type VerificationState,
} from '../../contract/index.js'
import { digestsUnder, handleDigest, newHandle } from '../pepper/digests.js'
import { TestServer, testSite, type Answer } from '../test/harness.js'
import { crafted, testKeys } from '../token/test/tokens.js'

/** Seconds that are enough for every pause: before another check, and before every resend of the plan. */
const PAUSE = 61

const SECRET = `otps_${randomBytes(32).toString('hex')}`

let server: TestServer
/** The handle of the newest verification, also before its browser learns it. */
let handle: string
/** Its token, once it has one. */
let token: string | undefined
beforeEach(async () => {
  token = undefined
  let drawn: Uint8Array
  server = await TestServer.start({
    sites: [testSite({ secrets: [SECRET] })],
    deps: { random: (size) => (drawn = randomBytes(size)) },
  })
  const { store } = server.deps
  const add = store.add.bind(store)
  store.add = (facts, ...rest) => {
    handle = newHandle(facts.slot, () => drawn)
    return add(facts, ...rest)
  }
})
afterEach(() => server.stop())

/** Leaves a call unanswered at the moment in which Infobip is asked. */
async function halfway(operation: 'send' | 'check', call: () => Promise<unknown>): Promise<void> {
  await new Promise<void>((asked) => {
    server.deps.provider[operation] = () => {
      asked()
      return new Promise<never>(() => {})
    }
    void call()
  })
}

async function sent(): Promise<void> {
  await server.start()
  server.advance(PAUSE)
}

async function resent(times: number): Promise<void> {
  await sent()
  for (let n = 0; n < times; n++) {
    await server.resend(handle)
    server.advance(PAUSE)
  }
}

async function verified(): Promise<void> {
  await sent()
  token = (await server.check(handle, server.code())).body.token
  server.advance(PAUSE)
}

async function redeemed(): Promise<void> {
  await verified()
  expect((await redeem()).body.success).toBe(true)
}

function redeemWith(response: string): Promise<Answer<SiteverifyAnswer>> {
  return server.post(PATHS.siteverify, { secret: SECRET, response })
}

/** Of a verification without a token, one that has everything but the server's signature is tried, and its handle. */
async function redeem(): Promise<Answer<SiteverifyAnswer>> {
  if (token !== undefined) return redeemWith(token)
  const now = Math.floor(server.time / 1000)
  const claims = {
    sub: digestsUnder(server.deps.pepper).subject(handleDigest(handle)),
    ...{ iat: now, nbf: now, exp: now + 300, auth_time: now },
  }
  const keys = await testKeys()
  const { kid } = server.deps.signingKeys.signer()
  expect((await redeemWith(handle)).body.success).toBe(false)
  return redeemWith(await crafted(keys, claims, { kid }))
}

async function exhausted(): Promise<void> {
  await sent()
  for (let tries = 0; tries < 5; tries++) {
    await server.check(handle, server.wrongCode())
    server.advance(1)
  }
}

async function expired(): Promise<void> {
  await sent()
  server.advance(300)
}

/** A handle that a newer start has made worthless; the newer one must not answer for it. */
async function superseded(): Promise<void> {
  await sent()
  const older = handle
  await server.start()
  server.advance(PAUSE)
  handle = older
}

async function unknown(): Promise<void> {
  await sent()
  handle = newHandle('xxx', randomBytes)
}

/** How a verification comes into each state. */
const STATES = {
  unknown,
  sending: () => halfway('send', () => server.start()),
  sent,
  'resent once': () => resent(1),
  'resent as often as may be': () => resent(2),
  'being checked': async () => {
    await sent()
    await halfway('check', () => server.check(handle, server.code()))
  },
  verified,
  redeemed,
  exhausted,
  expired,
  superseded,
}

/** What may happen to it. A code is six digits even where none was sent. */
const EVENTS: Readonly<Record<string, () => Promise<Answer<object>>>> = {
  'right code': () => server.check(handle, server.sandbox.messages().at(-1)?.pin ?? '123456'),
  'wrong code': () => server.check(handle, server.sandbox.messages().length ? server.wrongCode() : '123456'),
  resend: () => server.resend(handle),
  status: () => server.status(handle),
  token: () => server.post(PATHS.token, { verificationId: handle }),
  redeem,
}

type Outcome = ProblemCode | VerificationState | SiteverifyError | 'a token' | 'a message' | 'redeemed'

const NOT_FOUND = 'verification_not_found'
const FORGED = 'invalid-input-response'
const LIVING: readonly Outcome[] = ['a token', 'code_incorrect', 'a message', 'sent', NOT_FOUND, FORGED]

/** The same for both checks and for a resend. */
const thrice = (outcome: Outcome): Outcome[] => [outcome, outcome, outcome]

/** What comes of each event, in the order of the events. */
const TABLE: Readonly<Record<keyof typeof STATES, readonly Outcome[]>> = {
  unknown: [...thrice(NOT_FOUND), NOT_FOUND, NOT_FOUND, FORGED],
  sending: [...thrice(NOT_FOUND), 'sending', NOT_FOUND, FORGED],
  sent: LIVING,
  'resent once': LIVING,
  'resent as often as may be': ['a token', 'code_incorrect', 'resends_exhausted', 'sent', NOT_FOUND, FORGED],
  'being checked': ['check_in_progress', 'check_in_progress', 'a message', 'sent', NOT_FOUND, FORGED],
  verified: [...thrice('already_verified'), 'verified', 'a token', 'redeemed'],
  redeemed: [...thrice('already_verified'), 'verified', 'already_verified', 'timeout-or-duplicate'],
  exhausted: [...thrice('attempts_exhausted'), 'exhausted', NOT_FOUND, FORGED],
  expired: [...thrice('verification_expired'), 'expired', NOT_FOUND, FORGED],
  superseded: [...thrice(NOT_FOUND), NOT_FOUND, NOT_FOUND, FORGED],
}

const ENDED = new Set<unknown>(['verified', 'exhausted', 'expired', NOT_FOUND])

function outcomeOf({ body }: Answer<object>): unknown {
  if (body.code) return body.code
  if ('error-codes' in body) return (body['error-codes'] as string[])[0] ?? 'redeemed'
  if ('token' in body) return 'a token'
  return 'state' in body ? body.state : 'a message'
}

it('is a table without gaps: each state meets each event (SR-C09)', () => {
  const events = Object.keys(EVENTS).length
  expect(Object.keys(TABLE)).toEqual(Object.keys(STATES))
  for (const [state, outcomes] of Object.entries(TABLE)) expect(outcomes, state).toHaveLength(events)
  // Seven states and six events were asked for.
  expect(events).toBe(6)
  expect(Object.keys(STATES).length).toBeGreaterThanOrEqual(7)
})

describe.each(Object.keys(TABLE) as (keyof typeof STATES)[])('a verification that is %s', (state) => {
  const cells = Object.keys(EVENTS).map((event, n) => ({ event, outcome: TABLE[state][n]! }))

  it.each(cells)('answers $event with $outcome (SR-C09)', async ({ event, outcome }) => {
    await STATES[state]()
    const before = {
      requests: server.sandbox.requests().length,
      state: outcomeOf(await server.status(handle)),
    }
    expect(outcomeOf(await EVENTS[event]!())).toBe(outcome)

    const asks = event !== 'token' && ['a token', 'code_incorrect', 'a message'].includes(outcome)
    expect(server.sandbox.requests().length - before.requests).toBe(asks ? 1 : 0)
    if (ENDED.has(before.state)) expect(outcomeOf(await server.status(handle))).toBe(before.state)
  })
})
