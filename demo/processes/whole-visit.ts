import { expect } from 'vitest'
import type { RunningSandbox } from '../../server/sandbox/index.js'
import { check, redeem, start } from './calls.js'

/** Sends a call to one of several addresses. */
export type Balancer = <T>(call: (address: string) => Promise<T>) => Promise<T>

/** A visitor is sent a code, enters it, and the site's backend redeems the token; nothing fails and nothing comes twice. */
export async function wholeVisit(
  send: Balancer,
  sandbox: RunningSandbox,
  phoneNumber: string,
): Promise<void> {
  const started = await send((address) => start(address, phoneNumber))
  expect(started.status).toBe(201)
  const [message] = sandbox.messages(phoneNumber)
  const { verificationId } = started.body
  const checked = await send((address) => check(address, verificationId, message!.pin))
  expect(checked.status).toBe(200)
  const redeemed = await send((address) => redeem(address, checked.body['token']))
  expect(redeemed).toMatchObject({ success: true, phone_number: phoneNumber })
  expect(sandbox.messages(phoneNumber)).toHaveLength(1)
}
