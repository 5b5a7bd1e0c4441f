import { undo, type Sleep } from '../insist.js'
import { StoreError, UnreplicatedError } from '../store.js'
import { UnsentError } from './failures.js'

/** How many calls are undone at a time: each takes some ten seconds while Redis is away, and anybody can make calls. */
const AT_A_TIME = 1000

/** Kinds of Redis's answers that may come after something was done. With any other it has done nothing. */
const AFTER_ALL: readonly (string | undefined)[] = [undefined, 'ERR', 'UNBLOCKED']

/**
 * Undoes what an abandoned call took, or takes on late arrival, as soon as Redis answers, since it would block the next call.
 * Beyond the limit it is left to expire.
 */
export function undoing(sleep: Sleep) {
  let underWay = 0

  return async function orUndo<T>(call: Promise<T>, back: () => Promise<unknown>): Promise<T> {
    try {
      return await call
    } catch (error) {
      if (mayBeDone(error) && underWay < AT_A_TIME) {
        underWay++
        void undo(back, sleep).finally(() => underWay--)
      }
      throw error
    }
  }
}

function mayBeDone(error: unknown): boolean {
  if (error instanceof UnreplicatedError) return true
  return !(error instanceof UnsentError) && error instanceof StoreError && AFTER_ALL.includes(error.code)
}
