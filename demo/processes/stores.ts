import { join } from 'node:path'

/** A store that several processes can share. */
interface SharedStore {
  name: string
  /** Makes an empty one. `address` makes its address of the folder in which the processes are started. */
  open(): Promise<{ address: (folder: string) => string; close(): Promise<void> }>
}

const sqlite: SharedStore = {
  name: 'SQLite',
  open: async () => ({
    address: (folder) => `sqlite:${join(folder, 'store.db')}`,
    close: async () => {},
  }),
}

/** The stores over which tests of several processes run. */
export const STORES: readonly SharedStore[] = [sqlite]
