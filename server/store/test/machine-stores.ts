import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach } from 'vitest'
import { memoryStore } from '../memory.js'
import { sqliteStore } from '../sqlite/sqlite.js'
import { StoreFullError, type Store } from '../store.js'

/** What a store of one machine is made with, but for where it lies. */
export interface MachineStoreSettings {
  now: () => number
  capacity: number
  bytes?: number
}

/** Both stores of one machine by name, each empty for each test of the file, and the folder in which they lie. */
export function machineStores() {
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'otp-verify-stores-'))
  })
  afterEach(() => rmSync(folder, { recursive: true }))
  const stores: [name: string, open: (settings: MachineStoreSettings) => Store][] = [
    ['memory', (settings) => memoryStore(settings)],
    ['sqlite', (settings) => sqliteStore({ path: join(folder, 'store.db'), ...settings })],
  ]
  return { stores, pathOf: (name: string) => join(folder, name) }
}

/** Has `add` add one after the other until the store is full. */
export async function fill(add: (n: number) => Promise<unknown>): Promise<void> {
  for (let n = 0, full = false; !full; n++) {
    await add(n).catch((error: unknown) => {
      if (!(error instanceof StoreFullError)) throw error
      full = true
    })
  }
}
