import type { HTMLAttributes, ReactNode } from 'react'
import type { OtpVerify } from '../element.js'
import type {
  OtpExpiredEvent,
  OtpFailedEvent,
  OtpFallbackEvent,
  OtpReadyEvent,
  OtpSentEvent,
  OtpStateChangeEvent,
  OtpVerifiedEvent,
  OtpVerifyEvents,
} from '../events.js'
import type { TicketSource } from '../flow-host.js'
import { ATTRIBUTES, type OtpVerifySettings } from '../settings.js'

/** The attribute behind each prop: of those that React itself treats, the ones that React 18 gets wrong. */
const PROPS = { ...ATTRIBUTES, className: 'class', hidden: 'hidden', inert: 'inert' } as const

/** The callback of each event. */
const CALLBACKS = {
  ready: 'onReady',
  statechange: 'onStateChange',
  sent: 'onSent',
  verified: 'onVerified',
  expired: 'onExpired',
  failed: 'onFailed',
  fallback: 'onFallback',
} as const satisfies Record<keyof OtpVerifyEvents, keyof OtpVerifyCallbacks>

/** Every event that the element has. */
export const EVENT_TYPES = Object.keys(CALLBACKS) as (keyof OtpVerifyEvents)[]

const EVENTS = new Map<string, keyof OtpVerifyEvents>(EVENT_TYPES.map((type) => [CALLBACKS[type], type]))

/** What the element tells, as callbacks. */
export interface OtpVerifyCallbacks {
  /** The site's settings are loaded; codes can be sent. */
  onReady?: ((event: OtpReadyEvent) => void) | undefined
  /** `event.detail.state` is phone, sending, code, checking, verified or expired. */
  onStateChange?: ((event: OtpStateChangeEvent) => void) | undefined
  /** A code is on its way. */
  onSent?: ((event: OtpSentEvent) => void) | undefined
  /** The code was right. Proves nothing before your backend has verified `event.detail.token`. */
  onVerified?: ((event: OtpVerifiedEvent) => void) | undefined
  /** The token has left the form: it expired, or the number was changed or reset. */
  onExpired?: ((event: OtpExpiredEvent) => void) | undefined
  /** Something failed, and the visitor has been told; `event.detail.code` says why. */
  onFailed?: ((event: OtpFailedEvent) => void) | undefined
  /** The visitor cannot get a code, and is shown what is in the slot `fallback`. */
  onFallback?: ((event: OtpFallbackEvent) => void) | undefined
}

/** Props of `<OtpVerify>`: those of the element, its events as callbacks, and what every HTML element takes. */
export interface OtpVerifyProps
  extends
    OtpVerifySettings,
    OtpVerifyCallbacks,
    Omit<HTMLAttributes<OtpVerify>, 'children' | 'dangerouslySetInnerHTML' | keyof OtpVerifySettings> {
  /** Public URL of the server for this element alone; `configure()` names it for all. Never becomes an attribute. */
  server?: string | undefined
  /** Asks your backend for a start ticket; called for each new code. */
  ticket?: TicketSource | undefined
  /** What goes into the element's slots. */
  children?: ReactNode
  [data: `data-${string}`]: string | undefined
}

/** Listeners by the name of their event. */
export type Listeners = Partial<Record<string, (event: never) => void>>

/** Props, grouped by how they reach the element. */
export interface Parts {
  /** By the attribute's name; `undefined` stands for an attribute that is not there. */
  attributes: Record<string, string | undefined>
  listeners: Listeners
  server: string | undefined
  ticket: TicketSource | undefined
  children: ReactNode
  /** What React itself knows how to treat. */
  rest: HTMLAttributes<OtpVerify>
}

/** Splits the props by how each reaches the element. */
export function partsOf({ server, ticket, children, ...props }: OtpVerifyProps): Parts {
  const attributes: Parts['attributes'] = {}
  const listeners: Listeners = {}
  const rest: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(props) as [string, unknown][]) {
    const event = EVENTS.get(name)
    if (isKeyOf(PROPS, name)) attributes[PROPS[name]] = attributeValue(value)
    else if (event) listeners[event] = value as (event: never) => void
    else rest[name] = value
  }
  return { attributes, listeners, server, ticket, children, rest }
}

// React 18 writes "false" for false, and an attribute that is there counts as true.
function attributeValue(value: unknown): string | undefined {
  if (value === true) return ''
  return typeof value === 'string' ? value : undefined
}

function isKeyOf<T extends object>(table: T, name: PropertyKey): name is keyof T {
  return Object.hasOwn(table, name)
}
