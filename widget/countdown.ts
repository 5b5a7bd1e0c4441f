import type { Failure, State, VerifiedState } from './state.js'

/** Milliseconds between two tries to get a fresh token. */
const REFRESH_RETRY = 5000

/** Milliseconds for which a reloaded page shows nothing rather than the wrong screen. */
export const RESUME_PATIENCE = 1500

/** Whole seconds from `now` (milliseconds since 1970) until an ISO 8601 time; 0 once it is reached. */
export function secondsUntil(time: string | null, now: number): number {
  return time === null ? 0 : Math.max(0, Math.ceil((Date.parse(time) - now) / 1000))
}

/** Whether the time of the code, or of the token, is over. */
export function isOver(state: State, now: number): boolean {
  const end = endOf(state)
  return end !== undefined && end <= now
}

/** Whether it is time to ask for a fresh token. */
export function isRefreshDue(state: State, now: number): boolean {
  return state.step === 'verified' && state.refreshAt !== undefined && state.refreshAt <= now
}

/** When to ask again for a fresh token after a failure, in milliseconds since 1970; `undefined` where that is pointless. */
export function refreshRetry(state: VerifiedState, { retryable }: Failure, now: number): number | undefined {
  const retryAt = now + REFRESH_RETRY
  // Browsers may be wrong about having no network, so they are asked only once a call has failed.
  return retryable && (retryAt < Date.parse(state.expiresAt) || !navigator.onLine) ? retryAt : undefined
}

/** Longest sleep in milliseconds: timers do not count the time in which the machine sleeps. */
const NAP = 10_000

/**
 * Milliseconds until something is to be done, or to be shown, by itself; `undefined` when nothing ever is.
 *
 * @param refreshing a fresh token has been asked for.
 */
export function untilNextTick(state: State, now: number, refreshing: boolean): number | undefined {
  const end = endOf(state)
  if (end === undefined) return undefined
  const remaining = Math.min(NAP, end - now)
  // A fresh token may come a moment after the old one has ended, as after a sleep.
  const least = refreshing ? REFRESH_RETRY : 1
  if (state.step === 'verified')
    return Math.max(least, Math.min(remaining, (state.refreshAt ?? Infinity) - now))
  const untilResend = state.step === 'code' ? Date.parse(state.pending.resend.availableAt ?? '') - now : 0
  // While seconds are shown, wake when the next one is due.
  return Math.max(1, untilResend > 0 ? Math.min(remaining, untilResend % 1000 || 1000) : remaining)
}

/** A token that waits for a network to be replaced is not given up before. */
function endOf(state: State): number | undefined {
  if (state.step === 'verified') return Math.max(Date.parse(state.expiresAt), state.refreshAt ?? 0)
  return state.step === 'code' && !state.over ? Date.parse(state.pending.expiresAt) : undefined
}
