import { afterEach, beforeEach, expect, it } from 'vitest'
import { TestServer, testSite, type Answer } from '../test/harness.js'
import { solution } from './test/visitors.js'

let server: TestServer
let callers = 0
beforeEach(async () => {
  server = await TestServer.start({
    sites: [testSite({ shadow: false, challenge: { kind: 'altcha' }, resendCooldowns: [45] })],
    deps: { trustedProxies: 1 },
  })
})
afterEach(() => server.stop())

/** A number in the nth range of one operator. */
const inOperator = (n: number) => `+1202${200 + n}0123`
const somewhere = () => ({ 'X-Forwarded-For': `2001:db8:${(++callers).toString(16)}::1` })
const start = (phoneNumber: string, body: object = {}) => server.start({ phoneNumber, ...body }, somewhere())
const code = ({ status, body }: Answer<object>) => body.code ?? status

/** Sends to the operator until its credit is used up. @returns the first of the verifications */
async function dry(first: object = {}): Promise<string> {
  const { body } = await start(inOperator(0), first)
  for (let n = 1; n < 15; n++) await start(inOperator(n))
  return body.verificationId
}

it('a start that credit refuses is let through by a solution, once (SR-K03, SR-K14)', async () => {
  await dry()
  const phoneNumber = inOperator(20)
  expect(code(await start(phoneNumber))).toBe('challenge_required')
  const challenge = await solution(server, { phoneNumber }, somewhere())
  expect(code(await start(inOperator(21), { challenge }))).toBe('challenge_failed')
  expect(code(await start(phoneNumber, { challenge }))).toBe(201)
  server.advance(30)
  expect(code(await start(phoneNumber, { challenge }))).toBe('challenge_failed')
  expect(code(await start(phoneNumber))).toBe('challenge_required')
})

it('so is a resend, by a solution for the number and the action of its verification (SR-K03, SR-K14)', async () => {
  const id = await dry()
  server.advance(30)
  const resend = (body: object = {}) => server.resend(id, { ...body }, somewhere())
  expect(code(await resend())).toBe('challenge_required')
  const foreign = await solution(server, { phoneNumber: inOperator(1) }, somewhere())
  expect(code(await resend({ challenge: foreign }))).toBe('challenge_failed')
  const otherwise = await solution(server, { phoneNumber: inOperator(0), action: 'signup' }, somewhere())
  expect(code(await resend({ challenge: otherwise }))).toBe('challenge_failed')
  const challenge = await solution(server, { phoneNumber: inOperator(0) }, somewhere())
  // Refused for being too early, it gives the solution back.
  expect(code(await resend({ challenge }))).toBe('resend_too_soon')
  server.advance(15)
  expect(code(await resend({ challenge }))).toBe(200)
  expect(code(await resend({ challenge }))).toBe('resends_exhausted')
})

it('a solution without the action of the verification lets no resend through (SR-K14)', async () => {
  const id = await dry({ action: 'login' })
  server.advance(45)
  const phoneNumber = inOperator(0)
  const resend = (challenge: string) => server.resend(id, { challenge }, somewhere())
  const without = await solution(server, { phoneNumber }, somewhere())
  expect(code(await resend(without))).toBe('challenge_failed')
  const challenge = await solution(server, { phoneNumber, action: 'login' }, somewhere())
  expect(code(await resend(challenge))).toBe(200)
})
