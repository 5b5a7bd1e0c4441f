import { openMadeStore } from '../assembly/open-store.js'
import { StoreError } from '../store/store.js'
import { revokedOn } from '../token/key-ring.js'

/** What a store says about keys. */
export interface Revocations {
  /** The names of those that were revoked. */
  revoked: readonly string[]
  /** Why it could not be asked. */
  unasked?: StoreError
}

/** Asks a store which of these keys were revoked. Never rejects because of the store, and never creates its file. */
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
