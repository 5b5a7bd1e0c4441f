import type Database from 'libsql'
import type { Outcome, Work } from './turns.js'

/** Several steps in one transaction, each of which may fail alone. */
export interface Outcomes {
  /**
   * What becomes of one of them: where it fails, the others are as if it had not been.
   *
   * @throws whatever ended the whole transaction.
   */
  of(work: Work<unknown>): Outcome
  /** Is told before a statement changes anything. */
  beforeChange(): void
}

/** Sets a mark to go back to where a step is about to change something, which most that fail never do. */
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
