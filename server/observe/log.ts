import { pino, type DestinationStream, type Logger } from 'pino'
import { isFailure, type Observe, type ServerEvent } from './events.js'

type Kind = ServerEvent['event']
type Of<K extends Kind> = Extract<ServerEvent, { event: K }>

const NUMBER = { ref: true, country: true, numberType: true } as const
const WHOM = { sitekey: true, ...NUMBER } as const

/** Every member of every event that may be logged. Whatever else an event carries by mistake is left out. */
const LOGGED: { [K in Kind]: Record<Exclude<keyof Of<K>, 'event'>, true> } = {
  configured: { settings: true },
  started: { ...WHOM, channel: true },
  sent: { ...WHOM, channel: true, resend: true },
  verified: { ...WHOM, channel: true },
  checked: { ...WHOM, outcome: true },
  mismatch: WHOM,
  redeemed: { ...WHOM, outcome: true },
  shadowed: { ...WHOM, code: true, rule: true },
  refused: { operation: true, code: true, requestId: true, ...WHOM, reason: true, member: true },
  'foreign-origin': { call: true, sitekey: true, origin: true },
  delivery: { outcome: true, ...NUMBER },
  'overprivileged-key': {},
  'no-script': {},
  evicting: {},
  'log-lost': { lines: true },
  override: { change: true, of: true, by: true, ...NUMBER, until: true },
  pause: { change: true, by: true, sitekey: true, country: true, until: true },
  keys: { change: true, kid: true },
  failure: { operation: true, requestId: true, error: true, alert: true },
  alert: {
    ...{ alert: true, reason: true, sitekey: true, country: true },
    ...{ level: true, lately: true, week: true, started: true, proven: true },
  },
  provider: {
    ...{ operation: true, channel: true, outcome: true },
    ...{ status: true, reason: true, milliseconds: true, alarm: true },
  },
}

/** Names of the members of each event that are logged, in their order. */
const MEMBERS = new Map(Object.entries(LOGGED).map(([kind, members]) => [kind, Object.keys(members)]))

const WARNINGS: readonly Kind[] = [
  'alert',
  'foreign-origin',
  'no-script',
  'override',
  'pause',
  'overprivileged-key',
]

/** The level of an event: how urgently somebody should look at it. */
function levelOf(event: ServerEvent): 'error' | 'warn' | 'info' {
  if (isFailure(event)) return 'error'
  if (event.event === 'keys') return event.change === 'signing' || event.change === 'gone' ? 'warn' : 'error'
  if (WARNINGS.includes(event.event)) return 'warn'
  if (event.event === 'provider') return event.alarm ? 'error' : 'info'
  return 'info'
}

/** A logger of JSON lines that contain members of our own events and nothing of a request. */
export function createLogger(level: string, destination: DestinationStream): Logger {
  return pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime }, destination)
}

/** Writes every event as one line, with the members that its kind may have and only plain values. */
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
