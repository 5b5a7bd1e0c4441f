import {
  IDEMPOTENCY_HEADER,
  PATHS,
  type Problem,
  type VerificationApproved,
  type VerificationPending,
  type VerificationStatus,
} from '../../contract/index.js'
import type { RunningSandbox } from '../../server/sandbox/index.js'
import { ORIGIN } from './instances.js'

/** An answer of a server. */
export interface Answer<T> {
  status: number
  body: T & Partial<Problem>
}

/** Sends a request to a server by its path, as `fetch` does. */
export type Send = (path: string, init: RequestInit) => Promise<Response>

/** The calls that the page of a site makes, each under an Idempotency-Key if one is given. */
export interface Visitor {
  start(phoneNumber: string, key?: string, sitekey?: string): Promise<Answer<VerificationPending>>
  resend(verificationId: string, key?: string): Promise<Answer<VerificationPending>>
  check(verificationId: string, code: string, key?: string): Promise<Answer<VerificationApproved>>
  status(verificationId: string): Promise<Answer<VerificationStatus>>
  token(verificationId: string): Promise<Answer<VerificationApproved>>
}

/**
 * A visitor of the site's page whose requests go where `send` sends them.
 *
 * @param connection 'keep-alive' where that of an earlier request is to be used again; it may be closed at the other
 * side at that very moment.
 */
export function visitor(send: Send, connection: 'close' | 'keep-alive' = 'close'): Visitor {
  async function post<T>(path: string, body: object, key?: string): Promise<Answer<T>> {
    const answer = await send(path, {
      method: 'POST',
      headers: {
        'Content-Type': 'application/json',
        Origin: ORIGIN,
        Connection: connection,
        ...(key !== undefined && { [IDEMPOTENCY_HEADER]: key }),
      },
      body: JSON.stringify(body),
    })
    return { status: answer.status, body: (await answer.json()) as T & Partial<Problem> }
  }

  return {
    start: (phoneNumber, key, sitekey = 'shop') => post(PATHS.start, { sitekey, phoneNumber }, key),
    resend: (verificationId, key) => post(PATHS.resend, { verificationId }, key),
    check: (verificationId, code, key) => post(PATHS.check, { verificationId, code }, key),
    status: (verificationId) => post(PATHS.status, { verificationId }),
    token: (verificationId) => post(PATHS.token, { verificationId }),
  }
}

/** A number of the site's country that no other call has given. */
export function newNumber(): string {
  return `+1202555${1000 + numbers++}`
}
let numbers = 0

/** A code of the right shape that is not the one that was sent. */
export function wrongCode(pin: string): string {
  return pin === '000000' ? '111111' : '000000'
}

/** How often the sandbox was asked about the code of the newest message to a number. */
export function checksOf(sandbox: RunningSandbox, phoneNumber: string): number {
  const { pinId } = sandbox.messages(phoneNumber).at(-1)!
  return sandbox.requests().filter(({ path }) => path.endsWith(`${pinId}/verify`)).length
}
