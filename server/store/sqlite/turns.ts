import { setTimeout as sleep } from 'node:timers/promises'
import type { StoreError } from '../store.js'
import { failure, isBusy } from './failure.js'

/** Milliseconds for which a step waits once it has found the file busy, and milliseconds between the tries of all that wait. */
const PATIENCE = 900
const PAUSE = 5

/** Most steps that are committed together: other processes wait meanwhile. */
const MOST_AT_ONCE = 32

/** What is done in one step, without waiting for anything. */
export type Work<T> = () => T

/** What became of a step. */
export type Outcome = { result: unknown } | { error: unknown }

/** A step that waits for its turn; once the file was busy, until `deadline` at most. */
interface Waiting {
  work: Work<unknown>
  deadline?: number
  resolve: (result: unknown) => void
  reject: (error: StoreError) => void
}

/** How steps are done. */
interface Doing {
  /** Does steps in one transaction. */
  together: (steps: readonly Work<unknown>[]) => Outcome[]
  /** Steps wait for this first. */
  ready: () => Promise<void> | undefined
}

/**
 * Has steps done in the order in which they are asked for, those at the same time together.
 *
 * While the file is busy, all waiting steps share one try: each try blocks the whole process for a moment.
 *
 * @returns a function that asks for a step, and rejects with a StoreError, whatever went wrong.
 */
export function stepsInTurn({ together, ready }: Doing): <T>(work: Work<T>) => Promise<T> {
  const waiting: Waiting[] = []
  let turning = false

  async function turn(): Promise<void> {
    await ready()
    const steps = waiting.slice(0, MOST_AT_ONCE)
    try {
      const outcomes = together(steps.map(({ work }) => work))
      waiting.splice(0, steps.length)
      for (const [n, { resolve, reject }] of steps.entries()) {
        const outcome = outcomes[n]!
        if ('error' in outcome) reject(failure(outcome.error))
        else resolve(outcome.result)
      }
    } catch (error) {
      const failed = isBusy(error) ? impatient(waiting) : steps.length
      for (const { reject } of waiting.splice(0, failed)) reject(failure(error))
      if (isBusy(error)) await sleep(PAUSE)
    }
    if (waiting.length > 0) setImmediate(() => void turn())
    else turning = false
  }

  return <T>(work: Work<T>) =>
    new Promise<T>((resolve, reject) => {
      waiting.push({ work, resolve: resolve as Waiting['resolve'], reject })
      if (turning) return
      turning = true
      setImmediate(() => void turn())
    })
}

/** How many of the waiting steps have waited for too long, now that the file is busy. */
function impatient(waiting: readonly Waiting[]): number {
  const now = performance.now()
  for (const one of waiting) one.deadline ??= now + PATIENCE
  return waiting.filter(({ deadline }) => now > deadline!).length
}
