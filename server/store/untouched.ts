import { StoreError } from './store.js'

/** The store failed before the provider was asked: nothing has happened, and the call may be made again. */
export class UntouchedError extends StoreError {
  /** Settles when the call has been given back what it was charged, or never will be. */
  readonly givenBack: Promise<void>

  constructor({ message, code }: StoreError, givenBack: Promise<void>) {
    super(message, code)
    this.givenBack = givenBack
  }
}

/**
 * Takes the steps of a call before its provider is asked, and throws an UntouchedError when the store fails among them.
 *
 * @param giveBack refunds what the call was charged before these steps. Never rejects.
 */
export async function untouched<T>(
  steps: () => Promise<T>,
  giveBack: () => Promise<void> = async () => {},
): Promise<T> {
  try {
    return await steps()
  } catch (error) {
    if (!(error instanceof StoreError) || error instanceof UntouchedError) throw error
    throw new UntouchedError(error, giveBack())
  }
}
