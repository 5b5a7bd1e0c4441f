import type { Behaviour, SwitchName } from '../behaviour.js'
import { wrong, type Answered, type OpenSandbox } from './client.js'

/** What a caller sees under each value of these switches. The compiler asks for every value. */
export type Cases<Names extends SwitchName> = {
  [Name in Names]: {
    see: (sandbox: OpenSandbox) => Promise<unknown>
    expected: { [Value in Behaviour[Name]]: unknown }
  }
}

/** A pinId that leads nowhere. */
export const UNKNOWN_PIN = '0'.repeat(32)

/** What {@link refused} says of a 404. */
export const NOT_FOUND = [404, 'NOT_FOUND']

/** The status, and the messageId or errorCode. */
export function refused({ status, body }: Answered): unknown {
  return [status, body.requestError?.serviceException.messageId ?? body.errorCode]
}

/** How a verify ended: its pinError, `verified`, or the refusal. */
export function verdict(answer: Answered): unknown {
  if (answer.body.requestError) return refused(answer)
  return answer.body.verified ? 'verified' : answer.body.pinError
}

/** Tries a wrong PIN until one attempt of five is left. */
export async function nearlyExhausted(sandbox: OpenSandbox): Promise<{ pinId: string; pin: string }> {
  const { pinId } = (await sandbox.send()).body
  for (let i = 0; i < 4; i++) await verifyLater(sandbox, pinId, wrong(sandbox.pin()))
  return { pinId, pin: sandbox.pin() }
}

/** Tries a PIN once the limit of verifies allows another. */
export async function verifyLater(sandbox: OpenSandbox, pinId: string, pin: string): Promise<Answered> {
  sandbox.pass(1000)
  return sandbox.verify(pinId, pin)
}

/** Creates a template with the members given. */
export async function createTemplate(sandbox: OpenSandbox, members: object): Promise<Answered> {
  const template = { messageText: 'Your PIN is {{pin}}', pinType: 'NUMERIC', ...members }
  return sandbox.call('POST', `/2fa/2/applications/${sandbox.applicationId}/messages`, template)
}
