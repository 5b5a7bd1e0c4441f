import { statSync } from 'node:fs'
import { StoreError } from '../store.js'

/** Milliseconds between two looks. */
const INTERVAL = 1000

/**
 * Notices that an open file is no longer the one under its path. It could be written to for ever, and nobody else would see
 * what it says: no pause, no revoked key, no budget would be shared any more.
 *
 * @param steady milliseconds since any moment.
 * @returns a check, which throws a StoreError while it is so.
 */
export function sameFile(path: string, steady: () => number): () => void {
  const opened = identityOf(path)
  let lookedAt = steady()
  let isSame = true
  return function check() {
    if (steady() - lookedAt >= INTERVAL) {
      lookedAt = steady()
      isSame = identityOf(path) === opened
    }
    if (!isSame)
      throw new StoreError('The store’s file was removed or replaced; start the server again.', 'REPLACED')
  }
}

/** No other file has it for as long as somebody holds this one open. */
function identityOf(path: string): string | undefined {
  const found = statSync(path, { bigint: true, throwIfNoEntry: false })
  return found && `${found.dev} ${found.ino}`
}
