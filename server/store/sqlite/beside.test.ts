import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, expect, it, onTestFinished, vi } from 'vitest'
import { openFile, type StoreFile } from './file.js'

let path: string
let file: StoreFile
let count: () => Promise<unknown>

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance'] })
  const folder = mkdtempSync(join(tmpdir(), 'otp-verify-beside-'))
  path = join(folder, 'store.db')
  file = openFile(path)
  const items = file.first<[number]>('SELECT count(*) FROM item')
  count = () => file.look(() => items())
  onTestFinished(async () => {
    await file.close()
    vi.useRealTimers()
    rmSync(folder, { recursive: true })
  })
})

/** Has another process open the file, do this, and close it. */
function elsewhere(sql: string): string {
  const code = `const db = new (require('libsql'))(process.argv[1]); try { db.exec(process.argv[2]) } finally { db.close() }`
  return spawnSync(process.execPath, ['-e', code, path, sql], { encoding: 'utf8' }).stderr
}

it.each(['-wal', '-shm'])(
  'does nothing more once the file beside it that ends with %s was removed or replaced: others would not see it',
  async (end) => {
    const refused = { name: 'StoreError', code: 'REPLACED' }
    for (const putThere of [() => {}, () => writeFileSync(path + end, '')]) {
      rmSync(path + end, { force: true })
      putThere()
      vi.advanceTimersByTime(1000)
      await expect(file.step(() => {})).rejects.toMatchObject(refused)
      await expect(count()).rejects.toMatchObject(refused)
    }
  },
)

it.each([
  ['reads it', 'SELECT count(*) FROM item'],
  ['adds to it', `INSERT INTO item VALUES ('claim', 'of another', 1, 1)`],
  ['empties its log', 'PRAGMA wal_checkpoint(TRUNCATE)'],
  ['makes it anew', 'VACUUM'],
])(
  'goes on while another process %s and closes it, before anything was done and after it',
  async (_, sql) => {
    for (let round = 0; round < 2; round++) {
      expect(elsewhere(sql.replace('of another', `of round ${round}`))).toBe('')
      vi.advanceTimersByTime(1000)
      expect(await file.step(() => round)).toBe(round)
      await count()
    }
  },
)

it('lets nobody give up its log, from the beginning', () => {
  expect(elsewhere('PRAGMA journal_mode = DELETE')).toContain('database is locked')
})
