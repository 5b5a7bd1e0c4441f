import type Database from 'libsql'
import type { Outcome, Work } from './turns.js'

/** Several steps in one transaction, each of which may fail alone. */
export interface Outcomes {
  /**
   * The outcome of one step: if it fails, the others are as if it had never been.
   *
   * @throws whatever ended the whole transaction.
   */
  of(work: Work<unknown>): Outcome
  /** Must be called before a statement changes anything. */
  beforeChange(): void
}

/** Sets a savepoint just before a step's first write: most failing steps never write. */
export function outcomesIn(db: Database.Database): Outcomes {
  let isWorking = false
  let isMarked = false

  return {
    of(work) {
      isWorking = true
      isMarked = false
      try {
        return { result: work() }
      } catch (error) {
        if (!db.inTransaction) throw error
        if (isMarked) db.exec('ROLLBACK TO step')
        return { error }
      } finally {
        isWorking = false
        if (isMarked && db.inTransaction) db.exec('RELEASE step')
      }
    },
    beforeChange() {
      if (!isWorking || isMarked) return
      db.exec('SAVEPOINT step')
      isMarked = true
    },
  }
}
