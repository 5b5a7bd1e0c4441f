import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A place for an SQLite database in a folder of its own. */
export function sqliteFile() {
  const folder = mkdtempSync(join(tmpdir(), 'otp-verify-bench-'))
  const path = join(folder, 'store.db')
  const bytes = (file) => statSync(file, { throwIfNoEntry: false })?.size ?? 0
  return {
    path,
    size: () => bytes(path) + bytes(`${path}-wal`),
    remove: () => rmSync(folder, { recursive: true }),
  }
}
