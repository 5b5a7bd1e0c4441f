import { StoreError } from '../store.js'

/** Whether somebody else is using the file. */
export function isBusy(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code?.startsWith('SQLITE_BUSY') ?? false
}

/** SQLite's error codes. */
const WORD = /^SQLITE_[A-Z_]+$/

/** A StoreError that says only what kind of error it was, with SQLite's code for logs: its own message may hold a path. */
export function failure(error: unknown): StoreError {
  if (error instanceof StoreError) return error
  const { code, name } = error as NodeJS.ErrnoException
  const word = WORD.test(code ?? '') ? code : undefined
  return new StoreError(`The store’s file could not be used (${code || name}).`, word)
}

/**
 * Does `work`.
 *
 * @throws StoreError, whatever went wrong.
 */
export function guarded<T>(work: () => T): T {
  try {
    return work()
  } catch (error) {
    throw failure(error)
  }
}
