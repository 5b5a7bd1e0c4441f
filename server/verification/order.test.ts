import { randomBytes } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  PATHS,
  type ProblemCode,
  type SiteverifyAnswer,
  type VerificationState,
} from '../../contract/index.js'
import { TestServer, testSite, type Answer } from '../test/harness.js'
import { newHandle } from './digests.js'

/** Seconds that are enough for every pause: before another check, and before every resend of the plan. */
const PAUSE = 61

const SECRET = `otps_${randomBytes(32).toString('hex')}`

let server: TestServer
/** The handle of the newest verification, also before its browser learns it. */
let handle: string
beforeEach(async () => {
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

async function verified(): Promise<string> {
  await sent()
  const { body } = await server.check(handle, server.code())
  server.advance(PAUSE)
  return body.token
}

async function redeemed(): Promise<void> {
  const body = new URLSearchParams({ secret: SECRET, response: await verified() })
  const answer = await server.app.request(PATHS.siteverify, { method: 'POST', body })
  expect(((await answer.json()) as SiteverifyAnswer).success).toBe(true)
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
}

type Outcome = ProblemCode | VerificationState | 'a token' | 'a message'

const NOT_FOUND = 'verification_not_found'
const LIVING: readonly Outcome[] = ['a token', 'code_incorrect', 'a message', 'sent', NOT_FOUND]

/** What comes of each event, in the order of the events. */
const TABLE: Readonly<Record<keyof typeof STATES, readonly Outcome[]>> = {
  unknown: [NOT_FOUND, NOT_FOUND, NOT_FOUND, NOT_FOUND, NOT_FOUND],
  sending: [NOT_FOUND, NOT_FOUND, NOT_FOUND, 'sending', NOT_FOUND],
  sent: LIVING,
  'resent once': LIVING,
  'resent as often as may be': ['a token', 'code_incorrect', 'resends_exhausted', 'sent', NOT_FOUND],
  'being checked': ['check_in_progress', 'check_in_progress', 'a message', 'sent', NOT_FOUND],
  verified: ['already_verified', 'already_verified', 'already_verified', 'verified', 'a token'],
  redeemed: ['already_verified', 'already_verified', 'already_verified', 'verified', 'already_verified'],
  exhausted: ['attempts_exhausted', 'attempts_exhausted', 'attempts_exhausted', 'exhausted', NOT_FOUND],
  expired: ['verification_expired', 'verification_expired', 'verification_expired', 'expired', NOT_FOUND],
  superseded: [NOT_FOUND, NOT_FOUND, NOT_FOUND, NOT_FOUND, NOT_FOUND],
}

const ENDED = new Set<unknown>(['verified', 'exhausted', 'expired', NOT_FOUND])

function outcomeOf({ body }: Answer<object>): unknown {
  if (body.code) return body.code
  if ('token' in body) return 'a token'
  return 'state' in body ? body.state : 'a message'
}

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
