import type { Entry } from '../entry.js'
import type { StoreFile } from './file.js'

/** How many are known without looking them up: who comes within some seconds comes back to a known one. */
const KNOWN = 2000

/** An entry and the number of its row. */
export interface SavedEntry {
  readonly row: number
  readonly entry: Entry
}

/** Entries as they are in the file, for as long as nobody else changes it. To be used inside of a step. */
export interface KnownEntries {
  /** One that may be changed by whoever asks: what is known stays as it is in the file. */
  get(id: string): SavedEntry | undefined
  /** Is told what was just written, as the last thing that its step does: a step that fails is as if it had not been. */
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
