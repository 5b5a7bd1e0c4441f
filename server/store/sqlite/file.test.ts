import { mkdtempSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate as turn } from 'node:timers/promises'
import Connection from 'libsql/promise'
import { afterEach, beforeEach, expect, it, onTestFinished, vi } from 'vitest'
import { openFile, type StoreFile } from './file.js'
import { expectSound, rowsOf } from './test/sound.js'

let folder: string
let path: string
let file: StoreFile

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'otp-verify-file-'))
  path = join(folder, 'store.db')
  file = openFile(path)
})
afterEach(async () => {
  await file.close()
  expectSound(path)
  rmSync(folder, { recursive: true })
})

const kept = () => rowsOf(path, 'SELECT key FROM item ORDER BY value').map(({ key }) => key)

function adding() {
  const add = file.change(`INSERT INTO item VALUES ('claim', ?, ?, 1)`)
  return (key: string, place: number) => add(key, place)
}

it('keeps what steps do at the same time, but for one of them that fails', async () => {
  const add = adding()
  const steps = [
    file.step(() => add('before', 1)),
    file.step(() => {
      add('of the one that fails', 2)
      throw new Error('a secret')
    }),
    file.step(() => {
      add('before', 3)
    }),
    file.step(() => add('after', 4)),
  ]
  const ended = await Promise.allSettled(steps)
  expect(ended.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected', 'fulfilled'])
  expect(String((ended[1] as PromiseRejectedResult).reason)).not.toContain('secret')
  expect(String((ended[2] as PromiseRejectedResult).reason)).toContain('SQLITE_CONSTRAINT')
  expect(kept()).toEqual(['before', 'after'])
})

it('has nothing of a step that fails alone, and goes on', async () => {
  const add = adding()
  const failing = file.step(() => {
    add('of the one that fails', 1)
    throw new Error('a secret')
  })
  await expect(failing).rejects.toThrow(/^(?!.*secret)/)
  await file.step(() => add('after', 2))
  expect(kept()).toEqual(['after'])
})

it('does steps in the order in which they were asked for, however many, and each sees those before it', async () => {
  const add = adding()
  const count = file.first<[number]>('SELECT count(*) FROM item')
  const numbers = Array.from({ length: 100 }, (_, n) => n)
  const seen = await Promise.all(
    numbers.map((n) =>
      file.step(() => {
        add(`key ${n}`, n)
        return count()![0]
      }),
    ),
  )
  expect(seen).toEqual(numbers.map((n) => n + 1))
  expect(kept()).toHaveLength(100)
})

it('has what steps left for their end written once, and none of it where it was not kept', async () => {
  const add = adding()
  const [write, forget] = [vi.fn(() => add('left', 1)), vi.fn()]
  file.defer({ write, forget })
  await Promise.all([1, 2, 3].map(() => file.step(() => {})))
  expect(write).toHaveBeenCalledTimes(1)
  expect(kept()).toEqual(['left'])
  forget.mockClear()
  const lost = [file.step(() => add('one', 2)), file.step(() => {})]
  for (const { status } of await Promise.allSettled(lost)) expect(status).toBe('rejected')
  expect(forget).toHaveBeenCalledTimes(1)
  expect(kept()).toEqual(['left'])
})

it('says when somebody else has changed the file, and only then', async () => {
  const forget = vi.fn()
  file.defer({ write() {}, forget })
  const add = adding()
  const other = openFile(path)
  await file.step(() => add('one', 1))
  forget.mockClear()
  await file.step(() => add('two', 2))
  await file.step(() => add('three', 3))
  expect(forget).not.toHaveBeenCalled()
  await other.step(() => {})
  await file.step(() => {})
  expect(forget).not.toHaveBeenCalled()
  await other.step(() => other.change(`DELETE FROM item`)())
  await file.step(() => expect(forget).toHaveBeenCalledTimes(1))
  await other.close()
})

it('fails all steps that it cannot keep, and has none of them', async () => {
  const add = adding()
  const steps = [file.step(() => add('one', 1)), file.step(() => add('two', 2))]
  await file.close()
  for (const { status } of await Promise.allSettled(steps)) expect(status).toBe('rejected')
  expect(kept()).toEqual([])
})

it('is whole in its one file where it is closed while its log is being moved', async () => {
  const add = file.change(`INSERT INTO item VALUES ('claim', ?, randomblob(20000), 1)`)
  const numbers = Array.from({ length: 600 }, (_, n) => n)
  await Promise.all(numbers.map((n) => file.step(() => add(`key ${n}`))))
  await file.close()
  expect(statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0).toBe(0)
  expect(kept()).toHaveLength(600)
})

it('does nothing more once its file was removed or replaced, and goes on where that was put back', async () => {
  vi.useFakeTimers({ toFake: ['performance'] })
  onTestFinished(() => void vi.useRealTimers())
  const own = join(folder, 'own.db')
  const moved = openFile(own)
  const count = moved.first<[number]>('SELECT count(*) FROM item')
  const away = `${own}.away`
  renameSync(own, away)
  const refused = { name: 'StoreError', code: 'REPLACED' }
  for (const putThere of [() => {}, () => writeFileSync(own, '')]) {
    putThere()
    vi.advanceTimersByTime(1000)
    await expect(moved.step(() => count())).rejects.toMatchObject(refused)
    await expect(moved.look(() => count())).rejects.toMatchObject(refused)
  }
  renameSync(away, own)
  vi.advanceTimersByTime(1000)
  expect(await moved.look(() => count())).toEqual([0])
  await moved.close()
})

it('does no step while its log is moved for the fourth time, and goes on then', async () => {
  vi.useFakeTimers({ toFake: ['performance'] })
  onTestFinished(() => {
    vi.restoreAllMocks()
    vi.useRealTimers()
  })
  let release = (): void => {}
  const held = new Promise<void>((resolve) => (release = resolve))
  const exec = vi.spyOn(Connection.prototype, 'exec')
  exec.mockImplementation(() => (exec.mock.calls.length > 4 ? held : Promise.resolve()))
  for (let move = 1; move <= 4; move++) {
    await Promise.all(Array.from({ length: 500 }, () => file.step(() => {})))
    vi.advanceTimersByTime(1000)
  }
  const done: number[] = []
  const steps = [1, 2].map((n) => file.step(() => done.push(n)))
  for (let n = 0; n < 10; n++) await turn()
  expect(done).toEqual([])
  release()
  await Promise.all(steps)
  expect(done).toEqual([1, 2])
})
