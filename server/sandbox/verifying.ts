import type { z } from 'zod'
import { refusal, throttled } from './api-error.js'
import { getApplication } from './applications.js'
import type { Application } from './records.js'
import type { Behaviour } from './behaviour.js'
import type { verificationsQuery } from './bodies.js'
import { parseLimit } from './limits.js'
import type { Pin } from './pin.js'
import { freshId } from './random.js'
import { notFoundPin } from './sending.js'
import type { State } from './state.js'

/** The answer to a verify, with the status it travels under. */
export interface VerifyAnswer {
  status: number
  body: {
    pinId?: string
    msisdn: string
    verified: boolean
    attemptsRemaining?: number
    pinError?: string
  }
}

/**
 * Says whether `given` is the PIN. A right one answers no attempts remaining, as Infobip's does.
 *
 * @param foreignMsisdn - the number that the answer is to name instead of the true one.
 */
export function verify(
  state: State,
  pinId: string,
  given: string,
  foreignMsisdn: string | undefined,
): VerifyAnswer {
  const { behaviour } = state
  const pin = state.pins.get(pinId)
  const application = pin && state.applications.get(pin.applicationId)
  if (!application) throw notFoundPin(state)
  const now = state.now()
  const key = `verify ${pin.applicationId} ${pin.to}`
  const limit = parseLimit(application.configuration.verifyPinLimit)!
  const wait = state.windows.wait(key, limit, now, behaviour.limitWindow)
  if (wait > 0) {
    if (behaviour.throttledVerify === 'spendsAttempt') pin.spent++
    throw throttled(behaviour, wait)
  }
  state.windows.record(key, now)
  const verdict = judge(state, pin, application, given)
  const { verifyPinId } = behaviour
  const told = verifyPinId === 'other' ? freshId(state.random) : pinId
  const ids = { ...(verifyPinId !== 'absent' && { pinId: told }), msisdn: foreignMsisdn ?? pin.to }
  return tell(state, pin, ids, verdict)
}

type Verdict = 'verified' | 'WRONG_PIN' | 'NO_MORE_PIN_ATTEMPTS' | 'TTL_EXPIRED' | '404 NOT_FOUND'

function judge(state: State, pin: Pin, { configuration }: Application, given: string): Verdict {
  const { behaviour } = state
  if (state.now() >= pin.expiresAt) return behaviour.expiredPin
  if (!pin.verified && attemptsLeft(state, pin) <= 0) return behaviour.exhaustedPin
  if (!matches(behaviour, pin, given)) {
    pin.spent++
    return attemptsLeft(state, pin) > 0 ? 'WRONG_PIN' : behaviour.lastAttempt
  }
  if (pin.verified) {
    return configuration.allowMultiplePinVerifications
      ? behaviour.secondVerify
      : behaviour.secondVerifyRefused
  }
  pin.verified = true
  pin.row.verifiedAt = state.now()
  return 'verified'
}

function tell(
  state: State,
  pin: Pin,
  ids: { pinId?: string; msisdn: string },
  verdict: Verdict,
): VerifyAnswer {
  const { pinErrorStatus, attemptsRemainingWhenExpired } = state.behaviour
  const left = Math.max(0, attemptsLeft(state, pin))
  switch (verdict) {
    case '404 NOT_FOUND':
      throw refusal(verdict)
    case 'verified':
      return { status: 200, body: { ...ids, verified: true, attemptsRemaining: 0 } }
    case 'WRONG_PIN':
      return { status: 200, body: { ...ids, verified: false, attemptsRemaining: left, pinError: verdict } }
    case 'NO_MORE_PIN_ATTEMPTS':
      return {
        status: pinErrorStatus,
        body: { ...ids, verified: false, attemptsRemaining: 0, pinError: verdict },
      }
    case 'TTL_EXPIRED': {
      const remaining = { left: { attemptsRemaining: left }, zero: { attemptsRemaining: 0 }, absent: {} }
      const body = { ...ids, verified: false, ...remaining[attemptsRemainingWhenExpired], pinError: verdict }
      return { status: pinErrorStatus, body }
    }
  }
}

/** What happened to the PINs of one number, or of one email address. */
export function verifications(
  state: State,
  applicationId: string,
  query: z.output<ReturnType<typeof verificationsQuery>>,
): object {
  getApplication(state, applicationId)
  const { verificationTimes, unverifiedAt, verificationOrder } = state.behaviour
  const time = (milliseconds: number) =>
    verificationTimes === 'millis' ? milliseconds : Math.floor(milliseconds / 1000)
  const msisdn = query.msisdn.trim().replace(/^\+/, '')
  const rows = [...state.history.keys()]
    .filter((row) => row.applicationId === applicationId && row.to === msisdn)
    .filter((row) => query.sent === undefined || query.sent === row.sent)
    .filter((row) => query.verified === undefined || query.verified === (row.verifiedAt !== undefined))
    .map((row) => ({
      msisdn: row.to,
      verified: row.verifiedAt !== undefined,
      ...(row.verifiedAt !== undefined ? { verifiedAt: time(row.verifiedAt) } : {}),
      ...(row.verifiedAt === undefined && unverifiedAt === 'zero' ? { verifiedAt: 0 } : {}),
      sentAt: time(row.sentAt),
    }))
  return { verifications: verificationOrder === 'newestFirst' ? rows.reverse() : rows }
}

function attemptsLeft(state: State, pin: Pin): number {
  if (state.behaviour.attemptsScope === 'pin') return pin.attempts - pin.spent
  const now = state.now()
  // A PIN that was resent may be there under two pinIds.
  const living = new Set([...state.pins.values()].filter((other) => now < other.expiresAt && !other.verified))
  const spent = [...living]
    .filter((other) => other.applicationId === pin.applicationId && other.to === pin.to)
    .reduce((sum, other) => sum + other.spent, 0)
  return pin.attempts - spent
}

function matches(behaviour: Behaviour, pin: Pin, given: string): boolean {
  const text = behaviour.pinSpaces === 'trimmed' ? given.trim() : given
  return behaviour.pinCase === 'insensitive' ? text.toUpperCase() === pin.value : text === pin.value
}
