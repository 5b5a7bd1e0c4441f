import type { Channel, ProblemCode, SiteverifyError } from '../../contract/index.js'
import type { ProviderCall } from '../provider/provider.js'

/**
 * What happened, for logs and metrics. Holds no number, code, handle, token or secret: `ref` is a keyed digest that
 * only lets two lines about one number be seen as such.
 *
 * | Event         | Meaning                                                                        |
 * | ------------- | ------------------------------------------------------------------------------ |
 * | `sent`        | A message was accepted by the provider (a start or a resend).                  |
 * | `verified`    | A right code was given; a token was issued.                                    |
 * | `incorrect`   | A wrong code was given.                                                        |
 * | `redeemed`    | A backend redeemed a token, or tried to; `outcome` says what came of it.       |
 * | `denied`      | The guard found no room under `rule`; not `enforced`, the message was sent all the same. |
 * | `refused`     | A call ended in a problem.                                                     |
 * | `mismatch`    | The provider confirmed another number than the one asked for. Look into it.    |
 * | `provider`    | One call to the provider.                                                      |
 * | `keys`        | The signing keys changed, or should be looked into (see KeyChange).            |
 * | `failure`     | Something that should not happen; `error` is its class and code, never a text. |
 */
interface Whose {
  sitekey: string
  ref: string
  country: string
}

export type ServerEvent =
  | { event: 'sent'; sitekey: string; ref: string; country: string; channel: Channel; resend: boolean }
  | { event: 'verified'; sitekey: string; ref: string; country: string; channel: Channel }
  | { event: 'incorrect'; sitekey: string; ref: string; country: string; channel: Channel }
  | { event: 'mismatch'; sitekey: string; ref: string }
  | { event: 'redeemed'; sitekey?: string | undefined; outcome: 'success' | SiteverifyError }
  | ({ event: 'denied'; rule: string; enforced: boolean; requestId: string } & Whose)
  | { event: 'refused'; operation: string; code: ProblemCode; requestId: string }
  | { event: 'keys'; change: KeyChange; kid: string }
  | { event: 'failure'; operation: string; requestId: string; error: string }
  | ({ event: 'provider' } & ProviderCall)

/**
 * What happened to the signing keys; `kid` says to which.
 *
 * | Change       | Meaning                                                                          |
 * | ------------ | -------------------------------------------------------------------------------- |
 * | `signing`    | This key signs from now on.                                                      |
 * | `gone`       | It was revoked, or taken out of the file; its tokens are refused.                |
 * | `none`       | It was the last: nothing can be signed. Visitors are turned away.                |
 * | `unreadable` | The file cannot be read; this key and the others stay as they are.               |
 * | `differ`     | Another server on the same store signs with it, and this one does not know it.   |
 */
export type KeyChange = 'signing' | 'gone' | 'none' | 'unreadable' | 'differ'

/** Takes note of an event. Never throws, never waits. */
export type Observe = (event: ServerEvent) => void
