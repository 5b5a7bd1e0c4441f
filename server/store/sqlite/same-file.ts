import { statSync } from 'node:fs'
import { StoreError } from '../store.js'

/** Milliseconds between two looks. */
const INTERVAL = 1000

/**
 * Notices that an open file is no longer the one under its path, or that its log or its index are not. It could be written to
 * for ever without anybody else seeing it: no pause, no revoked key, no budget would be shared any more.
 *
 * SQLite removes the log and the index only with the last connection, and recreates neither while there is one.
 *
 * @param path of a file that has been read: only then its log and its index are there.
 * @param steady milliseconds since any moment.
 * @returns a check, which throws a StoreError while it is so.
 */
export function sameFile(path: string, steady: () => number): () => void {
  const paths = [path, `${path}-wal`, `${path}-shm`]
  const opened = paths.map(identityOf)
  let lookedAt = steady()
  let isSame = true
  return function check() {
    if (steady() - lookedAt >= INTERVAL) {
      lookedAt = steady()
      isSame = paths.every((one, n) => identityOf(one) === opened[n])
    }
    if (!isSame)
      throw new StoreError(
        'The store’s file, or one beside it (-wal, -shm), was removed or replaced; start the server again.',
        'REPLACED',
      )
  }
}

/** What identifies a file: no other has it while this one is open. */
function identityOf(path: string): string | undefined {
  const found = statSync(path, { bigint: true, throwIfNoEntry: false })
  return found && `${found.dev} ${found.ino}`
}
