import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach } from 'vitest'
import type { Store } from '../../store.js'
import { sqliteStore, type SqliteStoreOptions } from '../sqlite.js'
import { expectSound } from './sound.js'

/** One file for each test of a suite, which must be sound when the test ends, and the stores that are opened on it. */
export interface OpenedFile {
  readonly path: string
  /** Milliseconds since 1970, for all of them. */
  time: number
  open(options?: Partial<SqliteStoreOptions>): Store
}

/** Makes the file before each test, closes the stores after it and removes the file. */
export function openedFile(): OpenedFile {
  let folder: string
  let opened: Store[]
  const file = {
    path: '',
    time: 0,
    open(options: Partial<SqliteStoreOptions> = {}): Store {
      const store = sqliteStore({ path: file.path, now: () => file.time, ...options })
      opened.push(store)
      return store
    },
  }
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'otp-verify-opened-'))
    opened = []
    Object.assign(file, { path: join(folder, 'store.db'), time: Date.UTC(2026, 0, 1) })
  })
  afterEach(async () => {
    for (const store of opened) await store.close()
    expectSound(file.path)
    rmSync(folder, { recursive: true })
  })
  return file
}
