import { PATHS, type SiteverifyAnswer } from '../../contract/index.js'
import { ORIGIN, SECRET } from './instances.js'

/** What a server answered: its status, and its body as it came. */
export interface Answer {
  status: number
  body: Record<string, unknown>
}

/** Calls the public API at an address, as the page of the site does. */
export async function post(address: string, path: string, body: object): Promise<Answer> {
  const answer = await fetch(address + path, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Origin: ORIGIN },
    body: JSON.stringify(body),
  })
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> }
}

/** Asks for a code. */
export function start(address: string, phoneNumber: string): Promise<Answer> {
  return post(address, PATHS.start, { sitekey: 'shop', phoneNumber })
}

/** Asks for the same code once more. */
export function resend(address: string, verificationId: unknown): Promise<Answer> {
  return post(address, PATHS.resend, { verificationId })
}

/** Checks a code. */
export function check(address: string, verificationId: unknown, code: string): Promise<Answer> {
  return post(address, PATHS.check, { verificationId, code })
}

/** Redeems a token, as the backend of the site does. */
export async function redeem(address: string, response: unknown): Promise<SiteverifyAnswer> {
  const body = new URLSearchParams({ secret: SECRET, response: String(response) })
  const answer = await fetch(address + PATHS.siteverify, { method: 'POST', body })
  return (await answer.json()) as SiteverifyAnswer
}

/** A code of as many digits that is not the right one. */
export function wrong(code: string): string {
  return code.replace(/^./, (digit) => String((Number(digit) + 1) % 10))
}
