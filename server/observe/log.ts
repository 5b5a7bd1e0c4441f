import { pino, type DestinationStream, type Logger } from 'pino'
import type { Observe, ServerEvent } from './events.js'

type Kind = ServerEvent['event']
type Of<K extends Kind> = Extract<ServerEvent, { event: K }>

const NUMBER = { sitekey: true, ref: true, country: true } as const

/** Every member of every event that reaches a log. What an event carries beside them, by whatever mistake, does not. */
const LOGGED: { [K in Kind]: Record<Exclude<keyof Of<K>, 'event'>, true> } = {
  configured: { settings: true },
  started: { ...NUMBER, channel: true },
  sent: { ...NUMBER, channel: true, resend: true },
  verified: { ...NUMBER, channel: true },
  checked: { ...NUMBER, outcome: true },
  mismatch: { sitekey: true, ref: true },
  redeemed: { sitekey: true, ref: true, outcome: true },
  shadowed: { ...NUMBER, code: true, rule: true },
  refused: { operation: true, code: true, requestId: true, ...NUMBER, reason: true },
  'foreign-origin': { call: true, sitekey: true, origin: true },
  delivery: { outcome: true, country: true, ref: true },
  'overprivileged-key': {},
  'no-script': {},
  evicting: {},
  'log-lost': { lines: true },
  override: { change: true, of: true, by: true, ref: true, until: true },
  keys: { change: true, kid: true },
  failure: { operation: true, requestId: true, error: true },
  alert: { alert: true, sitekey: true, country: true, level: true },
  provider: {
    ...{ operation: true, channel: true, outcome: true },
    ...{ status: true, reason: true, milliseconds: true, alarm: true },
  },
}

/** Names of the members of each event that are logged, in their order. */
const MEMBERS = new Map(Object.entries(LOGGED).map(([kind, members]) => [kind, Object.keys(members)]))

const WARNINGS: readonly Kind[] = ['alert', 'foreign-origin', 'no-script', 'override', 'overprivileged-key']

const ERRORS: readonly Kind[] = ['failure', 'mismatch', 'evicting', 'log-lost']

/** Events that somebody should look at. */
function levelOf(event: ServerEvent): 'error' | 'warn' | 'info' {
  if (ERRORS.includes(event.event)) return 'error'
  if (event.event === 'keys') return event.change === 'signing' || event.change === 'gone' ? 'warn' : 'error'
  if (WARNINGS.includes(event.event)) return 'warn'
  if (event.event === 'provider') return event.alarm ? 'error' : 'info'
  return 'info'
}

/** A logger of JSON lines that carries the members of our own events and nothing of a request. */
export function createLogger(level: string, destination: DestinationStream): Logger {
  return pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime }, destination)
}

/** Writes every event as one line, of the members that an event of its kind has and of plain values. */
export function logEvents(logger: Logger): Observe {
  return function log(event) {
    const line: Record<string, unknown> = { event: event.event }
    for (const name of MEMBERS.get(event.event) ?? []) {
      const value = (event as unknown as Record<string, unknown>)[name]
      if (typeof value !== 'object' && typeof value !== 'function') line[name] = value
    }
    logger[levelOf(event)](line)
  }
}
