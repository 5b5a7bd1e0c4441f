import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate as turn } from 'node:timers/promises'
import Database from 'libsql'
import Connection from 'libsql/promise'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { checkpointer, type Checkpointer } from './log.js'

/** Steps that are enough for the log to be moved, and milliseconds that are; how often it is moved until it begins anew. */
const ENOUGH = 500
const LONG = 1000
const OFTEN = 4

const exec = vi.spyOn(Connection.prototype, 'exec')

let folder: string
let path: string
let db: Database.Database
let log: Checkpointer
let time: number
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'otp-verify-log-'))
  path = join(folder, 'store.db')
  db = new Database(path)
  db.exec('PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0; CREATE TABLE t (a)')
  time = 0
  log = checkpointer(path, () => time)
  exec.mockReset()
})
afterEach(async () => {
  db.close()
  await log.close()
  rmSync(folder, { recursive: true })
})

/** Writes as much as some pages hold. */
function write(): void {
  db.exec('INSERT INTO t VALUES (randomblob(20000))')
}

/** Once nothing is being moved. @param meanwhile is done again and again. */
async function settled(meanwhile: () => unknown = () => {}): Promise<void> {
  for (let known = -1; known < exec.mock.calls.length;) {
    known = exec.mock.calls.length
    let under = true
    void Promise.allSettled(exec.mock.results.map(({ value }) => value)).then(() => (under = false))
    while (under) {
      meanwhile()
      await turn()
    }
  }
}

it('moves it once there were enough steps', async () => {
  write()
  const { length } = readFileSync(path)
  log.count(ENOUGH - 1)
  await settled()
  expect(exec).not.toHaveBeenCalled()
  log.count(1)
  await settled()
  expect(readFileSync(path).length).toBeGreaterThan(length)
})

it('moves it again only after some time, for the steps since', async () => {
  log.count(ENOUGH)
  await settled()
  time += LONG - 1
  log.count(ENOUGH)
  await settled()
  expect(exec).toHaveBeenCalledTimes(1)
  time++
  log.count(1)
  await settled()
  expect(exec).toHaveBeenCalledTimes(2)
})

it('lets it begin anew, also where somebody adds to it whenever they may', async () => {
  // A log that begins anew has another salt.
  const salts = new Set<string>()
  for (let round = 0; round <= OFTEN; round++) {
    log.count(ENOUGH)
    await settled(() => {
      if (!log.pause) write()
    })
    write()
    salts.add(readFileSync(`${path}-wal`).toString('hex', 16, 24))
    time += LONG
  }
  expect(salts.size).toBeGreaterThan(1)
})

it('lets steps wait for one move in four, and no longer where it fails', async () => {
  exec.mockImplementation(async () => {
    await turn()
    throw new Error('The disk is full.')
  })
  const pauses = new Set<Promise<void>>()
  for (let round = 1; round <= 2 * OFTEN; round++) {
    log.count(ENOUGH)
    await settled(() => log.pause && pauses.add(log.pause))
    expect(pauses.size).toBe(Math.floor(round / OFTEN))
    time += LONG
  }
  await Promise.all(pauses)
  expect(log.pause).toBeUndefined()
})

it('lets nobody wait for a disk that stands still', async () => {
  let resume = (): void => {}
  const still = new Promise<void>((resolve) => (resume = resolve))
  for (let move = 1; move <= OFTEN; move++) {
    if (move === OFTEN) exec.mockResolvedValueOnce(undefined).mockReturnValueOnce(still)
    log.count(ENOUGH)
    if (move < OFTEN) await settled()
    time += LONG
  }
  await expect.poll(() => log.pause !== undefined).toBe(true)
  await log.pause
  expect(log.pause).toBeUndefined()
  resume()
})
