import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate as pass, setTimeout as sleep } from 'node:timers/promises'
import Database from 'libsql'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { openFile, type StoreFile } from './file.js'

let folder: string
let holder: Database.Database
let file: StoreFile
const tries = vi.spyOn(Database.prototype, 'exec')

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance'] })
  folder = mkdtempSync(join(tmpdir(), 'otp-verify-turns-'))
  file = openFile(join(folder, 'store.db'))
  holder = new Database(join(folder, 'store.db'))
  holder.exec('BEGIN IMMEDIATE')
  tries.mockClear()
})
afterEach(async () => {
  await file.close()
  holder.close()
  vi.useRealTimers()
  rmSync(folder, { recursive: true })
})

/** Goes on until the file was tried that often again. */
async function triedAgain(often: number): Promise<void> {
  for (const before = tries.mock.calls.length; tries.mock.calls.length < before + often;) await sleep(1)
}

/** How the steps have ended so far. */
function endings(steps: Promise<unknown>[]): string[] {
  const ended = steps.map(() => 'waits')
  for (const [n, step] of steps.entries()) {
    const tell = (word: unknown) => void (ended[n] = String(word))
    step.then(() => tell('done'), tell)
  }
  return ended
}

it('tries a busy file for all that wait at once, and lets the process go on before it tries again (SR-C15)', async () => {
  const steps: Promise<unknown>[] = []
  for (let n = 0; n < 100; n++) {
    steps.push(file.step(() => n))
    await pass()
  }
  const ended = endings(steps)
  // Each stands still with the process for some milliseconds: several in one pass are a stop that grows with the crowd.
  let most = 0
  for (const before = tries.mock.calls.length; tries.mock.calls.length < before + 20;) {
    const known = tries.mock.calls.length
    await pass()
    most = Math.max(most, tries.mock.calls.length - known)
  }
  expect(most).toBe(1)
  holder.exec('COMMIT')
  await Promise.all(steps)
  expect(ended).toEqual(steps.map(() => 'done'))
})

it('refuses 900 ms after it was found busy, so that no call waits for a second (SR-C15)', async () => {
  const early = endings(Array.from({ length: 50 }, () => file.step(() => 'early')))
  await triedAgain(2)
  vi.advanceTimersByTime(500)
  const late = endings([file.step(() => 'late')])
  await triedAgain(2)
  vi.advanceTimersByTime(400)
  await triedAgain(2)
  expect(new Set(early)).toEqual(new Set(['waits']))
  vi.advanceTimersByTime(1)
  await triedAgain(2)
  expect(early).toEqual(early.map(() => expect.stringContaining('SQLITE_BUSY')))
  expect(late).toEqual(['waits'])
  holder.exec('COMMIT')
  await expect.poll(() => late).toEqual(['done'])
})

it('has a look that finds it busy wait with the steps (SR-C15)', async () => {
  const busy = Object.assign(new Error('in use'), { code: 'SQLITE_BUSY' })
  const statement = vi.fn(() => 'seen')
  statement.mockImplementationOnce(() => {
    throw busy
  })
  const look = file.look(statement)
  await triedAgain(3)
  expect(statement).toHaveBeenCalledTimes(1)
  holder.exec('COMMIT')
  expect(await look).toBe('seen')
})
