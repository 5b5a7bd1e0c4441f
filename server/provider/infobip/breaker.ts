import CircuitBreaker from 'opossum'
import { saysThrottled } from './answers.js'
import type { Exchange } from './exchange.js'

/** Milliseconds of the window in which calls are counted together. */
const WINDOW = 10_000
/** Fewest calls in the window before anything is concluded. */
const ENOUGH = 5
/** Percentage of them that must have failed. */
const MOST = 50
/** Milliseconds until one call may try whether the service is back. */
const PAUSE = 7_000
/** Longest wait that the service itself may ask for, in seconds. */
const LONGEST_WISH = 60

/** Asks the service, or declines to. */
export type Guarded = (ask: () => Promise<Exchange>) => Promise<Exchange>

/** A call that says the service is unwell. */
class Unwell extends Error {
  readonly exchange: Exchange

  constructor(exchange: Exchange) {
    super('The service is unwell.')
    this.exchange = exchange
  }
}

/**
 * A circuit breaker: when a service fails call after call, it is left alone for a while, and visitors are answered at once
 * instead of after a timeout. Then one call tries whether it is back; no other is sent until that has ended.
 *
 * What counts are connections that fail, timeouts, and answers from 500; a refusal, and a limit that a number has
 * reached, under whichever status, are answers of a service that works. A `Retry-After` of a 503 is waited for, up to a minute.
 *
 * @param now a clock that never goes back, in milliseconds.
 */
export function circuitBreaker(now: () => number): Guarded {
  const breaker = new CircuitBreaker(
    async function tell(ask: () => Promise<Exchange>) {
      const exchange = await ask()
      if (isUnwell(exchange)) throw new Unwell(exchange)
      return exchange
    },
    {
      // The call has its own timeout.
      timeout: false,
      ...{ rollingCountTimeout: WINDOW, volumeThreshold: ENOUGH, errorThresholdPercentage: MOST },
      resetTimeout: PAUSE,
      rollingPercentilesEnabled: false,
    },
  )
  let wishedUntil: number | undefined

  return async function guarded(ask) {
    if (wishedUntil !== undefined && now() < wishedUntil) return ASKED_TO_WAIT
    try {
      return await breaker.fire(ask)
    } catch (error) {
      if (CircuitBreaker.isOurError(error as Error)) return LEFT_ALONE
      if (!(error instanceof Unwell)) throw error
      const { exchange } = error
      if ('status' in exchange && exchange.status === 503 && exchange.retryAfter !== undefined)
        wishedUntil = now() + 1000 * Math.min(exchange.retryAfter, LONGEST_WISH)
      return exchange
    }
  }
}

const LEFT_ALONE: Exchange = { failure: 'not_asked', reason: 'circuit_open' }
const ASKED_TO_WAIT: Exchange = { failure: 'not_asked', reason: 'asked_to_wait' }

function isUnwell(exchange: Exchange): boolean {
  if ('failure' in exchange) return exchange.failure !== 'not_asked'
  return exchange.status >= 500 && !saysThrottled(exchange.body)
}
