import { PATHS, type SiteverifyAnswer } from '../../contract/index.js'
import { SECRET } from './instances.js'
import { visitor, type Visitor } from './visitor.js'

/** A visitor whose requests go to one address. */
function at(address: string): Visitor {
  return visitor((path, init) => fetch(address + path, init), 'keep-alive')
}

/** Asks an address for a code. */
export const start = (address: string, phoneNumber: string) => at(address).start(phoneNumber)

/** Asks an address for the same code once more. */
export const resend = (address: string, verificationId: string) => at(address).resend(verificationId)

/** Has an address check a code. */
export const check = (address: string, verificationId: string, code: string) =>
  at(address).check(verificationId, code)

/** Redeems a token at an address, as the backend of the site does. */
export async function redeem(address: string, response: string): Promise<SiteverifyAnswer> {
  const body = new URLSearchParams({ secret: SECRET, response })
  const answer = await fetch(address + PATHS.siteverify, { method: 'POST', body })
  return (await answer.json()) as SiteverifyAnswer
}
