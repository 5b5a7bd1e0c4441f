import { StoreError } from '../store/store.js'
import { revokedOn } from '../token/key-ring.js'
import { openMadeStore } from './open-store.js'

/** What a store says of keys. */
export interface Revocations {
  /** The names of those that were revoked. */
  revoked: readonly string[]
  /** Why it could not say. */
  unasked?: StoreError
}

/** Asks a store which of these keys were revoked. Never rejects for the store's sake, and makes no file of one. */
export async function askRevocations(address: string, kids: readonly string[]): Promise<Revocations> {
  try {
    const store = await openMadeStore(address)
    if (!store) return { revoked: [] }
    return { revoked: await revokedOn(store, kids).finally(() => store.close()) }
  } catch (error) {
    if (error instanceof StoreError) return { revoked: [], unasked: error }
    throw error
  }
}
