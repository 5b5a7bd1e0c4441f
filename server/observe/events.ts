import type { Channel, ProblemCode, SiteverifyError } from '../../contract/index.js'
import type { NumberInLogs } from '../phone-number/number-in-logs.js'
import type { CheckOutcome, DeliveryOutcome, ProviderCall } from '../provider/provider.js'
import type { Rule, Whom } from '../refusal/reasons.js'
import type { AlertKind, ProviderCause } from './alert.js'

/**
 * What happened, for logs and metrics. Holds no number, code, handle, token or secret, and of a number what NumberInLogs has.
 *
 * | Event         | Meaning                                                                        |
 * | ------------- | ------------------------------------------------------------------------------ |
 * | `configured`  | A server began; `settings` is another whenever its address or a site is.       |
 * | `started`     | A first message is about to be paid for.                                       |
 * | `sent`        | A message was accepted by the provider (a start or a resend).                  |
 * | `checked`     | An attempt was spent on a code; `outcome` says what came of it.                |
 * | `verified`    | A right code was given: the number is proven, and its token may be had.        |
 * | `redeemed`    | A backend redeemed a token, or tried to; `outcome` says what came of it.       |
 * | `shadowed`    | A message was sent that `rule` of the guard would have refused, as `code`.     |
 * | `refused`     | A call ended in a problem; `reason` says more than its caller is told.         |
 * | `foreign-origin` | A page asked whose `origin` is on no list; its browser shows it nothing.     |
 * | `mismatch`    | The provider confirmed another number than the one asked for. Look into it.    |
 * | `alert`       | Somebody should look at the site now; `alert` says why.                        |
 * | `provider`    | One call to the provider.                                                      |
 * | `delivery`    | The provider reported what became of a message.                                |
 * | `override`    | An operator allowed or denied a number, a range or an address, or lifted that. |
 * | `pause`       | An operator stopped sends, or let them go on.                                  |
 * | `keys`        | The signing keys changed, or should be looked into (see KeyChange).            |
 * | `overprivileged-key` | The provider's key may do more than a server needs; give it another.    |
 * | `no-script`   | A server began that has no script to serve; its pages bundle the element.      |
 * | `evicting`    | Redis has come to forget when it is full: set its `maxmemory-policy` back.     |
 * | `log-lost`    | The log could not be written for a while; this many `lines` are missing before this one. |
 * | `failure`     | Something that should not happen; `error` is its class and code, never a text. |
 */
export type ServerEvent =
  | { event: 'configured'; settings: string }
  | ({ event: 'started'; sitekey: string; channel: Channel } & NumberInLogs)
  | ({ event: 'sent'; sitekey: string; channel: Channel; resend: boolean } & NumberInLogs)
  | ({ event: 'verified'; sitekey: string; channel: Channel } & NumberInLogs)
  | ({ event: 'checked'; sitekey: string; outcome: Checked } & NumberInLogs)
  | ({ event: 'mismatch'; sitekey: string } & NumberInLogs)
  | ({ event: 'redeemed'; sitekey?: string | undefined; outcome: Redeemed } & Partial<NumberInLogs>)
  | ({ event: 'shadowed'; sitekey: string; code: ProblemCode; rule: Rule } & NumberInLogs)
  | ({ event: 'refused'; operation: string; code: ProblemCode; requestId: string } & Whom)
  | ({ event: 'foreign-origin' } & ForeignPage)
  | ({
      event: 'override'
      change: 'allow' | 'deny' | 'lift'
      of: Rule
      by: string
      until?: string
    } & Partial<NumberInLogs>)
  | {
      event: 'pause'
      change: 'pause' | 'resume'
      by: string
      /** Of all sites where there is none. */
      sitekey?: string | undefined
      /** Left out: sends to all countries. */
      country?: string | undefined
      until?: string
    }
  | { event: 'keys'; change: KeyChange; kid: string }
  | { event: 'overprivileged-key' }
  | { event: 'no-script' }
  | { event: 'evicting' }
  | { event: 'log-lost'; lines: number }
  | {
      event: 'failure'
      operation: string
      requestId: string
      error: string
      /** The alert that was not accepted, if that is what failed. */
      alert?: AlertKind
    }
  | {
      event: 'alert'
      alert: AlertKind
      /** Of all sites where there is none. */
      sitekey?: string | undefined
      /** Of `provider`. */
      reason?: ProviderCause | undefined
      country?: string | undefined
      level?: number | undefined
      lately?: number | undefined
      week?: number | undefined
      started?: number | undefined
      proven?: number | undefined
    }
  | ({ event: 'delivery'; outcome: DeliveryOutcome } & Partial<NumberInLogs>)
  | ({ event: 'provider' } & ProviderCall)

/** What was asked for by a page that no site lists, or not the site it asked about. */
interface ForeignPage {
  /** A browser's preflight, the call itself, or a page's reading of its site's configuration. */
  call: 'preflight' | 'post' | 'read'
  /** Only where it is one of ours. */
  sitekey?: string | undefined
  /** Only where it can be one. */
  origin?: string | undefined
}

/**
 * What the provider said about a code; `mismatch` when it confirmed another number, `late` when the answer came too late to
 * count.
 */
type Checked = CheckOutcome['outcome'] | 'mismatch' | 'late'

/** What the backend is told, except that expired tokens are distinguished from those redeemed before. */
export type Redeemed = 'success' | 'expired' | 'duplicate' | Exclude<SiteverifyError, 'timeout-or-duplicate'>

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
 * | `pepper`     | Another server on the same store, which signs with it, has another pepper.       |
 */
type KeyChange = (typeof KEY_CHANGES)[number]

/** Everything that may happen to the signing keys. */
export const KEY_CHANGES = ['signing', 'gone', 'none', 'unreadable', 'differ', 'pepper'] as const

/** Events that report what should not happen. */
export const FAILURES = [
  'failure',
  'mismatch',
  'evicting',
  'log-lost',
] as const satisfies readonly ServerEvent['event'][]

/** Whether an event is one of these. */
export function isFailure(
  event: ServerEvent,
): event is Extract<ServerEvent, { event: (typeof FAILURES)[number] }> {
  return (FAILURES as readonly string[]).includes(event.event)
}

/** Records an event. Never throws, never waits. */
export type Observe = (event: ServerEvent) => void
