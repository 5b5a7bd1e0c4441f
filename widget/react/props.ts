import type { HTMLAttributes, ReactNode } from 'react'
import type { OtpVerify } from '../element.js'
import type {
  OtpExpiredEvent,
  OtpFailedEvent,
  OtpReadyEvent,
  OtpSentEvent,
  OtpStateChangeEvent,
  OtpVerifiedEvent,
} from '../events.js'

/** The attribute behind each setting. */
const ATTRIBUTES = {
  sitekey: 'sitekey',
  action: 'action',
  cdata: 'cdata',
  tokenNonce: 'token-nonce',
  name: 'name',
  required: 'required',
  disabled: 'disabled',
  phone: 'phone',
  readonlyPhone: 'readonly-phone',
  initialCountry: 'initial-country',
  onlyCountries: 'only-countries',
  excludeCountries: 'exclude-countries',
  channel: 'channel',
  theme: 'theme',
  autoSubmit: 'auto-submit',
  resume: 'resume',
  refreshExpired: 'refresh-expired',
  className: 'class',
} as const

/** Names of settings as attributes have them. */
export type AttributeNames = typeof ATTRIBUTES

/** The event behind each callback. */
const EVENTS = {
  onReady: 'ready',
  onStateChange: 'statechange',
  onSent: 'sent',
  onVerified: 'verified',
  onExpired: 'expired',
  onFailed: 'failed',
} as const

/** Every event that has a callback. */
export const EVENT_TYPES = Object.values(EVENTS)

/** What can be chosen about an element, as attributes say it. */
export interface OtpVerifySettings {
  /** Key of the site, as the server's configuration names it. */
  sitekey: string
  /** Purpose of the verification; a claim of the token. */
  action?: string | undefined
  /** Your own note; a claim of the token. */
  cdata?: string | undefined
  /** A value that your backend bound to the visitor's session; a claim of the token. */
  tokenNonce?: string | undefined
  /** Name of the token in the form's data. @default 'otp-verify-response' */
  name?: string | undefined
  /** Keeps the form from being submitted without a token. */
  required?: boolean | undefined
  /** Makes the element unusable and leaves it out of the form's data. */
  disabled?: boolean | undefined
  /** Number to begin with. */
  phone?: string | undefined
  /** Keeps the visitor from changing `phone`. */
  readonlyPhone?: boolean | undefined
  /** Country to begin with (ISO 3166-1 alpha-2). */
  initialCountry?: string | undefined
  /** Countries to offer, of those that the site serves; separated by spaces or commas. */
  onlyCountries?: string | undefined
  /** Countries not to offer; separated by spaces or commas. */
  excludeCountries?: string | undefined
  /** How the first code travels; the site's first channel unless set. */
  channel?: 'sms' | 'voice' | undefined
  /** @default 'auto', which follows the page's `color-scheme` */
  theme?: 'auto' | 'light' | 'dark' | undefined
  /** `off` keeps a complete code from being checked before the visitor asks for it. */
  autoSubmit?: 'on' | 'off' | undefined
  /** `off` keeps a reloaded page from continuing. */
  resume?: 'on' | 'off' | undefined
  /** `off` lets a token end at its time instead of replacing it, for up to half an hour after the check. */
  refreshExpired?: 'on' | 'off' | undefined
}

/** What the element tells, as callbacks. */
export interface OtpVerifyCallbacks {
  /** The element knows its site and can send codes. */
  onReady?: ((event: OtpReadyEvent) => void) | undefined
  /** `event.detail.state` is phone, sending, code, checking, verified or expired. */
  onStateChange?: ((event: OtpStateChangeEvent) => void) | undefined
  /** A code is on its way. */
  onSent?: ((event: OtpSentEvent) => void) | undefined
  /** The code was right. Proves nothing before your backend has verified `event.detail.token`. */
  onVerified?: ((event: OtpVerifiedEvent) => void) | undefined
  /** The token's time is over. */
  onExpired?: ((event: OtpExpiredEvent) => void) | undefined
  /** A call failed; `event.detail.code` says why. */
  onFailed?: ((event: OtpFailedEvent) => void) | undefined
}

/** Props of `<OtpVerify>`: those of the element, its events as callbacks, and what every HTML element takes. */
export interface OtpVerifyProps
  extends
    OtpVerifySettings,
    OtpVerifyCallbacks,
    Omit<HTMLAttributes<OtpVerify>, 'children' | 'dangerouslySetInnerHTML' | keyof OtpVerifySettings> {
  /** Public URL of the server for this element alone; `configure()` names it for all. Never becomes an attribute. */
  server?: string | undefined
  /** What goes into the element's slots. */
  children?: ReactNode
  [data: `data-${string}`]: string | undefined
}

/** Listeners by the name of their event. */
export type Listeners = Partial<Record<string, (event: never) => void>>

/** The parts of which each reaches the element in its own way. */
export interface Parts {
  /** By the attribute's name; `undefined` stands for an attribute that is not there. */
  attributes: Record<string, string | undefined>
  listeners: Listeners
  server: string | undefined
  children: ReactNode
  /** What React itself knows how to treat. */
  rest: HTMLAttributes<OtpVerify>
}

/** Parts props by the way they reach the element. */
export function partsOf({ server, children, ...props }: OtpVerifyProps): Parts {
  const attributes: Parts['attributes'] = {}
  const listeners: Listeners = {}
  const rest: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(props) as [string, unknown][]) {
    if (isKeyOf(ATTRIBUTES, name)) attributes[ATTRIBUTES[name]] = attributeValue(value)
    else if (isKeyOf(EVENTS, name)) listeners[EVENTS[name]] = value as (event: never) => void
    else rest[name] = value
  }
  return { attributes, listeners, server, children, rest }
}

// React 18 writes "false" for false, and an attribute that is there counts as true.
function attributeValue(value: unknown): string | undefined {
  if (value === true) return ''
  return typeof value === 'string' ? value : undefined
}

function isKeyOf<T extends object>(table: T, name: PropertyKey): name is keyof T {
  return Object.hasOwn(table, name)
}
