import { StoreError } from '../store/store.js'

/** The store failed before the provider was asked: nothing has happened, and the call may be made again. */
export class UntouchedError extends StoreError {}

/** Takes the steps of a call before its provider is asked, and says so when the store fails among them. */
export async function untouched<T>(steps: () => Promise<T>): Promise<T> {
  try {
    return await steps()
  } catch (error) {
    throw error instanceof StoreError ? new UntouchedError(error.message, error.code) : error
  }
}
