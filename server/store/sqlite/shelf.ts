import type { Writer } from '../limits.js'
import { StoreFullError } from '../store.js'
import type { StoreFile, Value } from './file.js'
import { pack } from './pack.js'
import type { FileRoom, OrderedKind } from './room.js'
import { SWEEP } from './schema.js'

/** What is kept under keys of one kind, each until its own time. To be used inside a step. */
export interface Shelf<V extends Value> {
  get(key: string, now: number): V | undefined
  /**
   * @param by who adds it. @default the shelf's writer
   * @throws StoreFullError when the key is new and there is no room.
   */
  set(key: string, value: V, until: number, now: number, by?: Writer): void
  delete(key: string): void
}

/** The shelves of a file. `writer` is who adds keys to one of them. */
export function shelves(
  file: StoreFile,
  room: FileRoom,
): <V extends Value>(kind: OrderedKind, writer: Writer) => Shelf<V> {
  const get = file.first<[Value]>('SELECT value FROM item WHERE kind = ? AND key = ? AND until > ?')
  const set = file.change(
    `INSERT INTO item (kind, key, value, until) SELECT ?1, ?2, ?3, ?4
     WHERE (SELECT n FROM tally WHERE kind = ?1) < ?5 OR EXISTS (SELECT 1 FROM item WHERE kind = ?1 AND key = ?2)
     ON CONFLICT DO UPDATE SET value = excluded.value, until = excluded.until`,
  )
  const remove = file.change('DELETE FROM item WHERE kind = ? AND key = ?')

  return <V extends Value>(kind: OrderedKind, writer: Writer): Shelf<V> => ({
    get: (key, now) => get(kind, pack(key), now)?.[0] as V | undefined,
    set(key, value, until, now, by = writer) {
      room.sweepKeys(kind, now, SWEEP)
      if (set(kind, pack(key), value, until, room.capacityFor(by)) === 0) {
        throw new StoreFullError('The store is full.')
      }
    },
    delete: (key) => void remove(kind, pack(key)),
  })
}
