import { afterEach, beforeEach, expect, it } from 'vitest'
import type { FaultInput } from '../sandbox/faults.js'
import { TestServer } from '../test/harness.js'

let server: TestServer
beforeEach(async () => {
  server = await TestServer.start({ patience: 1000 })
})
afterEach(() => server.stop())

const FAULTS: [
  what: string,
  fault: { kind: 'status'; status: number } | { kind: 'reset' },
  reason: string,
][] = [
  ['a limit of its own', { kind: 'status', status: 429 }, 'provider_limit'],
  ['a refusal', { kind: 'status', status: 401 }, 'provider'],
  ['no answer', { kind: 'reset' }, 'provider'],
]

/** The reason of a call's refusal, which its caller is not told. */
async function reasonOf(fault: FaultInput, call: () => Promise<{ status: number; body: object }>) {
  server.sandbox.arm(fault)
  const { status, body } = await call()
  expect([429, 503]).toContain(status)
  expect(body).not.toHaveProperty('reason')
  const refusal = server.events.findLast(({ event }) => event === 'refused')
  return refusal && 'reason' in refusal ? refusal.reason : undefined
}

it.each(FAULTS)('the log says that Infobip was the cause: %s', async (_, fault, reason) => {
  const { verificationId } = (await server.start()).body
  const code = server.code()
  server.advance(60)
  expect(await reasonOf({ ...fault, operation: 'send' }, () => server.start())).toBe(reason)
  expect(await reasonOf({ ...fault, operation: 'resend' }, () => server.resend(verificationId))).toBe(reason)
  expect(await reasonOf({ ...fault, operation: 'verify' }, () => server.check(verificationId, code))).toBe(
    reason,
  )
})
