import { StoreError } from '../store.js'

/** Whether somebody else is using the file. */
export function isBusy(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code?.startsWith('SQLITE_BUSY') ?? false
}

/** Says of an error only what kind it is: its own words may hold a path. */
export function failure(error: unknown): StoreError {
  if (error instanceof StoreError) return error
  const { code, name } = error as NodeJS.ErrnoException
  return new StoreError(`The store’s file could not be used (${code || name}).`)
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
