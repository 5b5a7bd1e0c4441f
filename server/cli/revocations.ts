import { existsSync } from 'node:fs'
import { parseStoreAddress } from '../store/address.js'
import { StoreError } from '../store/store.js'
import { revokedOn } from '../token/key-ring.js'
import { openStore } from './open-store.js'

/** What a store says of keys. */
export interface Revocations {
  /** The names of those that were revoked. */
  revoked: readonly string[]
  /** Why it could not say. */
  unasked?: StoreError
}

/** Asks a store which of these keys were revoked. Never rejects for the store's sake, and makes no file of one. */
export async function askRevocations(address: string, kids: readonly string[]): Promise<Revocations> {
  const parsed = parseStoreAddress(address)
  if ('kind' in parsed && parsed.kind === 'sqlite' && !existsSync(parsed.path)) return { revoked: [] }
  try {
    const store = await openStore(address)
    return { revoked: await revokedOn(store, kids).finally(() => store.close()) }
  } catch (error) {
    if (error instanceof StoreError) return { revoked: [], unasked: error }
    throw error
  }
}
