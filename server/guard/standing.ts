import type { Store } from '../store/store.js'

interface Question {
  marks: readonly string[]
  resolve: (none: boolean) => void
  reject: (error: Error) => void
}

/** Looks for marks on behalf of many starts at once. */
export interface Standing {
  /**
   * Whether none of the marks stands. All questions of one turn of the event loop are answered by one look at the store.
   *
   * @throws StoreError
   */
  none(marks: readonly string[]): Promise<boolean>
}

/** The marks of one store. */
export function standingIn(store: Store): Standing {
  let questions: Question[] = []

  function answerAll(): void {
    const asked = questions
    questions = []
    store.standing(asked.flatMap(({ marks }) => marks)).then(
      (standing) => {
        for (const { marks, resolve } of asked) resolve(!standing.splice(0, marks.length).includes(true))
      },
      (error: unknown) => {
        for (const { reject } of asked) reject(error as Error)
      },
    )
  }

  return {
    none: (marks) =>
      new Promise((resolve, reject) => {
        if (questions.push({ marks, resolve, reject }) === 1) setImmediate(answerAll)
      }),
  }
}
