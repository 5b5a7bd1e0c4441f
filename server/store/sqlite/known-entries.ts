import type { Entry } from '../entry.js'
import type { StoreFile } from './file.js'

/** How many are known without looking them up: enough for visitors who return within some seconds. */
const KNOWN = 2000

/** An entry and the number of its row. */
export interface SavedEntry {
  readonly row: number
  readonly entry: Entry
}

/** Entries as they are in the file, for as long as nobody else changes it. To be used inside a step. */
export interface KnownEntries {
  /** A copy that the caller may change: what is known stays as it is in the file. */
  get(id: string): SavedEntry | undefined
  /** Records what was just written. It must be the last thing that its step does, since a step that fails leaves no trace. */
  set(record: SavedEntry): void
  delete(id: string): void
  clear(): void
}

/** The known entries of a file. */
export function knownEntries(file: StoreFile): KnownEntries {
  const known = new Map<string, SavedEntry>()
  const clear = () => known.clear()
  file.defer({
    write() {
      if (known.size > KNOWN) clear()
    },
    forget: clear,
  })
  return {
    get(id) {
      const record = known.get(id)
      return record && copyOf(record)
    },
    set: (record) => void known.set(record.entry.facts.id, copyOf(record)),
    delete: (id) => void known.delete(id),
    clear,
  }
}

/** Facts, cooldowns and leases are never changed, only replaced. */
function copyOf({ row, entry }: SavedEntry): SavedEntry {
  return { row, entry: { ...entry } }
}
