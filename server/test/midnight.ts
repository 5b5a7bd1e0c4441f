import { setTimeout } from 'node:timers/promises'
import { DAY } from '../time.js'

/** How near midnight is too near: longer than what is counted by the day takes to be looked at. */
const NEAR = 2 * 60_000

/** Milliseconds that a hook which waits for midnight may take. */
export const MIDNIGHT_PATIENCE = NEAR + 30_000

/**
 * Waits until midnight (UTC) is past where it is less than two minutes away: budgets begin anew then, and a test that adds a
 * day up on the machine's own clock would see a part of it.
 */
export async function pastMidnight(
  now = Date.now,
  wait: (ms: number) => unknown = setTimeout,
): Promise<void> {
  const left = DAY - (now() % DAY)
  // A timer may be a moment early.
  if (left < NEAR) await wait(left + 1000)
}
