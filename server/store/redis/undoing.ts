import { undo, type Sleep } from '../insist.js'
import { StoreError, UnreplicatedError } from '../store.js'
import { UnsentError } from './failures.js'

/** How many calls are undone at a time: each takes some ten seconds of a Redis that is away, and whoever likes can make calls. */
const AT_A_TIME = 1000

/** Kinds of Redis's answers that may come after something was done. With any other it has done nothing. */
const AFTER_ALL: readonly (string | undefined)[] = [undefined, 'ERR', 'UNBLOCKED']

/**
 * What a call has taken that was given up, or takes when it arrives late, would be in the way of its next: it is given
 * back as soon as Redis answers. With too many of them, time gives it back.
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
