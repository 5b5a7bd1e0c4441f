import { pino, type DestinationStream, type Logger } from 'pino'
import type { Observe, ServerEvent } from './events.js'

/** Events that somebody should look at. */
function levelOf(event: ServerEvent): 'error' | 'warn' | 'info' {
  if (event.event === 'failure' || event.event === 'mismatch') return 'error'
  if (event.event === 'keys') return event.change === 'signing' || event.change === 'gone' ? 'warn' : 'error'
  if (['alert', 'override', 'overprivileged-key'].includes(event.event)) return 'warn'
  if (event.event === 'provider') return event.alarm ? 'error' : 'info'
  return 'info'
}

/** A logger of JSON lines that carries the members of our own events and nothing of a request. */
export function createLogger(level: string, destination?: DestinationStream): Logger {
  const options = { level, base: null, timestamp: pino.stdTimeFunctions.isoTime }
  return destination ? pino(options, destination) : pino(options)
}

/** Writes every event as one line. */
export function logEvents(logger: Logger): Observe {
  return function log(event) {
    logger[levelOf(event)](event)
  }
}
