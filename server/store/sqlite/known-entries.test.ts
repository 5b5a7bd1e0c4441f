import Database from 'libsql'
import { expect, it } from 'vitest'
import { StoreError } from '../store.js'
import { facts, INTERVAL, PATIENCE, terms } from '../test/bench.js'
import { sqliteStore } from './sqlite.js'
import { openedFile } from './test/opened.js'

const file = openedFile()

/** Has the file refuse to keep a third attempt that is left, as a disk without room might. */
function refuseAttempt(): void {
  const db = new Database(file.path)
  db.exec(`CREATE TRIGGER refusing BEFORE UPDATE ON verification WHEN new.attempts_remaining = 3
    BEGIN SELECT RAISE(ABORT, 'refused'); END`)
  db.close()
}

it('knows nothing of a step that failed beside others that were kept', async () => {
  const store = file.open()
  const { id } = facts()
  await store.add(facts(), terms({ attempts: 4 }), PATIENCE)
  refuseAttempt()
  await store.recordSend(id, 'PIN1', 'sms')
  const [attempt, claim] = await Promise.allSettled([
    store.reserveAttempt(id, INTERVAL, PATIENCE),
    store.claim('key', 'holder', 60_000),
  ])
  expect(attempt).toMatchObject({ status: 'rejected', reason: expect.any(StoreError) as unknown })
  expect(claim).toEqual({ status: 'fulfilled', value: true })
  file.time += 60_000
  expect(await store.reserveResend(id)).toEqual({ reference: 'PIN1' })
  expect(await store.get(id)).toMatchObject({ attemptsRemaining: 4 })
})

it('is looked at as another has left it, though this one wrote it last before', async () => {
  // By the clock of the machine, which is not asked in a step for each look.
  const [mine, another] = [sqliteStore({ path: file.path }), sqliteStore({ path: file.path })]
  const { id, phoneDigest } = facts()
  await mine.add(facts(), terms({ attempts: 4 }), PATIENCE)
  await mine.recordSend(id, 'PIN1', 'sms')
  expect(await mine.get(id)).toMatchObject({ state: 'sent', attemptsRemaining: 4 })
  await another.reserveAttempt(id, INTERVAL, PATIENCE)
  expect(await mine.get(id)).toMatchObject({ attemptsRemaining: 3 })
  await another.eraseNumber([phoneDigest])
  expect(await mine.get(id)).toBeUndefined()
  await Promise.all([mine.close(), another.close()])
})
