import { FILE_LIMITS } from '../limits.js'
import type { Store } from '../store.js'
import { clockOf } from './file-clock.js'
import { openFile } from './file.js'
import { keys } from './keys.js'
import { knownEntries } from './known-entries.js'
import { numbers } from './numbers.js'
import { roomIn } from './room.js'
import { verifications } from './verifications.js'

/** Settings of a store in a file. */
export interface SqliteStoreOptions {
  /** The file. It and its folder are made when they are missing, for the owner alone. */
  path: string
  /** Milliseconds since 1970. @default the clock shared by all processes that use the file */
  now?: () => number
  /** Most verifications, and most keys of every other kind, held at once. @default 400000 */
  capacity?: number
  /** Bytes of the file that may be in use. @default 128 MiB, half of which some 220,000 verifications take */
  bytes?: number
}

/**
 * A store in one file, which the processes of one machine may share (SQLite). Nothing else has to be run for it.
 *
 * What was acknowledged survives the end of a process, however sudden. If the machine itself loses power, the last moments may
 * be lost; the file stays intact.
 *
 * @throws StoreError when the file cannot be opened, is of another version, or is no database of ours.
 */
export function sqliteStore({ path, now, ...limits }: SqliteStoreOptions): Store {
  const file = openFile(path)
  const room = roomIn(file, { ...FILE_LIMITS, ...limits })
  const clock = clockOf(file, now)
  const known = knownEntries(file)
  return {
    now: clock.asked,
    recent: clock.recent,
    ...verifications(file, clock, room, known),
    ...keys(file, clock, room),
    ...numbers(file, known),
    close: file.close,
  }
}
